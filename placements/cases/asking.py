"""The statements of employers for those who look after nominees: what is missing, asking for one,
entering one that came by letter, reading one.
"""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import in_words, once
from accounts.models import PersonalLink, Role, User
from accounts.services import AccountError
from files.limits import FILE_MEGABYTES, accepts_upload
from files.received import FileRefused, response_for
from schedule.models import Cycle
from trainees.models import SenderStatement

from ..models import Nomination
from ..services import PlacementError, ask_statement, give_statement
from ..services.statements import STATEMENT, contact_for, links_of, statement_until
from ..states import NominationState
from .forms import AskForm, LetterStatementForm
from .statement import first_values

ROWS = 50
CONFIRMED = [NominationState.CONFIRMED, NominationState.FORWARDED]


def may_look_after_any(user: User) -> bool:
    """Whoever looks after nominees at all: staff, overseas offices, hosts."""
    return user.is_staff or user.has_role(Role.OVERSEAS_OFFICE, Role.COORDINATOR)


def with_statements(rows: QuerySet[Nomination]) -> QuerySet[Nomination]:
    """Each nomination with when its employer was asked, whether it has answered, and how fully."""
    given = SenderStatement.objects.filter(application=OuterRef("application")).order_by(
        "-given_at", "-pk"
    )
    name = Concat(
        Value("trainees.Application:"),
        Cast(OuterRef("application"), CharField()),
        output_field=CharField(),
    )
    asked = PersonalLink.objects.filter(
        purpose=STATEMENT, subject=name, revoked_at__isnull=True
    ).order_by("-made_at")
    return rows.annotate(
        given_at=Subquery(given.values("given_at")[:1]),
        is_given=Exists(given),
        asked_at=Subquery(asked.values("made_at")[:1]),
        asked_of=Subquery(asked.values("name")[:1]),
    )


def running(user: User) -> QuerySet[Nomination]:
    """Confirmed nominations of open cycles that this person looks after."""
    rows = Nomination.objects.looked_after_by(user).counted().filter(state__in=CONFIRMED)
    return rows.filter(application__cycle__state=Cycle.State.OPEN)


@login_required
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Which employers have given their statement, which were asked, and which are late."""
    if not may_look_after_any(request.user):
        raise PermissionDenied
    rows = with_statements(running(request.user)).with_people()
    show = request.GET.get("show", "")
    if show == "missing":
        rows = rows.filter(is_given=False)
    page = Paginator(rows.order_by("is_given", "application__number", "pk"), ROWS).get_page(
        request.GET.get("page")
    )
    today = timezone.localdate()
    cycles: dict[int, Cycle] = {}
    for row in page.object_list:
        cycle = cycles.setdefault(row.application.cycle_id, row.application.cycle)
        row.until = statement_until(cycle)
        row.is_late = not row.is_given and row.until is not None and row.until < today
    context = {"page": page, "show": show, "is_staff": request.user.is_staff}
    return render(request, "cases/statements.html", context)


def find_looked_after(user: User, public_id: uuid.UUID) -> Nomination:
    rows = Nomination.objects.looked_after_by(user).with_people()
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def statement_ask(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Ask the employer, after a look at the mail that it gets."""
    nomination = find_looked_after(request.user, public_id)
    contact = contact_for(nomination)
    first = dict(zip(("name", "email", "language"), contact, strict=True)) if contact else {}
    form = AskForm(request.POST or None, initial={"language": "en", **first})
    is_checked = False
    if request.method == "POST" and form.is_valid():
        is_checked = "send" not in request.POST
        if not is_checked:
            values = dict(form.cleaned_data)
            key = values.pop("once")

            def create() -> str:
                link = ask_statement(nomination, by=request.user, **values)
                text = _("An e-mail with a personal link is on its way to {email}.")
                messages.success(request, text.format(email=link.email))
                return reverse("cases:statements")

            try:
                return redirect(once(request.user, key, create))
            except (PlacementError, AccountError, ValidationError) as error:
                form.add_error(None, in_words(error))
    context = {
        "form": form,
        "nomination": nomination,
        "is_checked": is_checked,
        "links": list(links_of(nomination.application).order_by("-made_at")[:10]),
        "until": statement_until(nomination.application.cycle),
    }
    status = 422 if form.errors else 200
    return render(request, "cases/statement_ask.html", context, status=status)


@accepts_upload(megabytes=FILE_MEGABYTES + 1)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def statement_enter(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The staff enter a statement that came by letter; it says who has entered it."""
    nomination = find_looked_after(request.user, public_id)
    if not request.user.is_staff:
        raise PermissionDenied
    case = nomination.application
    last = case.statements.select_related("file").first()
    has_file = bool(last and last.file_id)
    if request.method == "POST":
        form = LetterStatementForm(request.POST, request.FILES, has_file=has_file)
    else:
        form = LetterStatementForm(initial=first_values(last), has_file=has_file)
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        key, upload = values.pop("once"), values.pop("file", None)
        language = values.pop("language")

        def create() -> str:
            give_statement(
                case, values=values, language=language, upload=upload, entered_by=request.user
            )
            messages.success(request, _("The statement was entered."))
            return reverse("cases:statements")

        try:
            return redirect(once(request.user, key, create))
        except FileRefused as refused:
            form.add_error("file", str(refused))
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
    context = {"form": form, "nomination": nomination, "last": last}
    status = 422 if form.errors else 200
    return render(request, "cases/statement_enter.html", context, status=status)


@login_required
@require_safe
def statement_file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The file of a statement, for staff and for the officers who look after the nominee."""
    cared = Nomination.objects.looked_after_by(request.user)
    if not request.user.is_staff:
        cared = cared.filter(
            office__organisation__in=request.user.organisation_ids(Role.OVERSEAS_OFFICE)
        )
    rows = SenderStatement.objects.filter(
        file__isnull=False, application__in=cared.values("application")
    )
    return response_for(get_object_or_404(rows.select_related("file"), public_id=public_id).file)

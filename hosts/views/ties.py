"""The register of ties with overseas governments."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.deletion import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import key_of, once
from accounts.models import Role, User
from files.limits import FILE_MEGABYTES, accepts_upload
from files.received import FileRefused, response_for, store

from ..forms.ties import EndTieForm, TieDocumentForm, TieForm
from ..models import LocalGovernment, Tie

ROWS = 50


@login_required
@require_safe
def ties(request: HttpRequest) -> HttpResponse:
    """The ties that this person may see; coordinators add and change their own."""
    if not request.user.has_role(Role.COORDINATOR, Role.RELAY):
        raise PermissionDenied
    rows = (
        Tie.objects.visible_to(request.user)
        .select_related("government__organisation", "government__prefecture__organisation")
        .select_related("document")
        .annotate(uses=Count("requests"))
        .order_by("government__code", "partner_en", "pk")
    )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    own, today = set(request.user.organisation_ids(Role.COORDINATOR)), timezone.localdate()
    for row in page.object_list:
        row.may_edit = row.government.organisation_id in own
        row.holds = row.is_in_force(today)
    return render(request, "hosts/ties.html", {"page": page, "may_add": bool(own)})


@accepts_upload(megabytes=FILE_MEGABYTES + 1)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tie_add(request: HttpRequest) -> HttpResponse:
    """Enter a tie; sending the same form twice enters one."""
    governments = _own_governments(request.user)
    if not governments.exists():
        raise PermissionDenied
    if request.method != "POST":
        form = TieForm(instance=Tie(), governments=governments)
        return _show(request, form, TieDocumentForm())
    form = TieForm(
        request.POST, _but_the_document(request), instance=Tie(), governments=governments
    )
    document = TieDocumentForm(request.POST, request.FILES)

    def create() -> str:
        _save(form, document, request.user)
        return reverse("hosts:ties")

    return _answer(request, form, document, create)


@accepts_upload(megabytes=FILE_MEGABYTES + 1)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tie(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change a tie; an edit that went stale shows both versions."""
    row = _find_tie(request.user, public_id)
    governments = LocalGovernment.objects.filter(pk=row.government_id)
    if request.method != "POST":
        return _show(
            request, TieForm(instance=row, governments=governments), TieDocumentForm(), row
        )
    with transaction.atomic():
        if not _lock(row):
            return _gone(request)
        files = _but_the_document(request)
        form = TieForm(request.POST, files, instance=row, governments=governments)
        document = TieDocumentForm(request.POST, request.FILES)

        def save() -> str:
            _save(form, document, request.user)
            return reverse("hosts:ties")

        return _answer(request, form, document, save, row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tie_end(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End a tie: requests that name it keep it, new ones cannot. One that nothing names may be
    taken out.
    """
    row = _find_tie(request.user, public_id)
    if request.method == "POST":
        with transaction.atomic():
            if not _lock(row):
                return _gone(request)
            form = EndTieForm(request.POST, tie=row)
            if form.is_valid():
                row.until = form.cleaned_data["until"]
                row.version += 1
                row.save(update_fields=["until", "version"])
                messages.success(request, _("The last day of the tie was entered."))
                return redirect("hosts:ties")
    else:
        form = EndTieForm(initial={"until": row.until or timezone.localdate()}, tie=row)
    context = {"form": form, "tie": row, "uses": row.requests.count()}
    return render(request, "hosts/tie_end.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def tie_remove(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a mistaken entry out; one that a request names is ended and never deleted."""
    row = _find_tie(request.user, public_id)
    try:
        with transaction.atomic():
            row.delete()
            if row.document:
                row.document.delete()
    except ProtectedError:
        messages.error(request, _("A request names this tie. End it instead; it stays readable."))
        return redirect("hosts:tie_end", public_id)
    messages.success(request, _("The entry was taken out of the register."))
    return redirect("hosts:ties")


@login_required
@require_safe
def tie_document(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The document of a tie, for whoever sees the tie."""
    rows = Tie.objects.visible_to(request.user).select_related("document")
    row = get_object_or_404(rows, public_id=public_id)
    if row.document is None:
        raise Http404
    return response_for(row.document)


def _own_governments(user: User) -> QuerySet[LocalGovernment]:
    own = user.organisation_ids(Role.COORDINATOR)
    return LocalGovernment.objects.filter(organisation__in=own).select_related(
        "organisation", "prefecture__organisation"
    )


def _find_tie(user: User, public_id: uuid.UUID) -> Tie:
    rows = Tie.objects.visible_to(user).select_related(
        "government__organisation", "government__prefecture__organisation", "document"
    )
    row = get_object_or_404(rows, public_id=public_id)
    if row.government.organisation_id not in user.organisation_ids(Role.COORDINATOR):
        raise PermissionDenied
    return row


def _lock(row: Tie) -> bool:
    """Bring the row up to date and lock it; False where it was taken out meanwhile."""
    try:
        row.refresh_from_db(from_queryset=Tie.objects.select_for_update(of=("self",)))
    except Tie.DoesNotExist:
        return False
    return True


def _gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("This tie was taken out meanwhile. Nothing was saved."))
    return redirect("hosts:ties")


def _but_the_document(request: HttpRequest) -> Mapping[str, object]:
    return {name: file for name, file in request.FILES.items() if name != "document"}


class _Faulty(Exception):
    """The forms of the page have faults, which stand at their fields; nothing was saved."""


@transaction.atomic
def _save(form: TieForm, document: TieDocumentForm, by: User) -> None:
    """Raises _Faulty or FileRefused, and has then saved nothing."""
    checked = [form.is_valid(), document.is_valid()]  # both, so that all faults are told at once
    if not all(checked):
        raise _Faulty
    if upload := document.cleaned_data.get("document"):
        form.instance.document = store(upload, by=by, purpose="tie")
    form.save()


def _answer(request, form, document, save, row: Tie | None = None) -> HttpResponse:
    """Save both parts of the page or neither; a refused page says what to correct.

    The forms are checked within `once`: what a first click has entered is no fault of the second.
    """
    try:
        address = save() if row else once(request.user, key_of(request.POST), save)
    except _Faulty:
        pass
    except FileRefused as error:
        document.add_error("document", str(error))
    except ValidationError as error:
        form.add_error(None, error)
    else:
        messages.success(request, _("The tie was saved."))
        return redirect(address)
    return _show(request, form, document, row)


def _show(
    request: HttpRequest, form: TieForm, document: TieDocumentForm, row: Tie | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "document_form": document,
        "forms": [form, document],
        "tie": row,
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
    }
    status = 422 if form.errors or document.errors else 200
    return render(request, "hosts/tie.html", context, status=status)

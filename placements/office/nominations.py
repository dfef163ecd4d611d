"""The nominations of an office: made, looked at, put in order, forwarded to the operator."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import in_words, once
from accounts.json_rows import json_rows, related_from, row_from
from accounts.models import User
from accounts.panels import render_panels
from schedule.models import Cycle
from trainees.models import Application

from ..completeness import gaps_of
from ..deadlines import until_of
from ..models import Nomination, NominationMove, RequestWish
from ..services import (
    PlacementError,
    comment_nomination,
    forward_nominations,
    nominate,
    rank_nominations,
    tell_if_elsewhere,
)
from ..services.forwarding import countries_of, reason_against_forwarding
from ..states import NOMINATION_OPEN, NominationState
from .finding import find_opening, nominations_of, office_page
from .forms import (
    ForwardNominationsForm,
    OfficeCommentForm,
    OfficeNominationForm,
    OrderForm,
)

ROWS = 50
MOVE_READ = ["id", "at", "to_state", "reason", "by__id", "by__name", "by__email"]
MOST_AT_ONCE = 200
MARKS: dict[str, str] = {
    NominationState.PROPOSED: "none",
    NominationState.CONFIRMED: "half",
    NominationState.FORWARDED: "full",
    NominationState.REFUSED: "stopped",
    NominationState.WITHDRAWN: "stopped",
}


def _marked(nomination: Nomination) -> Nomination:
    nomination.mark = MARKS[nomination.state]
    return nomination


def _standing(request: HttpRequest) -> QuerySet[Nomination]:
    """What can still be put in order and forwarded, of the cycles that are open."""
    return nominations_of(request.user).filter(
        application__cycle__state=Cycle.State.OPEN,
        state__in=NOMINATION_OPEN,
    )


@office_page
@require_safe
def nominations(request: HttpRequest) -> HttpResponse:
    """Every nomination of the office with where it stands, those of the open cycles first."""
    rows = nominations_of(request.user).order_by(
        "-application__cycle__fiscal_year",
        "office__code",
        F("office_rank").asc(nulls_last=True),
        "pk",
    )
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    for row in page.object_list:
        _marked(row)
        row.takes_part = (
            row.state in NOMINATION_OPEN
            and row.application.cycle.state == Cycle.State.OPEN
            and row.application.state != "withdrawn"
        )
        row.can_be_chosen = row.takes_part and row.state == NominationState.CONFIRMED
    context = {
        "page": page,
        "can_forward": any(row.can_be_chosen for row in page.object_list),
        "can_order": sum(row.takes_part for row in page.object_list) > 1,
    }
    return render(request, "placements/office/nominations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nomination(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One nominee: how the nomination came, what is missing, what the office says."""
    seen = Application.objects.visible_to(request.user).filter(pk=OuterRef("application"))
    rows = nominations_of(request.user).annotate(
        can_read_dossier=Exists(seen),
        move_rows=json_rows(NominationMove.objects.all(), "nomination", MOVE_READ),
    )
    found = _marked(get_object_or_404(rows, public_id=public_id))
    form = OfficeCommentForm(instance=found)
    if request.method == "POST":
        try:
            with transaction.atomic():
                locked = Nomination.objects.select_for_update().get(pk=found.pk)
                form = OfficeCommentForm(request.POST, instance=locked)
                if form.is_valid():
                    comment_nomination(
                        found, comment=form.cleaned_data["office_comment"], by=request.user
                    )
                    messages.success(request, _("The remark was saved."))
                    return redirect("recruitment:nomination", public_id)
        except PlacementError as error:
            form.add_error(None, str(error))
    is_open = found.application.cycle.state == Cycle.State.OPEN
    context = {
        "nomination": found,
        "form": form,
        "conflicts": form.conflicts() if form.is_bound and form.stale else [],
        "gaps": gaps_of(found) if found.state in NOMINATION_OPEN else [],
        "moves": [
            {"row": move, "label": NominationState(move.to_state).label} for move in _moves(found)
        ],
        "wishes": _wishes(found),
        "is_open": is_open and found.state in NOMINATION_OPEN,
        "can_forward": is_open and found.state == NominationState.CONFIRMED,
        "may_invite": is_open and found.state == NominationState.PROPOSED,
        "can_read_dossier": found.can_read_dossier,
        "panels": render_panels("nomination", request, found),
    }
    status = 422 if form.is_bound else 200
    return render(request, "placements/office/nomination.html", context, status=status)


def _moves(nomination: Nomination) -> list[NominationMove]:
    """What has happened, as it was read with the nomination."""
    rows = [
        row_from(NominationMove, row, by=related_from(User, row, "by"))
        for row in vars(nomination)["move_rows"]
    ]
    return sorted(rows, key=lambda row: (row.at, row.pk))


def _wishes(nomination: Nomination) -> list[RequestWish]:
    """What the nominee wishes for; nobody else reads it before the application was submitted."""
    if nomination.application.submitted_at is None:
        return []
    rows = RequestWish.objects.filter(application=nomination.application_id)
    return list(
        rows.select_related(
            "host_request__answer__government__organisation",
            "host_request__answer__government__prefecture__organisation",
        )
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nominate_person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Nominate a person for an opening; the button sends an invitation to their address."""
    found = find_opening(request.user, public_id)
    today = timezone.localdate()
    if reason := reason_against_forwarding(found, today):
        context = {"opening": found, "reason": reason, "until": until_of(found)}
        return render(request, "placements/office/over.html", context, status=409)
    taken = found.nominations.counted().count()
    if taken >= found.quota and request.method != "POST":
        context = {"opening": found, "until": until_of(found), "is_full": True, "taken": taken}
        return render(request, "placements/office/over.html", context, status=409)
    form = OfficeNominationForm(
        request.POST if request.method == "POST" else None,
        codes=sorted(countries_of(found, today)),
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        key = values.pop("once")
        made = []

        def create() -> str:
            made.append(
                nominate(cycle=found.host_request.cycle, opening=found, by=request.user, **values)
            )
            return reverse("recruitment:opening", args=[public_id])

        try:
            address = once(request.user, key, create)
        except (PlacementError, ValidationError) as error:
            tell_if_elsewhere(error)
            form.add_error(None, in_words(error))
        else:
            if made:
                text = _("An invitation was sent to {email}.").format(email=values["email"])
                messages.success(request, text)
            else:
                messages.info(request, _("This form was sent already; nothing was sent twice."))
            return redirect(address)
    context = {
        "opening": found,
        "form": form,
        "until": until_of(found),
        "left": max(0, found.quota - taken),
    }
    status = 422 if form.errors else 200
    return render(request, "placements/office/nominate.html", context, status=status)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """The order of the office over its open nominations; all places change, or none."""
    rows = list(
        _standing(request)
        .exclude(application__state="withdrawn")
        .order_by("office__code", F("office_rank").asc(nulls_last=True), "pk")
    )
    groups: dict[tuple[int | None, int], list[Nomination]] = {}
    for row in rows:
        groups.setdefault((row.office_id, row.application.cycle_id), []).append(_marked(row))
    forms = [
        OrderForm(
            request.POST if request.method == "POST" else None,
            nominations=group,
            prefix=f"o{office}-{cycle}",
        )
        for (office, cycle), group in groups.items()
    ]
    checked = [form.is_valid() for form in forms]  # each of them, so that all faults are told
    if request.method == "POST" and all(checked):
        try:
            with transaction.atomic():
                moved = sum(rank_nominations(form.in_order(), by=request.user) for form in forms)
        except PlacementError as error:
            messages.error(request, str(error))
        else:
            text = ngettext(
                "The order was saved: {n} place was changed.",
                "The order was saved: {n} places were changed.",
                moved,
            )
            messages.success(request, text.format(n=moved))
        return redirect("recruitment:nominations")
    context = {
        "groups": [
            {"office": form.nominations[0].office, "form": form, "rows": form.rows()}
            for form in forms
        ],
        "forms": forms,
    }
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, "placements/office/order.html", context, status=status)


@office_page
@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest) -> HttpResponse:
    """A look at what is chosen, with what is missing of each; then the button forwards it."""
    data = request.POST if request.method == "POST" else request.GET
    keys = [key for key in data.getlist("nominations")[:MOST_AT_ONCE] if _is_uuid(key)]
    chosen = list(
        nominations_of(request.user).filter(public_id__in=keys).order_by("office_rank", "pk")
    )
    if len(chosen) < len(set(keys)):
        raise Http404
    if not chosen:
        messages.info(request, _("Choose at least one nomination."))
        return redirect("recruitment:nominations")
    for row in chosen:
        _marked(row).gaps = gaps_of(row)
    form = ForwardNominationsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        moved: list[Nomination] = []

        def send() -> str:
            moved.extend(
                forward_nominations(chosen, reason=form.cleaned_data["reason"], by=request.user)
            )
            return reverse("recruitment:nominations")

        try:
            address = once(request.user, form.cleaned_data["once"], send)
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
        else:
            n = len(moved)
            text = ngettext(
                "{n} nomination was forwarded to the operator.",
                "{n} nominations were forwarded to the operator.",
                n,
            ).format(n=n)
            messages.success(request, text if n else _("They were forwarded already."))
            return redirect(address)
    context = {
        "form": form,
        "chosen": chosen,
        "incomplete": sum(bool(row.gaps) for row in chosen),
        "needs_reason": request.user.is_staff or any(row.gaps for row in chosen),
    }
    status = 422 if form.errors else 200
    return render(request, "placements/office/nominations_forward.html", context, status=status)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True

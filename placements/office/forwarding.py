"""Handing an opening on, noting what was answered, reminding those who wait."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.editing import in_words, once
from trainees.models import Contact

from ..deadlines import until_of
from ..models import Forwarding, Opening
from ..services import (
    PlacementError,
    forward_opening,
    hand_link,
    record_answer,
    remind_bodies,
    take_link_back,
)
from ..services.forwarding import (
    bodies_of,
    codes_of,
    preview_reminder,
    reason_against_forwarding,
    waiting,
)
from .finding import find_opening
from .forms import AnswerForm, ForwardForm, LinkForm, RemindForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose agencies and overseas local governments of the office's countries, one or many."""
    found = find_opening(request.user, public_id)
    today = timezone.localdate()
    if reason := reason_against_forwarding(found, today):
        return _over(request, found, reason)
    agencies, governments = bodies_of(codes_of(found, today))
    known = set(found.forwardings.values_list("organisation", flat=True))
    bodies = [*agencies, *governments]
    if request.method != "POST":  # what a first click has handed on is no fault of the second
        bodies = [each for each in bodies if each.organisation_id not in known]
    until = until_of(found)
    form = ForwardForm(
        request.POST if request.method == "POST" else None,
        opening=found,
        organisations=[each.organisation for each in bodies],
        contacts=list(
            Contact.objects.visible_to(request.user)
            .filter(organisation__in=[each.organisation_id for each in bodies], left_on=None)
            .order_by("pk")
        ),
        initial={"answer_by": until.day if until else None},
    )
    if form.is_valid():
        made: list[Forwarding] = []

        def create() -> str:
            made.extend(
                forward_opening(
                    found,
                    to=form.addressees(),
                    answer_by=form.cleaned_data["answer_by"],
                    message=form.cleaned_data["message"],
                    with_link=form.cleaned_data["with_link"],
                    by=request.user,
                )
            )
            return reverse("recruitment:opening", args=[public_id])

        try:
            address = once(request.user, form.cleaned_data["once"], create)
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
        else:
            _say_forwarded(request, made)
            return redirect(address)
    context = {
        "opening": found,
        "until": until,
        "form": form,
        "rows": _rows(form, [*agencies, *governments]),
        "known": len(known),
        "has_bodies": bool(agencies or governments),
    }
    status = 422 if form.errors else 200
    return render(request, "placements/office/forward.html", context, status=status)


def _rows(form: ForwardForm, bodies: list) -> list[dict[str, object]]:
    """Each body that can be chosen, with its tick and the choice of its contact."""
    of_body = {each.organisation_id: each for each in bodies}
    rows = []
    for option in form["bodies"]:
        key = str(option.data["value"])
        organisation = form.organisations[key]
        name = form.contact_names.get(key)
        rows.append(
            {
                "option": option,
                "body": of_body[organisation.pk],
                "contact": form[name] if name else None,
            }
        )
    return rows


def _say_forwarded(request: HttpRequest, made: list[Forwarding]) -> None:
    n, links = len(made), sum(row.link_id is not None for row in made)
    if not n:
        messages.info(request, _("They have it already; nothing was sent twice."))
        return
    text = ngettext("Handed on to {n} body.", "Handed on to {n} bodies.", n).format(n=n)
    mails = ngettext(
        "{n} mail with a personal link leaves.", "{n} mails with personal links leave.", links
    ).format(n=links)
    messages.success(
        request, f"{text} {mails}" if links else f"{text} {_('No mail leaves the portal.')}"
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note what a body has answered by telephone, letter or mail."""
    row = get_object_or_404(
        Forwarding.objects.visible_to(request.user).select_related(
            "organisation", "contact", "opening"
        ),
        public_id=public_id,
    )
    found = find_opening(request.user, row.opening.public_id)
    row.opening = found
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        initial={
            "answer": "" if row.answer == Forwarding.Answer.WAITING else row.answer,
            "channel": "call",
            "happened_on": timezone.localdate(),
            "answer_note": row.answer_note,
        },
    )
    if form.is_valid():
        given = form.cleaned_data

        def note() -> str:
            record_answer(
                row,
                answer=given["answer"],
                note=given["answer_note"],
                channel=given["channel"],
                happened_on=given["happened_on"],
                by=request.user,
            )
            return reverse("recruitment:opening", args=[found.public_id])

        try:
            address = once(request.user, given["once"], note)
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("The answer was noted."))
            return redirect(address)
    context = {"opening": found, "forwarding": row, "form": form}
    status = 422 if form.errors else 200
    return render(request, "placements/office/answer.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who at a body has the personal link: send it anew, give it to somebody else there, or take it
    back.
    """
    row = get_object_or_404(
        Forwarding.objects.visible_to(request.user).select_related(
            "organisation", "contact", "link", "opening"
        ),
        public_id=public_id,
    )
    found = find_opening(request.user, row.opening.public_id)
    row.opening = found
    reason = reason_against_forwarding(found, timezone.localdate())
    takes_back = request.method == "POST" and "take_back" in request.POST
    is_sent = request.method == "POST" and not takes_back
    form = LinkForm(request.POST if is_sent else None, forwarding=row)
    if takes_back:
        try:
            take_link_back(row, by=request.user)
        except PlacementError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The link was taken back; it opens nothing any more."))
        return redirect("recruitment:link", public_id)
    if form.is_valid():
        given = form.cleaned_data

        def send() -> str:
            hand_link(row, contact=given["contact"], message=given["message"], by=request.user)
            text = _("A mail with a personal link leaves for {email}.")
            messages.success(request, text.format(email=given["contact"].email))
            return reverse("recruitment:opening", args=[found.public_id])

        try:
            return redirect(once(request.user, given["once"], send))
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
    context = {
        "opening": found,
        "forwarding": row,
        "form": form,
        "reason": reason,
        "can_be_sent": reason is None and form.fields["contact"].queryset.exists(),
    }
    status = 422 if form.errors else 200
    return render(request, "placements/office/link.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One mail to each body that waits still, after a look at it."""
    found = find_opening(request.user, public_id)
    if reason := reason_against_forwarding(found, timezone.localdate()):
        return _over(request, found, reason)
    rows = waiting(found)
    for row in rows:
        row.opening = found
    form = RemindForm(request.POST if request.method == "POST" else None, forwardings=rows)
    if form.is_valid():
        counts: list[int] = []

        def send() -> str:
            chosen = form.chosen()
            counts.append(
                remind_bodies(
                    found, forwardings=chosen, text=form.cleaned_data["text"], by=request.user
                )
            )
            return reverse("recruitment:opening", args=[public_id])

        try:
            address = once(request.user, form.cleaned_data["once"], send)
        except (PlacementError, ValidationError) as error:
            form.add_error(None, in_words(error))
        else:
            n = sum(counts)
            text = ngettext("{n} body was reminded.", "{n} bodies were reminded.", n).format(n=n)
            messages.success(request, text if n else _("Nothing was sent twice."))
            return redirect(address)
    first = next(iter(form.reachable.values()), None)
    context = {
        "opening": found,
        "form": form,
        "rows": rows,
        "unreachable": [row for row in rows if row not in form.reachable.values()],
        "sample": preview_reminder(first, by=request.user) if first else None,
    }
    status = 422 if form.errors else 200
    return render(request, "placements/office/remind.html", context, status=status)


def _over(request: HttpRequest, opening: Opening, reason: str) -> HttpResponse:
    """A page that says why nothing can be done any more."""
    context = {"opening": opening, "reason": reason, "until": until_of(opening)}
    return render(request, "placements/office/over.html", context, status=409)

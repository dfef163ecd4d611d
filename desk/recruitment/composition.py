"""The recruitment of a cycle: what goes where, as a proposal and as staff decide; the preview and
the button that publishes; afterwards where each opening stands.
"""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from notices.mails import mail_text
from placements.models import Recruitment
from placements.offering import proposed_offices, reaches, requests_to_offer
from placements.progress import openings_with_progress, totals_of
from placements.services import PlacementError, offer_requests, publish, start_recruitment
from placements.services.ground import lock_open
from placements.services.recruitment import (
    PUBLISHED,
    Told,
    mail_context,
    openings_of,
    told_of,
    with_parts,
)
from schedule.models import Cycle

from .finding import (
    context_of,
    desk_page,
    find_cycle,
    find_recruitment,
    person,
    place_of,
)
from .forms import OfferForm


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Where the recruitment stands; the button begins it with a proposal."""
    cycle = find_cycle(programme, year)
    if request.method == "POST":
        try:
            start_recruitment(cycle, by=person(request))
        except PlacementError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request, _("The recruitment was begun with a proposal. Nobody has been told.")
            )
        return redirect("desk:recruitment", programme, year)
    found = Recruitment.objects.filter(cycle=cycle).select_related("published_by").first()
    if found is None:
        return render(request, "desk/recruitment_start.html", _start_context(cycle))
    found.cycle = cycle
    openings = list(openings_with_progress(with_parts(openings_of(cycle))))
    for row in openings:
        row.host_request.answer.survey.cycle = cycle
    context = context_of(
        found,
        openings=openings,
        totals=totals_of(openings),
        texts=list(found.texts.select_related("file")),
        offices=len({row.office_id for row in openings}),
        requests=len({row.host_request_id for row in openings}),
    )
    return render(request, "desk/recruitment.html", context)


def _start_context(cycle: Cycle) -> dict[str, object]:
    return {
        "cycle": cycle,
        "place": place_of(cycle),
        "is_open": cycle.state == Cycle.State.OPEN,
        "requests": requests_to_offer(cycle).count(),
    }


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment_offer(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """Requests by offices, in one table; a number says how many nominees an office may send."""
    found = find_recruitment(programme, year)
    if found.is_published:
        messages.info(request, _("The recruitment is published; change its openings one by one."))
        return redirect("desk:recruitment", programme, year)
    form = _offer_form(found)
    if request.method != "POST":
        return _show_offer(request, found, form)
    try:
        with transaction.atomic():
            lock_open(found.cycle)
            form = _offer_form(found, request)
            if form.is_valid():
                offer_requests(found, form.quotas(), by=person(request))
                messages.success(request, _("The table was saved. Nobody has been told."))
                return redirect("desk:recruitment", programme, year)
    except PlacementError as error:
        form.add_error(None, str(error))
    return _show_offer(request, found, form)


def _offer_form(found: Recruitment, request: HttpRequest | None = None) -> OfferForm:
    return OfferForm(
        request.POST if request else None,
        requests=list(requests_to_offer(found.cycle)),
        offices=reaches(timezone.localdate()),
        openings=list(openings_of(found.cycle)),
    )


def _show_offer(request: HttpRequest, found: Recruitment, form: OfferForm) -> HttpResponse:
    rows = form.rows()
    for row in rows:
        proposed = {each.office.pk for each in proposed_offices(row["request"], form.offices)}
        row["has_none"] = not proposed
        for cell in row["cells"]:
            cell["is_proposed"] = cell["office"].pk in proposed
    context = context_of(found, form=form, rows=rows, offices=form.offices)
    status = 422 if form.errors else 200
    return render(request, "desk/recruitment_offer.html", context, status=status)


@desk_page
@require_http_methods(["GET", "HEAD", "POST"])
def recruitment_publish(request: HttpRequest, programme: str, year: int) -> HttpResponse:
    """What each office gets and who gets a mail; the button publishes it, once."""
    found = find_recruitment(programme, year)
    if found.is_published:
        messages.info(
            request, _("The recruitment has been published already. Nothing was sent twice.")
        )
        return redirect("desk:recruitment", programme, year)
    refused = ""
    if request.method == "POST":
        try:
            told = publish(found, by=person(request))
        except PlacementError as error:
            refused = str(error)
        else:
            n = len({user.pk for each in told for user in each.people})
            text = ngettext(
                "The recruitment is published; {n} person is mailed.",
                "The recruitment is published; {n} people are mailed.",
                n,
            )
            messages.success(request, text.format(n=n))
            return redirect("desk:recruitment", programme, year)
    rows = list(with_parts(openings_of(found.cycle)))
    for row in rows:
        row.host_request.answer.survey.cycle = found.cycle
    told = told_of(rows, timezone.localdate())
    context = context_of(
        found,
        told=told,
        people=len({user.pk for each in told for user in each.people}),
        sample=_sample(found, told),
        refused=refused,
    )
    status = 422 if refused else 200
    return render(request, "desk/recruitment_publish.html", context, status=status)


def _sample(found: Recruitment, told: list[Told]) -> dict[str, object] | None:
    """The mail that the first officer would get."""
    first = next(((each, user) for each in told for user in each.people), None)
    if first is None:
        return None
    office, user = first
    context = mail_context(user, [office], recruitment=found)
    subject, body = mail_text(PUBLISHED, user.language, {**context, "to_name": user.name})
    return {"user": user, "subject": subject, "body": body}

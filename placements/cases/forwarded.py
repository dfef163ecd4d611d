"""What was forwarded to an agency or an overseas local government: look, answer, nominate."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import in_words, key_of, once
from accounts.link_services import typed_before
from accounts.models import Language, Organisation, PersonalLink
from files.limits import accepts_upload
from hosts.models import HostRequest
from notices.pages import pdf_response
from schedule.models import Cycle
from trainees.states import ApplicationState

from ..deadlines import Until, until_of, until_words
from ..link_purposes import FORWARDING, forwardings_of
from ..models import Forwarding, Nomination
from ..nominating import Proposal, check_day, check_places, check_request
from ..offer_sheet import TEMPLATE, sheet_of, with_sheet
from ..services import PlacementError, nominate, record_answer, tell_if_elsewhere
from ..services.employers import employers_of, enter_contact, enter_employer
from .door import by_link
from .forms import ROWS_MOST, AnswerForm, NomineeFormSet, RowForm
from .progress import progress_of

MORE_ROWS = 3
PREFIX = "person"


def rows_for(link: PersonalLink) -> list[Forwarding]:
    """What was forwarded by this link, with everything that the page shows of it."""
    rows = forwardings_of(link).select_related(
        "organisation__agency",
        "organisation__sending_government",
        "opening__office__organisation",
        "opening__host_request__answer__government__organisation",
        "opening__host_request__answer__government__prefecture__organisation",
        "opening__host_request__answer__survey__cycle__programme__operator",
        "opening__host_request__training_programme",
    )
    return list(rows.distinct().order_by("answer_by", "pk"))


def find_row(link: PersonalLink, public_id: uuid.UUID) -> Forwarding:
    """One of them; any other does not exist for whoever holds this link."""
    row = next((each for each in rows_for(link) if each.public_id == public_id), None)
    if row is None:
        raise Http404
    return row


@never_cache
@require_safe
@by_link(FORWARDING)
def forwarded(request: HttpRequest, *, link: PersonalLink) -> HttpResponse:
    """The requests with their days and conditions, the answers given, and where the nominees
    stand.
    """
    rows = rows_for(link)
    nominees = Nomination.objects.filter(link=link).with_people().order_by("nominated_on", "pk")
    by_opening: dict[int | None, list[dict[str, Any]]] = {}
    for nomination in nominees:
        by_opening.setdefault(nomination.opening_id, []).append(
            {"nomination": nomination, "progress": progress_of(nomination)}
        )
    first = rows[0].opening if rows else None
    left = _places_left(rows)
    context = {
        "link": link,
        "rows": [
            _shown(row, by_opening.get(row.opening_id, []), left[row.opening_id]) for row in rows
        ],
        "office": first.office if first else None,
        "office_hours": _in_words(first.office, "hours") if first else "",
    }
    return render(request, "cases/forwarded.html", context)


def _in_words(row: Any, name: str) -> str:
    """One of the two columns of a text, the reader's first."""
    names = [f"{name}_ja", f"{name}_en"]
    if get_language() != "ja":
        names.reverse()
    return next((text for each in names if (text := getattr(row, each))), "")


def _places_left(rows: list[Forwarding]) -> dict[int, int]:
    """By opening how many more nominees it takes, counted at once."""
    openings = {row.opening_id: row.opening.quota for row in rows}
    counted = Nomination.objects.counted().filter(opening__in=openings).order_by()
    taken = dict(counted.values_list("opening").annotate(Count("pk")))
    return {pk: max(0, quota - taken.get(pk, 0)) for pk, quota in openings.items()}


def _takes_a_place(nomination: Nomination) -> bool:
    return nomination.is_open and nomination.application.state != ApplicationState.WITHDRAWN


def _shown(row: Forwarding, nominees: list[dict[str, Any]], left: int) -> dict[str, Any]:
    opening = row.opening
    stands = any(_takes_a_place(each["nomination"]) for each in nominees)
    return {
        "row": row,
        "opening": opening,
        "request": opening.host_request,
        "qualifications": _in_words(opening.host_request, "qualifications"),
        "conditions": _in_words(opening.host_request, "conditions"),
        "nominees": nominees,
        "answer_until": until_words(Until(row.answer_by, opening.office.zone)),
        "nominate_until": until_words(until_of(opening)),
        "left": left,
        "takes_nominees": (takes := _reason_against(row) is None),
        "may_nominate": takes and left > 0,
        "may_answer": opening.host_request.cycle.state == Cycle.State.OPEN and not stands,
    }


def _reason_against(row: Forwarding) -> str | None:
    """Why nobody can be nominated for it now, whoever it is; without counting the places."""
    cycle = row.opening.host_request.cycle
    proposal = Proposal(cycle, "", timezone.localdate(), row.opening, office=row.opening.office)
    return check_request(proposal) or check_day(proposal)


@never_cache
@require_safe
@by_link(FORWARDING)
def forwarded_sheet(
    request: HttpRequest, *, link: PersonalLink, forwarding: uuid.UUID, language: str
) -> HttpResponse:
    """The recruitment sheet of what was forwarded, as a PDF, in Japanese or English."""
    if language not in Language.values:
        raise Http404
    opening = find_row(link, forwarding).opening
    rows = with_sheet(HostRequest.objects.all())
    host_request = get_object_or_404(rows, pk=opening.host_request_id)
    made = sheet_of(host_request, language=language, on=timezone.localdate(), opening=opening)
    name = f"{opening.key}_{made.host}_{language}"
    return pdf_response(request, TEMPLATE, made.as_context(), name, language=language)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link(FORWARDING)
def forwarded_answer(
    request: HttpRequest, *, link: PersonalLink, forwarding: uuid.UUID
) -> HttpResponse:
    """Say whether somebody is looked for, or nobody is nominated and why; it may change."""
    row = find_row(link, forwarding)
    typed = typed_before(request) if request.method == "GET" else None
    first = {"answer": row.answer, "note": row.answer_note}
    form = AnswerForm(request.POST or None, initial=typed.dict() if typed else first)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            record_answer(row, answer=values["answer"], note=values["note"], link=link)
        except PlacementError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. Your answer has reached the office."))
            return redirect("cases:forwarded", link.public_id)
    context = {"form": form, "link": link, "row": row, "request_row": row.opening.host_request}
    status = 422 if form.errors else 200
    return render(request, "cases/forwarded_answer.html", context, status=status)


@accepts_upload(megabytes=1, by_link=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@by_link(FORWARDING)
def forwarded_nominate(
    request: HttpRequest, *, link: PersonalLink, forwarding: uuid.UUID
) -> HttpResponse:
    """Nominate one person, an agency several at once: all of them or none."""
    row = find_row(link, forwarding)
    organisation = row.organisation
    is_agency = organisation.kind == Organisation.Kind.AGENCY and hasattr(organisation, "agency")
    if not is_agency and not hasattr(organisation, "sending_government"):
        raise Http404  # neither an agency nor an employer: there is nobody to nominate for
    country = _country_of(organisation)
    options: dict[str, Any] = {"nationality": country}
    if is_agency:
        options["employers"] = employers_of(country, organisation.agency)
    typed = typed_before(request) if request.method == "GET" else None
    data = request.POST if request.method == "POST" else typed
    rows = _rows(data, is_agency)
    formset_class: Any = formset_factory(
        RowForm, formset=NomineeFormSet, extra=rows, max_num=ROWS_MOST, absolute_max=ROWS_MOST
    )
    reason = _reason_against(row)
    wants_more = data is not None and ("more" in data or typed is not None)
    if data is None or wants_more:
        formset = formset_class(prefix=PREFIX, kept=_kept(data, rows), form_kwargs=options)
        return _page(request, link, row, formset, reason=reason)
    formset = formset_class(data, prefix=PREFIX, form_kwargs=options)
    if formset.is_valid():
        faults: list[str] = []
        try:
            address = once(
                link, key_of(request.POST), lambda: _nominate_all(request, link, row, formset)
            )
        except _FaultyError as faulty:
            for error in faulty.against:
                tell_if_elsewhere(error)
        except (PlacementError, ValidationError) as error:
            faults.append(in_words(error))
        else:
            return redirect(address)
        return _page(request, link, row, formset, faults=faults, reason=reason, status=422)
    return _page(request, link, row, formset, reason=reason, status=422)


class _FaultyError(Exception):
    """Somebody could not be nominated; nobody was. `against` is what stood against each."""

    def __init__(self, against: list[PlacementError]) -> None:
        super().__init__()
        self.against = against


@transaction.atomic
def _nominate_all(
    request: HttpRequest, link: PersonalLink, row: Forwarding, formset: NomineeFormSet
) -> str:
    """Every person of the page, or none of them; what stands against each is told at their row."""
    made, against = 0, []
    left = _places_left([row])[row.opening_id]
    named, most = len(formset.filled()), row.opening.quota
    if 0 < left < named:
        text = ngettext(
            "This request takes {most} nominee, and you name {named} people. Places left: {left}.",
            "This request takes {most} nominees, and you name {named} people. Places left: {left}.",
            most,
        )
        raise PlacementError(text.format(most=most, named=named, left=left))
    for _number, form in formset.filled():
        try:
            with transaction.atomic():
                _nominate_one(link, row, dict(form.cleaned_data))
        except PlacementError as error:
            against.append(error)
            form.add_error(None, str(error))
        else:
            made += 1
    if any(form.errors for _number, form in formset.filled()):
        raise _FaultyError(against)
    record_answer(row, answer=Forwarding.Answer.NOMINATES, note=row.answer_note, link=link)
    told = ngettext(
        "{n} person was nominated. They get an e-mail, and their state stands here.",
        "{n} people were nominated. They get an e-mail, and their state stands here.",
        made,
    )
    messages.success(request, told.format(n=made))
    return reverse("cases:forwarded", args=[link.public_id])


def _nominate_one(link: PersonalLink, row: Forwarding, values: dict[str, Any]) -> None:
    organisation = row.organisation
    agency = getattr(organisation, "agency", None)
    typed, chosen = values.pop("new_employer", ""), values.pop("employer", None)
    employer = getattr(organisation, "sending_government", None) or chosen
    if employer is None:
        employer = enter_employer(typed, country=_country_of(organisation), agency=agency)
    name, email = values.pop("contact_name"), values.pop("contact_email")
    contact = enter_contact(employer, name=name, email=email, language=values["language"])
    nominate(
        cycle=row.opening.host_request.cycle,
        opening=row.opening,
        agency=agency,
        link=link,
        by=None,
        sending_government=employer,
        contact=contact,
        **values,
    )


def _country_of(organisation: Organisation) -> str:
    profile = getattr(organisation, "agency", None) or organisation.sending_government
    return str(profile.country)


def _rows(data: Any, is_agency: bool) -> int:
    """How many rows the page shows: one at first, three for an agency, more by the button."""
    if data is None:
        return MORE_ROWS if is_agency else 1
    typed = str(data.get(f"{PREFIX}-TOTAL_FORMS", ""))
    rows = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
    return max(1, min(rows + (MORE_ROWS if "more" in data else 0), ROWS_MOST))


def _kept(data: Any, rows: int) -> list[dict[str, str]]:
    """What was typed so far, unchecked, for the page with more rows or after a new code."""
    if data is None:
        return []
    names = [*RowForm.base_fields]
    return [
        {
            name: data[f"{PREFIX}-{number}-{name}"]
            for name in names
            if f"{PREFIX}-{number}-{name}" in data
        }
        for number in range(rows)
    ]


def _page(
    request: HttpRequest,
    link: PersonalLink,
    row: Forwarding,
    formset: NomineeFormSet,
    *,
    faults: list[str] | None = None,
    reason: str | None = None,
    status: int = 200,
) -> HttpResponse:
    cycle = row.opening.host_request.cycle
    proposal = Proposal(cycle, "", row.answer_by, row.opening)
    if len(formset.forms) > 1:
        for number, form in enumerate(formset, start=1):
            form.who = _("Person {n}").format(n=number)
    context = {
        "link": link,
        "row": row,
        "request_row": row.opening.host_request,
        "formset": formset,
        "forms": list(formset),
        "faults": [*(faults or []), *(formset.non_form_errors() if formset.is_bound else [])],
        "reason": reason,
        "key": uuid.uuid4() if status == 200 else (key_of(request.POST) or uuid.uuid4()),
        "is_many": len(formset.forms) > 1,
        "may_add": len(formset.forms) < ROWS_MOST,
        "nominate_until": until_words(until_of(row.opening)),
        "is_full": (full := check_places(proposal)),
        "is_over": status == 200 and bool(reason or full),  # what was refused is shown as it is
    }
    return render(request, "cases/forwarded_nominate.html", context, status=status)

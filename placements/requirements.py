"""The rules of eligibility that look at requests and placements.

Language and field are asked of the same functions as the matching asks pair by pair, so that the
table and the board say the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hosts.models import HostRequest
from japan.dates import age_on
from schedule.vocabulary import Route
from trainees.eligibility import (
    Case,
    Stay,
    Verdict,
    met,
    not_met,
    rule,
    stay_source,
    still_open,
)
from trainees.models import Application, Sex

from .eligibility import check_field, check_language
from .known import nominations_of, placements_of, wishes_of
from .models import Placement
from .queries import offered_by, wanted_by
from .states import DECIDED, PlacementState

KEPT = "placements.requests"
KEPT_PLACEMENTS = "placements.placements"
Reason = Callable[[Case, HostRequest], str | None]
SEX_OF: dict[str, str] = {HostRequest.Gender.MALE: Sex.MALE, HostRequest.Gender.FEMALE: Sex.FEMALE}


@dataclass(frozen=True)
class Meant:
    """The requests that a dossier aims at: the one of an own selection, else those wished, in
    their order.
    """

    requests: list[HostRequest]
    is_own_selection: bool


def meant_by(application: Application) -> Meant:
    """Without a further query where the page has kept its wishes and nominations."""
    own = [
        row.host_request
        for row in nominations_of(application)
        if row.is_open and row.route == Route.OWN_SELECTION and row.host_request
    ]
    if own:
        return Meant(own, True)
    return Meant([row.host_request for row in wishes_of(application)], False)


def _meant(case: Case) -> Meant:
    if KEPT not in case.kept:
        case.kept[KEPT] = meant_by(case.live)
    return cast(Meant, case.kept[KEPT])


def _requests(case: Case) -> list[HostRequest]:
    return _meant(case).requests


def _decided(case: Case) -> list[Placement]:
    """The decided placements of the person in this cycle, the last one first."""
    if KEPT_PLACEMENTS not in case.kept:
        case.kept[KEPT_PLACEMENTS] = placements_of(case.live)
    rows = cast(list[Placement], case.kept[KEPT_PLACEMENTS])
    return [row for row in rows if row.state in DECIDED]


@stay_source
def stays_meant(case: Case) -> list[Stay]:
    """The days of the placement that was decided, else those of the requests aimed at."""
    placed = next((row for row in _decided(case) if row.application_id == case.live.pk), None)
    if placed is not None:
        name = placed.host_request.government.full_name
        return [Stay(name, placed.starts_on, placed.ends_on)]
    return [
        Stay(row.government.full_name, row.starts_on, row.ends_on)
        for row in _requests(case)
        if row.starts_on and row.ends_on
    ]


def _of_each(case: Case, reason_of: Reason, *, met_words: str, ask_words: str) -> Verdict | None:
    """Met where at least one request fits; the reason names those that do not."""
    requests = _requests(case)
    if not requests:
        return None
    against = {row: reason_of(case, row) for row in requests}
    misfits = [
        _("{government}: {reason}").format(government=row.government.full_name, reason=reason)
        for row, reason in against.items()
        if reason
    ]
    if not misfits:
        count = len(requests)
        text = ngettext(
            "It fits the {n} request aimed at.", "It fits all {n} requests aimed at.", count
        )
        return met(text.format(n=count), met_words)
    listed = " ".join(misfits)
    if len(misfits) < len(requests):
        return met(
            _("It fits some of the requests aimed at. Not: {list}").format(list=listed),
            _("It fits some of the places that you wish for. Not: {list}").format(list=listed),
        )
    return not_met(listed, f"{ask_words} {listed}")


@rule("request_language", title=gettext_lazy("Languages that the host asks for"), order=110)
def request_language(case: Case) -> Verdict | None:
    """The levels of the requests aimed at, as the matching compares them."""
    offered = offered_by(case.application)

    def reason_of(case: Case, row: HostRequest) -> str | None:
        if not check_language(wanted_by(row), offered):
            return None
        return _("asks for {levels}.").format(
            levels=row.levels_needed or row.get_language_display()
        )

    if case.application.english_level is None and case.application.japanese_level is None:
        return None if not _requests(case) else _unknown(_("The levels are not stated yet."))
    return _of_each(
        case,
        reason_of,
        met_words=_("You speak the languages that the host asks for."),
        ask_words=_("The hosts that you wish for ask for more."),
    )


@rule("request_field", title=gettext_lazy("Field of training"), order=120)
def request_field(case: Case) -> Verdict | None:
    """The field of the request is one of the two wished, as the matching compares them; of an own
    selection it was agreed beforehand.
    """
    own = _meant(case).is_own_selection
    offered = replace(offered_by(case.application), nominated_here=own)

    def reason_of(case: Case, row: HostRequest) -> str | None:
        if not check_field(wanted_by(row), offered):
            return None
        return _("offers {field}.").format(field=row.field_name)

    if not case.application.field and not own:
        return None if not _requests(case) else _unknown(_("The field is not stated yet."))
    return _of_each(
        case,
        reason_of,
        met_words=_("Your field is the one that the host offers."),
        ask_words=_("The places that you wish for offer another field than yours."),
    )


def _unknown(reason: str) -> Verdict:
    return still_open(reason, reason)


@rule("request_age", title=gettext_lazy("Age that the host asks for"), order=130)
def request_age(case: Case) -> Verdict | None:
    """The limits of the request, on the first day of its stay (ages count as Japanese law does)."""
    if not any(row.age_from or row.age_until for row in _requests(case)):
        return None
    born = case.person.born_on
    if born is None or born > case.on:
        return _unknown(_("The date of birth is not known."))

    def reason_of(case: Case, row: HostRequest) -> str | None:
        years = age_on(born, row.starts_on or case.first_day)
        is_too_young = row.age_from and years < row.age_from
        is_too_old = row.age_until and years > row.age_until
        return _("asks for {ages}.").format(ages=row.ages) if is_too_young or is_too_old else None

    return _of_each(
        case,
        reason_of,
        met_words=_("Your age fits what the host asks for."),
        ask_words=_("The hosts that you wish for have limits of age."),
    )


@rule("request_gender", title=gettext_lazy("Gender, where the host gives a reason"), order=140)
def request_gender(case: Case) -> Verdict | None:
    """A gender counts only where the host gives its reason; who has no sex in the passport that
    tells is asked by a person, not ruled out.
    """
    asked = [row for row in _requests(case) if row.gender in SEX_OF and row.gender_reason.strip()]
    if not asked:
        return None
    if case.person.sex in {"", Sex.UNSPECIFIED}:
        return still_open(
            _("The host asks for {gender}; the passport does not say.").format(
                gender=asked[0].get_gender_display()
            ),
            _("A host that you wish for asks about the gender. We talk about it with you."),
        )

    def reason_of(case: Case, row: HostRequest) -> str | None:
        if row not in asked or case.person.sex == SEX_OF[row.gender]:
            return None
        return _("asks for {gender}, because: {reason}").format(
            gender=row.get_gender_display(), reason=row.gender_reason
        )

    return _of_each(
        case,
        reason_of,
        met_words=_("It fits what the host asks for."),
        ask_words=_("The hosts that you wish for ask for another gender."),
    )


@rule("request_experience", title=gettext_lazy("Years of experience"), order=150)
def request_experience(case: Case) -> Verdict | None:
    """Full years in the present post and the earlier ones, until the first day of the stay."""
    if not any(row.experience_years for row in _requests(case)):
        return None
    if case.application.employed_since is None:
        return _unknown(_("The day of employment is not known."))
    days = _days_of_work(case)

    def reason_of(case: Case, row: HostRequest) -> str | None:
        years = days // 365
        if not row.experience_years or years >= row.experience_years:
            return None
        return ngettext(
            "asks for {n} year of experience.",
            "asks for {n} years of experience.",
            row.experience_years,
        ).format(n=row.experience_years)

    return _of_each(
        case,
        reason_of,
        met_words=_("You have the experience that the host asks for."),
        ask_words=_("The hosts that you wish for ask for more experience."),
    )


def _days_of_work(case: Case) -> int:
    """Days with a post, those of two posts at once counted once."""
    until = case.first_day
    spans = [(case.application.employed_since, until)]
    spans += [(row.starts_on, row.ends_on or until) for row in case.judged.lines("career")]
    days, reached = 0, None
    for begins, ends in sorted((b, min(e, until)) for b, e in spans if b is not None):
        start = begins if reached is None else max(begins, reached)
        if ends > start:
            days += (ends - start).days
            reached = ends
    return days


@rule("placed", title=gettext_lazy("Not placed in this cycle"), order=160, can_be_waived=False)
def not_placed(case: Case) -> Verdict:
    """Nobody has two places in one cycle, under whatever record or address they were nominated."""
    other = next((row for row in _decided(case) if row.application_id != case.live.pk), None)
    if other is None:
        return met(
            _("No other placement in this cycle."), _("You have no other place in this cycle.")
        )
    state = PlacementState(other.state).label
    return not_met(
        _("Placed already: {number} {name} ({state}).").format(
            number=other.application.case_number, name=other.application.trainee, state=state
        ),
        _("You already have a place in this cycle."),
    )

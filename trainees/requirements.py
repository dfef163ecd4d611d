"""The rules that need only the dossier itself; those of requests and placements stand above."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from japan.dates import age_on
from schedule.vocabulary import LanguageLevel

from .documents.checklist import Item, checklist_of
from .eligibility import Case, Verdict, met, not_met, rule, still_open

# "High-level spoken English or Japanese" (pamphlet, Q6). No source names a level; this one is ours.
LEVEL_NEEDED = LanguageLevel.WORKING
# Training as a status of residence is for people of 18 or over (Ministerial Order on the criteria
# for landing permission, "training"; PEERS.md (a) 42).
YOUNGEST = 18


@rule("employee", title=gettext_lazy("Employee of a local government"), order=10)
def employee(case: Case) -> Verdict:
    """An employee of an overseas local government, or a national official whose work is a local
    government's in Japan, with the reason (pamphlet, Q6).
    """
    row = case.application
    if row.is_national_official and row.national_reason.strip():
        return met(
            _("Official of the national government. Reason given: {reason}").format(
                reason=row.national_reason
            ),
            _("You gave the reason why an official of the national government takes part."),
        )
    if row.is_national_official:
        return not_met(
            _("Official of the national government, without a reason for the exception."),
            _(
                "Write why you, as an official of the national government, do work that a local "
                "government does in Japan."
            ),
        )
    if case.statement is not None and not case.statement.is_employed:
        return not_met(
            _("The employer does not confirm the employment."),
            _("Your government has not confirmed that you work there. Please ask your office."),
        )
    if row.sending_government is None:
        return still_open(
            _("The nomination names no overseas local government."),
            _("Your employer is not named yet. The office that nominated you can add it."),
        )
    return met(
        _("Employed by {name}.").format(name=case.live.employer),
        _("You work for {name}.").format(name=case.live.employer),
    )


@rule("statement", title=gettext_lazy("Statement of the employer"), order=20)
def statement(case: Case) -> Verdict:
    """The employer confirms the employment, the return to the post and the leave for the stay."""
    said = case.statement
    if said is None:
        return still_open(
            _("The employer has not given its statement yet."),
            _("We still wait for the statement of your government. You need not do anything."),
        )
    missing = [
        str(words)
        for is_there, words in (
            (said.is_employed, _("the employment")),
            (said.will_return, _("the return to the post")),
            (said.grants_leave, _("the leave for the whole stay")),
        )
        if not is_there
    ]
    if missing:
        listed = pgettext("between names", ", ").join(missing)
        return not_met(
            _("The employer does not confirm: {list}.").format(list=listed),
            _("Your government has not confirmed: {list}. Please ask your office.").format(
                list=listed
            ),
        )
    return met(
        _("Confirmed by {name} on {day}.").format(
            name=said.given_by, day=date_format(said.given_at)
        ),
        _("Your government has confirmed your employment, your return and your leave."),
    )


@rule("language", title=gettext_lazy("Spoken English or Japanese"), order=30)
def language(case: Case) -> Verdict:
    """Good spoken English or Japanese (pamphlet, Q6)."""
    levels = [case.application.english_level, case.application.japanese_level]
    known = [level for level in levels if level is not None]
    if any(level >= LEVEL_NEEDED for level in known):
        return met(
            _("At least one of the two at the level “{level}”.").format(
                level=LanguageLevel(LEVEL_NEEDED).label
            ),
            _("You speak English or Japanese well enough for the programme."),
        )
    if len(known) < len(levels):
        return still_open(
            _("The levels are not stated yet."),
            _("Tell us how well you speak English and Japanese."),
        )
    return not_met(
        _("Neither reaches the level “{level}”.").format(level=LanguageLevel(LEVEL_NEEDED).label),
        _("The programme asks for English or Japanese at the level of conversation at work."),
    )


@rule("dates", title=gettext_lazy("Days of the stay"), order=40)
def dates(case: Case) -> Verdict:
    """The person can come and stay for at least one of the stays that are meant."""
    begins, ends = case.application.available_from, case.application.available_until
    if begins is None and ends is None:
        return still_open(
            _("The person has not said from when until when they can come."),
            _("Tell us from when until when you can be in Japan."),
        )
    fits: list[str] = []
    misfits: list[str] = []
    for stay in case.stays:
        is_in_time = begins is None or begins <= stay.starts_on
        is_long_enough = ends is None or ends >= stay.ends_on
        days = _("{name}, {start} – {end}").format(
            name=stay.name, start=date_format(stay.starts_on), end=date_format(stay.ends_on)
        )
        (fits if is_in_time and is_long_enough else misfits).append(days)
    if fits and not misfits:
        return met(
            _("Possible: {list}.").format(list="; ".join(fits)),
            _("You can be in Japan on the days of the stay."),
        )
    if fits:
        return met(
            _("Possible: {list}. Not possible: {others}.").format(
                list="; ".join(fits), others="; ".join(misfits)
            ),
            _("You can be in Japan on the days of some of the places that you wish for."),
        )
    return not_met(
        _("The days do not reach: {list}.").format(list="; ".join(misfits)),
        _("The days that you can come do not cover the stay: {list}.").format(
            list="; ".join(misfits)
        ),
    )


@rule("age", title=gettext_lazy("Eighteen or over"), order=50, can_be_waived=False)
def age(case: Case) -> Verdict:
    """Training in Japan is open to people of 18 or over on the day on which they enter."""
    born = case.person.born_on
    if born is None:
        return still_open(_("The date of birth is not known."), _("Enter your date of birth."))
    if born > case.on:
        return not_met(
            _("The date of birth lies in the future."),
            _("Your date of birth lies in the future. Please check it."),
        )
    years = age_on(born, case.first_day)
    if years < YOUNGEST:
        return not_met(
            ngettext(
                "{n} year old on the first day of the stay; entry for training is from 18.",
                "{n} years old on the first day of the stay; entry for training is from 18.",
                years,
            ).format(n=years),
            _("Japan admits people for training from the age of 18. Please check your birth date."),
        )
    return met(
        ngettext(
            "{n} year old on the first day of the stay.",
            "{n} years old on the first day of the stay.",
            years,
        ).format(n=years),
        _("You are old enough for the programme."),
    )


@rule("passport", title=gettext_lazy("Passport valid through the stay"), order=60)
def passport(case: Case) -> Verdict:
    """The passport is valid until the last day of the stay. One that was promised is open until
    the day named, and not met after it.
    """
    person = case.person
    if not person.passport_number.strip():
        return _without_passport(case)
    expires = person.passport_expires_on
    if expires is None:
        return still_open(
            _("The day on which the passport expires is not known."),
            _("Enter the day on which your passport expires."),
        )
    last = max(stay.ends_on for stay in case.stays)
    shortest = min(stay.ends_on for stay in case.stays)
    if expires < shortest:
        return not_met(
            _("It expires on {day}, before the stay ends on {end}.").format(
                day=date_format(expires), end=date_format(shortest)
            ),
            _(
                "Your passport expires on {day}, before the stay ends on {end}. Please renew it "
                "and tell us the new number."
            ).format(day=date_format(expires), end=date_format(shortest)),
        )
    if expires < last:
        return met(
            _("Valid until {day}; the longest stay wished ends on {end}.").format(
                day=date_format(expires), end=date_format(last)
            ),
            _(
                "Your passport expires on {day}. For the longest of your wishes it must be renewed."
            ).format(day=date_format(expires)),
        )
    return met(
        _("Valid until {day}.").format(day=date_format(expires)),
        _("Your passport is valid for the whole stay."),
    )


def _without_passport(case: Case) -> Verdict:
    promised = case.person.passport_promised_on
    if promised is None:
        return still_open(
            _("Neither the passport nor the day until which it follows was named."),
            _("Enter your passport, or the day until which it will follow."),
        )
    day = date_format(promised)
    if promised < case.on:
        return not_met(
            _("It was to follow by {day} and was not given.").format(day=day),
            _("You wanted to give us your passport by {day}. Please write to us.").format(day=day),
        )
    return still_open(
        _("It follows by {day}.").format(day=day),
        _("Please give us your passport by {day}.").format(day=day),
    )


@rule("documents", title=gettext_lazy("Documents"), order=70)
def documents(case: Case) -> Verdict | None:
    """Every paper that is needed now is there, and staff have taken it."""
    items = checklist_in(case)
    needed = [item for item in items if item.is_needed]
    missing = [item for item in needed if item.is_missing]
    if missing:
        listed = " ".join(item.words for item in missing)
        return not_met(
            _("Missing: {list}").format(list=listed),
            _("These documents are still needed. {list}").format(list=listed),
        )
    if not needed:
        return None
    unchecked = [item.kind.name for item in needed if not item.is_checked]
    if unchecked:
        return still_open(
            _("Handed in, not checked yet: {list}.").format(
                list=pgettext("between names", ", ").join(unchecked)
            ),
            _("All documents are there. We look at them once you have submitted."),
        )
    return met(_("All are there and were checked."), _("All your documents were checked."))


@rule("later_documents", title=gettext_lazy("Documents for the entry"), order=80)
def later_documents(case: Case) -> Verdict | None:
    """What will be needed for the certificate of eligibility is said as soon as it is known, also
    where its rule begins between the submission and that day.
    """
    later = [item for item in checklist_in(case) if item.is_later and item.document is None]
    if not later:
        return None
    listed = " ".join(item.words for item in later)
    return still_open(
        _("Needed later: {list}").format(list=listed),
        _("If you are chosen, we ask you for more documents. {list}").format(list=listed),
    )


def checklist_in(case: Case) -> list[Item]:
    """The checklist of the dossier, read once for all rules."""
    if "documents" not in case.kept:
        case.kept["documents"] = checklist_of(case.live, case.on)
    return case.kept["documents"]  # type: ignore[return-value]

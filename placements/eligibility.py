"""Who may be placed where. Each check gives the reason against a pair, or None."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from hosts.regions import REGION_OF
from schedule.vocabulary import Route, TrainingLanguage

FIELD, LANGUAGE, ROUTE = "field", "language", "route"

REASONS = {
    FIELD: _("The applicant wishes another field."),
    LANGUAGE: _("The applicant's language is below the level that the host needs."),
    ROUTE: _("The host has selected its own candidate for this request."),
}


@dataclass(frozen=True)
class Wanted:
    """What a host request asks for: countries or whole regions in order; `japanese` and `english`
    are the levels named for each language, 0 where none is.
    """

    field: str
    language: str
    level: int
    route: str
    countries: tuple[str, ...] = ()
    japanese: int = 0
    english: int = 0


@dataclass(frozen=True)
class Offered:
    """What an applicant brings."""

    fields: tuple[str, ...]
    english: int
    japanese: int
    nationality: str
    nominated_here: bool = False


def check_field(wanted: Wanted, offered: Offered) -> str | None:
    """The field is one of the two that the applicant wishes; a nominee's was agreed beforehand."""
    return None if offered.nominated_here or wanted.field in offered.fields else FIELD


def check_language(wanted: Wanted, offered: Offered) -> str | None:
    """Spoken English or Japanese (pamphlet, Q6), at the level that the host asks for.

    Where the training is in either language, one of two levels named is enough; else each counts.
    """
    if _level(wanted, offered) < wanted.level:
        return LANGUAGE
    meets = [offered.japanese >= wanted.japanese, offered.english >= wanted.english]
    is_choice = wanted.language == TrainingLanguage.EITHER and wanted.japanese and wanted.english
    if is_choice:
        return None if any(meets) else LANGUAGE
    return None if all(meets) else LANGUAGE


def _level(wanted: Wanted, offered: Offered) -> int:
    """How well the applicant speaks what the training is given in; of two, the better one."""
    levels: dict[str, int] = {
        TrainingLanguage.JAPANESE: offered.japanese,
        TrainingLanguage.ENGLISH: offered.english,
        TrainingLanguage.EITHER: max(offered.japanese, offered.english),
    }
    return levels[wanted.language]


def check_route(wanted: Wanted, offered: Offered) -> str | None:
    """A request filled by own selection takes only its own nominees (pamphlet, Q5)."""
    is_open = wanted.route == Route.MEDIATED or offered.nominated_here
    return None if is_open else ROUTE


CHECKS = [check_route, check_field, check_language]


def reasons_against(wanted: Wanted, offered: Offered) -> list[str]:
    """Everything that stands against a pair, in the order of the rules."""
    return [reason for check in CHECKS if (reason := check(wanted, offered))]


def host_rank(wanted: Wanted, offered: Offered) -> int | None:
    """The host ranks by its wishes, a region standing for all its countries; others are
    acceptable, not ranked.
    """
    names = {offered.nationality, REGION_OF.get(offered.nationality)}
    ranks = (rank for rank, wish in enumerate(wanted.countries, start=1) if wish in names)
    return next(ranks, None)


def applicant_rank(wanted: Wanted, offered: Offered) -> int | None:
    """The applicant ranks by the order of the wished fields."""
    if wanted.field in offered.fields:
        return offered.fields.index(wanted.field) + 1
    return None


def score(wanted: Wanted, offered: Offered) -> int:
    """0 to 1000 from the language alone until reviews score people: 250 for each level of it."""
    return min(1000, 250 * _level(wanted, offered))

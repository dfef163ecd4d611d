"""What questions may be asked about, and between whom: declared by the app that owns the rows.

An app declares its subjects in `threads.py`, found by autodiscovery as `admin.py` is. For a further
kind of row (an application, a placement, a stay) that is all there is to write::

    declare(
        Subject(
            model=Placement,
            slug="placement",                       # stands in the address of "ask a question"
            rows=lambda: Placement.objects.with_names(),
            parties=(HOST, OFFICE, Operator()),     # a Party is a path from the row to its office
            title=lambda row: ...,                  # in the reader's language
            address=lambda row: reverse("placements:placement", args=[row.public_id]),
            open_rows=Q(application__cycle__state="open"),
            is_open=lambda row: row.cycle.state == "open",
        )
    )

and, in the page of the row, `render_panels("placement", request, row)` with a panel that calls
`accounts.question_panels.questions_on`. The model has `public_id`, and `visible_to` on its manager.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

OPERATOR = "operator"


@dataclass(frozen=True)
class Party:
    """One side of a question: an office, found from the row, and the roles that speak for it."""

    code: str
    label: object
    path: str  # from the row to the organisation, as a lookup: "answer__government__organisation"
    roles: tuple[str, ...]
    name_of: Callable[[Any], str] | None = None
    notes_calls: bool = False  # may enter by hand what was said elsewhere
    address_of: Callable[[Any], str] | None = None  # of the row, where this side has another page

    def organisation(self, row: Any) -> Any:
        """The office of this row; None where it has none, as an answer without a relay."""
        return reduce(
            lambda found, name: getattr(found, name) if found is not None else None,
            self.path.split("__"),
            row,
        )

    def is_there(self, row: Any) -> bool:
        """Whether this row has such a side."""
        return self.organisation(row) is not None

    def person(self, row: Any) -> Any:
        """Who alone speaks for it; nobody for an office, whose people its memberships name."""
        return None

    def name(self, row: Any) -> str:
        """The office's name in the language of the reader."""
        if self.name_of is not None:
            return self.name_of(row)
        return self.organisation(row).name

    def includes(self, user: Any, row: Any) -> bool:
        """Whether this person speaks for the office today."""
        organisation = self.organisation(row)
        return organisation is not None and organisation.pk in user.organisation_ids(*self.roles)

    def may_include(self, user: Any) -> bool:
        """Whether there can be a row in which this person belongs to the party."""
        return bool(user.organisation_ids(*self.roles))

    def rows_of(self, user: Any, rows: QuerySet) -> QuerySet:
        """Of these rows those in which this person belongs to the party."""
        return rows.filter(**{f"{self.path}__in": user.organisation_ids(*self.roles)})


@dataclass(frozen=True)
class Person(Party):
    """One person whom the row is about, as long as they hold one of the roles; `path` leads to the
    account.
    """

    def person(self, row: Any) -> Any:
        return super().organisation(row)

    def organisation(self, row: Any) -> Any:
        """A person speaks for no office."""
        return None

    def is_there(self, row: Any) -> bool:
        return self.person(row) is not None

    def name(self, row: Any) -> str:
        return self.name_of(row) if self.name_of is not None else str(self.person(row))

    def includes(self, user: Any, row: Any) -> bool:
        person = self.person(row)
        return person is not None and person.pk == user.pk and user.has_role(*self.roles)

    def may_include(self, user: Any) -> bool:
        return bool(user.has_role(*self.roles))

    def rows_of(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows.filter(**{self.path: user}) if self.may_include(user) else rows.none()


@dataclass(frozen=True)
class Operator(Party):
    """The operator of the programme: all of its staff, who read every question."""

    code: str = OPERATOR
    label: object = field(default=_("operator of the programme"))
    path: str = ""
    roles: tuple[str, ...] = ("staff", "administrator")
    notes_calls: bool = True

    def organisation(self, row: Any) -> Any:
        """Its staff speak for it wherever they are employed."""
        return None

    def is_there(self, row: Any) -> bool:
        return True

    def includes(self, user: Any, row: Any) -> bool:
        return user.is_staff

    def may_include(self, user: Any) -> bool:
        return user.is_staff

    def rows_of(self, user: Any, rows: QuerySet) -> QuerySet:
        return rows if user.is_staff else rows.none()


@dataclass(frozen=True)
class Subject:
    """A kind of row that questions may be asked about."""

    model: type[Model]
    slug: str
    rows: Callable[[], QuerySet]  # with everything that its names need
    parties: tuple[Party, ...]
    title: Callable[[Any], str]
    address: Callable[[Any], str]
    open_rows: Q  # the rows that take new questions
    is_open: Callable[[Any], bool]
    # What belongs to a row and is shown with it: the key of its subject, its rows.
    parts: Callable[[Any], dict[str, QuerySet]] = field(default=lambda row: {})

    @property
    def key(self) -> str:
        return self.model._meta.label

    def find(self, public_id: object) -> QuerySet:
        """The row of this address, whoever asks."""
        return self.rows().filter(public_id=public_id)

    def visible_to(self, user: Any) -> QuerySet:
        return self.model._default_manager.visible_to(user)  # type: ignore[attr-defined]

    def address_for(self, user: Any, row: Any) -> str:
        """The page of the row that this person can open."""
        own = (side.address_of for side in self.sides_of(user, row) if side.address_of)
        return next(own, self.address)(row)

    def party(self, code: str) -> Party | None:
        return next((party for party in self.parties if party.code == code), None)

    def parties_of(self, row: Any) -> list[Party]:
        """The sides that this row really has."""
        return [party for party in self.parties if party.is_there(row)]

    def sides_of(self, user: Any, row: Any) -> list[Party]:
        """The sides for which this person speaks; staff speak for the operator first."""
        found = [party for party in self.parties_of(row) if party.includes(user, row)]
        return sorted(found, key=lambda party: party.code != OPERATOR)


_subjects: dict[str, Subject] = {}


def declare(subject: Subject) -> None:
    _subjects[subject.key] = subject


def subjects() -> Iterator[Subject]:
    yield from _subjects.values()


def subject_of(key: str) -> Subject | None:
    """The subject of a key as threads keep it, e.g. "hosts.HostRequest"."""
    return _subjects.get(key)


def subject_at(slug: str) -> Subject | None:
    return next((subject for subject in _subjects.values() if subject.slug == slug), None)


def sides_in_rows(user: Any) -> Iterator[tuple[Subject, Party, QuerySet]]:
    """Every subject with the sides for which this person speaks, and the rows in which they do."""
    for subject in _subjects.values():
        parties = [party for party in subject.parties if party.may_include(user)]
        if parties:
            seen = subject.visible_to(user)
            for party in parties:
                yield subject, party, party.rows_of(user, seen)

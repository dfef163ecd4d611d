"""The spreadsheet of nominations: an office nominates many people at once, all of them or nobody.

Each row goes through the same verb as the page. It is tried first, row by row, and undone again, so
that a quota that runs out in the middle of a file is a fault of the row that finds no place.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import Language, User
from accounts.plain_text import check_one_line, check_plain_text
from files.sheets.columns import Choice, Text
from files.sheets.faults import Bilingual, SheetError, both
from files.sheets.importing import folded
from files.sheets.kinds import Change, Kind, Line, Plan, Values, register
from trainees.models import Agency, OfficeCountry, SendingGovernment
from trainees.names import check_name, tidy_name

from .deadlines import until_of_words
from .models import Nomination, Opening
from .nominating import (
    Proposal,
    check_country,
    check_day,
    check_places,
    check_published,
    check_request,
)
from .nominee_form import AddressField
from .services import PlacementError, nominate, tell_if_elsewhere
from .services.recruitment import with_parts

# At which cell a rule of nominating is told; what no rule of these says is about the person.
CELLS = [
    (check_published, "opening"),
    (check_request, "opening"),
    (check_places, "opening"),
    (check_day, "opening"),
    (check_country, "nationality"),
]
COUNTRIES = lazy(lambda: list(countries), list)
COMMENT, NAME, ADDRESS = 4000, 200, 254


@register
class Nominations(Kind):
    """Each row is one person for one opening; the key of the opening stands in the template."""

    name = "nominations"
    label = _("Nominations")
    label_ja = "推薦"
    note = _(
        "Each row nominates one person for one opening. All rows are taken in, or none; then each "
        "person is invited by mail. Rows in which only the opening stands are passed over."
    )
    can_import = True
    columns = (
        Text(key="opening", heading="募集番号", required=True, max_length=40),
        Text(key="host_request", heading="受入要望", shown_only=True),
        Text(key="until", heading="推薦期限", shown_only=True),
        Text(key="email", heading="候補者のメールアドレス", max_length=ADDRESS),
        Text(key="passport_name", heading="旅券の氏名", max_length=NAME),
        Choice(key="nationality", heading="国籍", choices=COUNTRIES()),
        Choice(key="language", heading="招待メールの言語", choices=Language),
        Text(key="sending_government", heading="派遣元自治体", max_length=NAME),
        Text(key="agency", heading="推薦機関", max_length=NAME),
        Text(key="nominator", heading="推薦者", max_length=NAME),
        Text(key="comment", heading="推薦者の意見", max_length=COMMENT),
        Text(key="state", heading="状態", shown_only=True),
    )
    needed = ("email", "passport_name", "nationality", "sending_government")

    def rows_for(self, user: User | None) -> QuerySet:
        rows = Nomination.objects.filter(opening__isnull=False).order_by(
            "application__cycle__fiscal_year", "opening", "pk"
        )
        return rows if user is None else rows.looked_after_by(user)

    def with_relations(self, rows: QuerySet) -> QuerySet:
        return rows.with_people().select_related(  # type: ignore[attr-defined]
            "opening__office", "opening__host_request__answer__survey__cycle__programme"
        )

    def values_of(self, row: Nomination) -> Values:
        sender = row.application.sending_government
        return {
            **self._of_opening(row.opening),
            "email": row.application.trainee.email,
            "passport_name": row.application.trainee.passport_name,
            "nationality": str(row.application.trainee.nationality or ""),
            "language": row.invitation.language,
            "sending_government": sender.organisation.name_en if sender else "",
            "agency": row.agency.organisation.name_en if row.agency else "",
            "nominator": row.nominator,
            "comment": row.comment,
            "state": row.state,
        }

    def _of_opening(self, opening: Opening | None) -> Values:
        if opening is None:
            return {}
        return {
            "opening": opening.key,
            "host_request": str(opening.host_request),
            "until": until_of_words(opening),
        }

    def template_rows(self, openings: Iterable[Opening]) -> Iterator[list[object]]:
        """Both rows of headings, then a row for each free place of an opening that is in force."""
        yield [column.key for column in self.columns]
        yield [column.heading for column in self.columns]
        for opening in openings:
            if not opening.is_in_force:
                continue
            free = opening.quota - opening.nominations.counted().count()
            for _place in range(max(0, free)):
                values = self._of_opening(opening)
                yield [column.write(values.get(column.key)) for column in self.columns]

    # What comes in -------------------------------------------------------------------------------

    def check(self, plan: Plan, lines: list[Line], *, by: User | None) -> None:
        """Nominate each person and undo it again; every reason against it stands at its cell."""
        known = _Known(by)
        refused: list[PlacementError] = []
        rows: dict[tuple[int, str], int] = {}
        with transaction.atomic():
            for line in lines:
                if not self._says_anything(line):
                    continue
                values = self._read(plan, line, known)
                if values is None:
                    continue
                first = rows.setdefault((values["opening"].pk, values["email"]), line.number)
                if first != line.number:
                    plan.wrong(line, "email", _in_both(partial(_same_as, first)))
                    continue
                if not self._try(plan, line, values, refused, by=by):
                    continue
                plan.changes.append(
                    Change(
                        line,
                        f"{values['passport_name']} → {values['opening'].host_request}",
                        is_new=True,
                        differences={"email": ("", values["email"])},
                        row=values,
                    )
                )
            transaction.set_rollback(True)
        for error in refused:
            tell_if_elsewhere(error)
        if not plan.changes and not plan.faults:
            raise SheetError("no_rows", _("No row of this file nominates anybody."))

    def write(self, plan: Plan, *, by: User | None) -> None:
        for change in plan.new:
            try:
                nominate(by=by, **change.row)
            except PlacementError as error:
                raise SheetError("refused", str(error)) from error

    def _says_anything(self, line: Line) -> bool:
        """Whether more stands in the row than the template has written."""
        written = {"opening", "host_request", "until", "state"}
        return bool(line.bad - {"opening"}) or any(
            value is not None for key, value in line.values.items() if key not in written
        )

    def _read(self, plan: Plan, line: Line, known: "_Known") -> dict[str, Any] | None:
        """The values for the verb; None where a cell is wrong in itself."""
        count = len(plan.faults)
        given = line.values

        def wrong(key: str, reason: object) -> None:
            if key not in line.bad:
                plan.wrong(line, key, reason)

        for key in self.needed:
            if given.get(key) is None:
                wrong(key, _("This cell must be filled in."))
        for key in ("passport_name", "nominator", "comment"):
            for fault in _faults_of_text(key, given.get(key)):
                wrong(key, fault)
        email = given.get("email")
        if email:
            try:
                email = AddressField(max_length=ADDRESS).clean(email)
            except ValidationError:
                wrong("email", _("This is not an e-mail address."))
        opening = known.opening(given.get("opening"))
        if opening is None and given.get("opening"):
            wrong("opening", _("No opening of your office has this key."))
        sender = agency = None
        if opening is not None:
            sender, reason = known.government(opening, given.get("sending_government"))
            if reason:
                wrong("sending_government", reason)
            agency, reason = known.agency(opening, given.get("agency"))
            if reason:
                wrong("agency", reason)
        if len(plan.faults) > count or line.bad or opening is None:
            return None
        return {
            "cycle": opening.host_request.cycle,
            "opening": opening,
            "email": email,
            "passport_name": tidy_name(given["passport_name"]),
            "nationality": str(given["nationality"]),
            "language": given.get("language") or Language.ENGLISH,
            "sending_government": sender,
            "agency": agency,
            "nominator": given.get("nominator") or "",
            "comment": given.get("comment") or "",
        }

    def _try(
        self,
        plan: Plan,
        line: Line,
        values: dict[str, Any],
        refused: list[PlacementError],
        *,
        by: User | None,
    ) -> bool:
        opening: Opening = values["opening"]
        proposal = Proposal(
            values["cycle"],
            values["nationality"],
            timezone.localdate(),
            opening,
            None,
            opening.office,
        )
        for rule, key in CELLS:
            if rule(proposal) is not None:
                plan.wrong(line, key, _in_both(lambda rule=rule: rule(proposal) or ""))
                return False
        try:
            with transaction.atomic():
                nominate(by=by, **values)
        except PlacementError as error:
            refused.append(error)
            plan.wrong(line, "email", _in_both(lambda: _refusal(values, by)))
            return False
        return True


def _refusal(values: dict[str, Any], by: User | None) -> str:
    """Why this person cannot be nominated, in the language that is spoken now."""
    try:
        with transaction.atomic():
            nominate(by=by, **values)
            transaction.set_rollback(True)
    except PlacementError as error:
        return str(error)
    return ""


def _same_as(row: int) -> str:
    return gettext("Row {row} nominates the same address.").format(row=row)


def _in_both(say: Any) -> Bilingual:
    found = []
    for language in ("ja", "en"):
        with translation.override(language):
            found.append(str(say()))
    return Bilingual(*found)


def _faults_of_text(key: str, text: str | None) -> Iterator[object]:
    """What the pages refuse of a typed text, a cell refuses as well."""
    if text is None:
        return
    checks = [check_plain_text] if key == "comment" else [check_plain_text, check_one_line]
    if key == "passport_name":
        checks.append(_check_tidied)
    for check in checks:
        try:
            check(text)
        except ValidationError:
            yield _in_both(lambda check=check: _message(check, text))
            return


def _check_tidied(text: str) -> None:
    check_name(tidy_name(text))


def _message(check: Any, text: str) -> str:
    try:
        check(text)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


class _Known:
    """The openings, overseas local governments and agencies that a file may name."""

    def __init__(self, by: User | None):
        rows = Opening.objects.published()
        if by is not None:
            rows = Opening.objects.visible_to(by).filter(published_at__isnull=False)
        self.openings: dict[str, Opening | None] = {}
        for row in with_parts(rows):
            key = folded(row.key)
            self.openings[key] = None if key in self.openings else row
        today = timezone.localdate()
        self.countries: dict[int, set[str]] = {}
        pairs = OfficeCountry.objects.in_force(today).values_list("office", "country")
        for office, country in pairs:
            self.countries.setdefault(office, set()).add(str(country))
        self.governments = list(SendingGovernment.objects.select_related("organisation"))
        self.agencies = list(Agency.objects.select_related("organisation"))

    def opening(self, key: str | None) -> Opening | None:
        return self.openings.get(folded(key)) if key else None

    def government(
        self, opening: Opening, name: str | None
    ) -> tuple[SendingGovernment | None, object]:
        found, reason = self._named(opening, name, self.governments)
        return found, reason

    def agency(self, opening: Opening, name: str | None) -> tuple[Agency | None, object]:
        found, reason = self._named(opening, name, self.agencies)
        return found, reason

    def _named(self, opening: Opening, name: str | None, rows: list[Any]) -> tuple[Any, object]:
        """The body of this name in a country of the office; the reason where there is not one."""
        if name is None:
            return None, None
        countries_ = self.countries.get(opening.office_id, set())
        found = [
            row
            for row in rows
            if str(row.country) in countries_
            and folded(name)
            in {
                folded(row.organisation.name_en),
                folded(row.organisation.name_ja),
                folded(row.name_local),
            }
        ]
        if len(found) == 1:
            return found[0], None
        if found:
            return None, both(_("Several bodies have this name. Write it in its own language."))
        return None, both(_("The register of your office has nobody of this name. Enter it first."))

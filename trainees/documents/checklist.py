"""Which papers are asked of a person, and what is still missing of them.

Rules are data (`DocumentRule`): by nationality, residence, way of selection and day. Of several
that fit, the strictest counts. What is needed for the certificate of eligibility is said as soon
as it is known, also where its rule begins later, and is missing only once a place was announced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from files.models import Scan
from schedule.vocabulary import DeadlineCode

from ..models import Application, Document, DocumentKind, DocumentRule
from ..reading import papers_of_each
from ..states import DOCUMENT_COUNTS, EDITABLE, DocumentState
from .selection import UNKNOWN, Selection, selected_facts, selection_read_with

Stage = DocumentRule.Stage
STRICTNESS = [Stage.SUBMISSION, Stage.RESIDENCE, Stage.OFFERED]
DEADLINES = {
    Stage.SUBMISSION: DeadlineCode.APPLICATION,
    Stage.RESIDENCE: DeadlineCode.COE_PAPERS,
}
ANY_LENGTH = 10_000  # days; a paper without an end is the least strict


@dataclass(frozen=True)
class Item:
    """One line of the checklist: a kind of paper, the strictest rule that asks for it (None where
    none does any more) and the paper that counts.
    """

    kind: DocumentKind
    rule: DocumentRule | None
    document: Document | None
    is_needed: bool  # it must be there now
    is_missing: bool  # it is needed, and nothing that counts is there
    reason: str  # in the reader's words: what is wrong, or when it is needed
    due_on: date | None = None  # by when it must be there
    starts_on: date | None = None  # where the rule begins later
    runs_out_on: date | None = None  # the last day of the paper that is there

    @property
    def words(self) -> str:
        """The paper and what is said of it, in one line."""
        return _("{paper}: {reason}").format(paper=self.kind.name, reason=self.reason)

    @property
    def is_later(self) -> bool:
        """It will be needed, but not yet."""
        return bool(self.rule and self.rule.stage != Stage.OFFERED and not self.is_needed)

    @property
    def is_offered(self) -> bool:
        """It may be handed in; nobody asks for it."""
        return bool(self.rule and self.rule.stage == Stage.OFFERED)

    @property
    def is_wrong(self) -> bool:
        """A paper is there that does not count."""
        return bool(self.document and self.document.state == DocumentState.REFUSED)

    @property
    def is_checked(self) -> bool:
        """Staff have looked at it and taken it."""
        return bool(self.document and self.document.state == DocumentState.ACCEPTED)


def checklist_of(application: Application, on: date) -> list[Item]:
    """The papers of one application on a day, in the order of their kinds."""
    return checklists_of([application], on)[application.pk]


def checklists_of(applications: Sequence[Application], on: date) -> dict[int, list[Item]]:
    """The same for many, in as many queries as for one: rules, papers and selections."""
    rules = list(rules_asked(on))
    without = [each.cycle for each in applications if not hasattr(each, "deadline_rows")]
    if len(without) > 1:
        prefetch_related_objects(without, "deadlines")
    papers = papers_of_each(applications)
    is_asked = any(rule.route or rule.stage == Stage.RESIDENCE for rule in rules)
    selections = selections_of(applications) if is_asked else {}
    found = {}
    for application in applications:
        that_count = [row for row in papers[application.pk] if row.state in DOCUMENT_COUNTS]
        selection = selections.get(application.pk, UNKNOWN)
        found[application.pk] = _Asked(application, on, rules, that_count, selection).items()
    return found


def selections_of(applications: Sequence[Application]) -> dict[int, Selection]:
    """What is known of the selection of each; without a query where it was read with them."""
    names = {f"selected_{name}" for name in selected_facts()}
    if all(names <= row.__dict__.keys() for row in applications):
        return {row.pk: selection_read_with(row) for row in applications}
    rows = Application.objects.filter(pk__in=[application.pk for application in applications])
    read = rows.order_by().with_selection().only("pk")
    return {row.pk: selection_read_with(row) for row in read}


def rules_asked(on: date) -> Iterable[DocumentRule]:
    """Every rule that is not over; one that begins later may have to be announced."""
    return DocumentRule.objects.exclude(valid_until__lt=_earliest(on)).select_related("kind")


def _earliest(on: date) -> date:
    """Who submitted before a rule ended is judged by the rules of that day."""
    return on - timedelta(days=730)


@dataclass
class _Asked:
    """What is asked of one application on one day."""

    application: Application
    on: date
    rules: list[DocumentRule]
    papers: list[Document]
    selection: Selection
    fitting: dict[DocumentKind, list[DocumentRule]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        person = self.application.judged_person
        nationality = str(person.nationality or "")
        residence = str(person.residence or "") or nationality
        for rule in self.rules:
            fits = fits_person(rule, nationality, residence, self.selection.route)
            if fits and self.is_in_force(rule):
                self.fitting.setdefault(rule.kind, []).append(rule)

    def items(self) -> list[Item]:
        papers = {paper.kind: paper for paper in self.papers}
        kinds = sorted({*self.fitting, *papers}, key=lambda kind: (kind.order, kind.code))
        return [self.item(kind, papers.get(kind)) for kind in kinds]

    def due_on(self, stage: str) -> date | None:
        code = DEADLINES.get(Stage(stage))
        deadline = self.application.deadlines_by_code.get(code) if code else None
        return deadline.due_on if deadline else None

    @property
    def judged_on(self) -> date:
        """Whose application was submitted is judged by the rules of that day."""
        application = self.application
        if application.submitted_at and application.state not in EDITABLE:
            return timezone.localdate(application.submitted_at)
        return self.on

    def is_in_force(self, rule: DocumentRule) -> bool:
        """On any day until which the paper may be needed: the strictest counts."""
        if rule.stage == Stage.RESIDENCE:
            last = self.due_on(Stage.RESIDENCE) or self.on
            first = min(self.on, last)
        else:
            first = self.judged_on
            due_on = self.due_on(Stage.SUBMISSION)
            is_open = self.application.state in EDITABLE and due_on
            last = max(first, due_on) if is_open and due_on else first
        begins = rule.valid_from is None or rule.valid_from <= last
        return begins and (rule.valid_until is None or rule.valid_until >= first)

    def is_needed(self, rule: DocumentRule) -> bool:
        if rule.stage == Stage.RESIDENCE:
            return self.selection.is_placed
        begun = rule.valid_from is None or rule.valid_from <= self.judged_on
        return rule.stage == Stage.SUBMISSION and begun

    def item(self, kind: DocumentKind, paper: Document | None) -> Item:
        rules = sorted(self.fitting.get(kind, []), key=strictness)
        if not rules:
            return Item(kind, None, paper, False, False, "")
        needed = [rule for rule in rules if self.is_needed(rule)]
        rule = needed[0] if needed else rules[0]
        fault = self.fault_of(paper, needed or rules)
        return Item(
            kind=kind,
            rule=rule,
            document=paper,
            is_needed=bool(needed),
            is_missing=bool(needed and fault),
            reason=self.reason_of(rule, paper, fault, bool(needed)),
            due_on=self.due_on(rule.stage),
            starts_on=self.start_of(rule),
            runs_out_on=runs_out_on(paper, rules),
        )

    def start_of(self, rule: DocumentRule) -> date | None:
        return rule.valid_from if rule.valid_from and rule.valid_from > self.on else None

    def fault_of(self, paper: Document | None, rules: list[DocumentRule]) -> str:
        """What is wrong with a paper, in words; empty where it counts."""
        if paper is None:
            return _("Not handed in yet.")
        if paper.file.scan == Scan.HARMFUL:
            return _("The file was found to be harmful. Hand in another one.")
        if paper.state == DocumentState.REFUSED:
            return _("It was refused: {reason}").format(reason=paper.refusal)
        for rule in rules:
            last = runs_out_on(paper, [rule])
            wanted = self.wanted_on(rule)
            if last and last < wanted:
                return _(
                    "It is valid until {last}, but must still be valid on {wanted}. Hand in a "
                    "newer one."
                ).format(last=date_format(last), wanted=date_format(wanted))
        return ""

    def wanted_on(self, rule: DocumentRule) -> date:
        """The day on which the paper must still be valid."""
        if rule.stage == Stage.RESIDENCE:
            return self.due_on(Stage.RESIDENCE) or self.on
        return self.judged_on

    def reason_of(
        self, rule: DocumentRule, paper: Document | None, fault: str, is_needed: bool
    ) -> str:
        if paper and fault:
            return fault
        if paper:
            return ""
        if rule.stage == Stage.OFFERED:
            return _("You may hand it in; nobody asks for it.")
        start = self.start_of(rule)
        if rule.stage == Stage.SUBMISSION:
            if start is None:
                return _("It is needed before you submit.")
            return _("It is needed of everybody who submits on {day} or later.").format(
                day=date_format(start)
            )
        return self.reason_at_residence(start, is_needed)

    def reason_at_residence(self, start: date | None, is_needed: bool) -> str:
        due_on = self.due_on(Stage.RESIDENCE)
        if is_needed:
            text = _("It is needed now, for your certificate of eligibility.")
        else:
            text = _(
                "It is needed only if you are chosen, when your host applies for your certificate "
                "of eligibility."
            )
        if due_on:
            text += " " + _("That will be by {day}.").format(day=date_format(due_on))
        if start:
            text += " " + _("The rule begins on {day}.").format(day=date_format(start))
        return text


def fits_person(rule: DocumentRule, nationality: str, residence: str, route: str) -> bool:
    """Whether a rule asks this of people of this nationality, residence and way of selection. Where
    both countries are named, both must fit; what is left empty asks it of everybody.
    """
    nationalities = {str(country) for country in rule.nationalities}
    residences = {str(country) for country in rule.residences}
    return (
        (not nationalities or nationality in nationalities)
        and (not residences or residence in residences)
        and (not rule.route or rule.route == route)
    )


def strictness(rule: DocumentRule) -> tuple[int, int, int]:
    """The strictest first: what is needed earliest, then what must be youngest."""
    return (STRICTNESS.index(Stage(rule.stage)), rule.valid_days or ANY_LENGTH, rule.pk or 0)


def runs_out_on(paper: Document | None, rules: list[DocumentRule]) -> date | None:
    """The last day on which a paper is valid: so many days after its day of issue."""
    days = [rule.valid_days for rule in rules if rule.valid_days]
    if paper is None or paper.issued_on is None or not days:
        return None
    return paper.issued_on + timedelta(days=min(days))


def missing_of(application: Application, on: date) -> list[Item]:
    """What must be there now and is not."""
    return [item for item in checklist_of(application, on) if item.is_missing]


def faults_of(application: Application) -> list[tuple[str, str]]:
    """What the wizard says is missing: the anchor of the paper on its page, and a sentence."""
    return [
        (f"document-{item.kind.code}", item.words)
        for item in missing_of(application, timezone.localdate())
    ]

"""Every form of the portal that edits: who may, what both type, what is stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from hosts.forms.co_hosts import as_typed
from hosts.models import RelayRound, SurveyQuestion, TrainingUnit, Treatment
from hosts.relay_letters import start_letter
from hosts.states import AnswerState
from placements.models import RequestWish
from schedule.models import Deadline
from tests.factories import (
    ContributionFactory,
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    OrganisationFactory,
    OverseasOfficeFactory,
    ProgrammeFactory,
    SendingGovernmentFactory,
    SurveyAnswerFactory,
    TieFactory,
    TraineeFactory,
    UserFactory,
    a_kind,
    a_rule,
    application_of,
    coordinator_of,
    member_of,
    relay_officer_of,
    staff_member,
    submit_deadline,
    trainee_person,
)
from tests.placements import recruiting
from trainees.consents import give_consent
from trainees.models import Application, ConsentKind, Education
from trainees.needed import OF_THE_PERSON

NAMES = ("Erste", "Zweite")
DAYS = ("2098-01-01", "2099-01-01")


@dataclass
class Edit:
    """One page that edits: two people who may, the field that both type into, what is stored."""

    users: tuple[User, User]
    address: str
    name: str
    typed: tuple[str, str]
    stored: Callable[[], str]


def host_request(state: str = AnswerState.DRAFT) -> tuple[Any, tuple[User, User]]:
    request = HostRequestFactory(answer__state=state)
    government = request.answer.government
    users = (coordinator_of(government, language="en"), coordinator_of(government, language="en"))
    return request, users


def request_edit(step: str, name: str, typed: tuple[str, str]) -> Callable[[], Edit]:
    def make() -> Edit:
        request, users = host_request()
        row = request.training_programme if step == "programme" else request
        address = reverse("hosts:request_step", args=[request.public_id, step])
        return Edit(users, address, name, typed, lambda: fresh(row, name))

    return make


def wishes_edit() -> Edit:
    """Two coordinators choose another first country: the wishes are rows of their own."""
    request, users = host_request()
    address = reverse("hosts:request_step", args=[request.public_id, "demand"])

    def stored() -> str:
        return ",".join(wish.code for wish in request.wished_countries.all())

    return Edit(users, address, "country_1", ("VN", "africa"), stored)


def co_hosts_edit() -> Edit:
    request, users = host_request()
    others = [as_typed(LocalGovernmentFactory(name=name)) for name in ("今治市", "新居浜市")]
    address = reverse("hosts:request_step", args=[request.public_id, "period"])

    def stored() -> str:
        return ",".join(as_typed(row.government) for row in request.co_hosts.all())

    return Edit(users, address, "co_host_1", (others[0], others[1]), stored)


def treatment_edit(*, exists: bool) -> Callable[[], Edit]:
    """Also where nobody had begun it: of two first treatments at once the second is asked."""

    def make() -> Edit:
        request, users = host_request()
        if exists:
            Treatment.objects.create(host_request=request, rent_yen=20_000)
        address = reverse("hosts:request_step", args=[request.public_id, "treatment"])

        def stored() -> str:
            return str(Treatment.objects.get(host_request=request).rent_yen)

        return Edit(users, address, "rent_yen", ("30000", "40000"), stored)

    return make


def tie_edit() -> Edit:
    tie = TieFactory()
    users = (
        coordinator_of(tie.government, language="en"),
        coordinator_of(tie.government, language="en"),
    )
    address = reverse("hosts:tie", args=[tie.public_id])
    return Edit(users, address, "partner_ja", NAMES, lambda: fresh(tie, "partner_ja"))


def unit_edit() -> Edit:
    request, users = host_request()
    unit = TrainingUnit.objects.get(training_programme__host_request=request)
    address = reverse("hosts:unit", args=[unit.public_id])
    return Edit(users, address, "site_name", ("工務課", "水道課"), lambda: fresh(unit, "site_name"))


def relay_edit(page: str, name: str, typed: tuple[str, str]) -> Callable[[], Edit]:
    """Two officers of one relay, with an answer that waits for them."""

    def make() -> Edit:
        answer = SurveyAnswerFactory(
            survey__cycle=CycleFactory(fiscal_year=timezone.localdate().year + 2),
            state=AnswerState.SUBMITTED,
            has_demand=True,
            submitted_at=timezone.now(),
        )
        cycle, relay = answer.survey.cycle, answer.relay
        users = (relay_officer_of(relay, language="en"), relay_officer_of(relay, language="en"))
        key: list[object] = [cycle.programme.code, cycle.fiscal_year, relay.code]
        row: Any = RelayRound.objects.create(survey=answer.survey, relay=relay)
        field = name
        if page == "relay_answer_remark":
            row, key = answer, [answer.public_id]
        elif page == "relay_order":
            row, field = answer, f"place-{answer.public_id}"
        elif page == "relay_letter":
            row = start_letter(row, "down", by=users[0], on=timezone.localdate())
            key = [row.public_id]
        address = reverse(f"hosts:{page}", args=key)
        return Edit(users, address, field, typed, lambda: fresh(row, name))

    return make


def contribution_edit() -> Edit:
    request, users = host_request()
    given = ContributionFactory(training_programme=request.training_programme)
    address = reverse("hosts:contribution", args=[given.public_id])
    return Edit(users, address, "what_ja", ("授業", "翻訳"), lambda: fresh(given, "what_ja"))


def texts_edit() -> Edit:
    request, users = host_request()
    address = reverse("hosts:programme_texts", args=[request.public_id])
    row = request.training_programme
    name = "programme-theme_ja__en"
    return Edit(users, address, name, ("Water", "Sewers"), lambda: fresh(row, "theme_en"))


def application_edit(step: str, name: str, typed: tuple[str, str]) -> Callable[[], Edit]:
    """One person in two tabs; staff edit the person of the first step as well."""

    def make() -> Edit:
        user = trainee_person()
        application = application_of(user)
        row = application.trainee if step in OF_THE_PERSON else application
        address = reverse("trainees:application_step", args=[application.public_id, step])
        return Edit((user, user), address, name, typed, lambda: fresh(row, name))

    return make


def needs_edit() -> Edit:
    """What was agreed to, in two tabs."""
    edit = application_edit("needs", "dietary_needs", ("No pork", "No nuts"))()
    application = Application.objects.get(trainee__user=edit.users[0])
    give_consent(application, ConsentKind.NEEDS, language="en")
    return edit


def education_edit() -> Edit:
    """A line of the same section, in two tabs."""
    edit = application_edit("education", "state", NAMES)()
    line = Education.objects.get(application__trainee__user=edit.users[0])
    return replace(edit, name="education-1-school", stored=lambda: fresh(line, "school"))


def profile_edit() -> Edit:
    user = trainee_person()
    address = reverse("accounts:profile")
    return Edit((user, user), address, "name", ("Dewi", "Suryani B"), lambda: fresh(user, "name"))


def desk_edit(row: Callable[[], Any], name: str, typed: tuple[str, str]) -> Callable[[], Edit]:
    def make() -> Edit:
        made = row()
        opts = made._meta
        address = reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[made.pk])
        users = (
            staff_member(Role.ADMINISTRATOR, language="en"),
            staff_member(Role.ADMINISTRATOR, language="en"),
        )
        return Edit(users, address, name, typed, lambda: fresh(made, name))

    return make


def fresh(row: Any, name: str) -> str:
    return str(getattr(type(row).objects.get(pk=row.pk), name))


def an_open_deadline() -> Deadline:
    return submit_deadline(CycleFactory(), CycleFactory().arrival_on)


def survey_edit(name: str, field: str, typed: tuple[str, str]) -> Callable[[], Edit]:
    """The text of a survey, one of its deadlines, one of its questions."""

    def make() -> Edit:
        cycle = CycleFactory(fiscal_year=2027)
        survey = DemandSurveyFactory(cycle=cycle, opened_at=None)
        row: Any = survey
        more = []
        if name == "survey_question":
            row = SurveyQuestion.objects.create(
                survey=survey, position=1, label_ja="宿舎", label_en="Lodging"
            )
            more = [row.public_id]
        elif name == "survey_deadlines":
            row = cycle.deadlines.get(code="survey-municipality")
        address = reverse(f"desk:{name}", args=[cycle.programme.code, cycle.fiscal_year, *more])
        users = (staff_member(language="en"), staff_member(language="en"))
        column = field.rpartition("-")[2]
        return Edit(users, address, field, typed, lambda: fresh(row, column))

    return make


def replies_edit() -> Edit:
    answer = SurveyAnswerFactory(state=AnswerState.DRAFT)
    question = SurveyQuestion.objects.create(
        survey=answer.survey, position=1, label_ja="宿舎", label_en="Lodging"
    )
    users = (
        coordinator_of(answer.government, language="en"),
        coordinator_of(answer.government, language="en"),
    )
    address = reverse("hosts:questions", args=[answer.public_id])
    stored = lambda: answer.replies.get().value  # noqa: E731
    return Edit(users, address, question.field_name, ("宿舎あり", "宿舎なし"), stored)


def office_edit(
    name: str, field: str, typed: tuple[str, str], row: Callable[[Any], Any], *args: Any
) -> Callable[[], Edit]:
    """Two officers of one overseas office, or two of the staff."""

    def make() -> Edit:
        place = recruiting.ground()
        found = row(place)
        address = reverse(name, args=[arg(place) for arg in args] or [found.public_id])
        body = place.office.organisation
        users = (place.officer, member_of(body, Role.OVERSEAS_OFFICE, language="en"))
        if name.startswith("desk:"):
            users = (place.staff, staff_member(language="en"))
        return Edit(users, address, field, typed, lambda: fresh(found, field))

    return make


def wishes_of_a_nominee() -> Edit:
    """One person on two devices."""
    place = recruiting.ground()
    user = trainee_person()
    application = application_of(user, cycle=place.cycle, sending_government=place.sender)
    RequestWish.objects.create(application=application, host_request=place.request, rank=1)
    address = reverse("placements:wishes", args=[application.public_id])
    stored = lambda: application.request_wishes.get().reason  # noqa: E731
    return Edit((user, user), address, "reason_1", NAMES, stored)


EDITS: dict[str, Callable[[], Edit]] = {
    "desk:recruitment_text": office_edit(
        "desk:recruitment_text",
        "text_en",
        NAMES,
        lambda place: place.recruitment,
        lambda place: place.cycle.programme.code,
        lambda place: place.cycle.fiscal_year,
    ),
    "desk:recruitment_opening": office_edit(
        "desk:recruitment_opening", "note", NAMES, lambda place: place.opening
    ),
    "recruitment:body_edit": office_edit(
        "recruitment:body_edit",
        "name_local",
        NAMES,
        lambda place: place.agency,
        lambda place: place.agency.organisation.public_id,
    ),
    "recruitment:contact": office_edit(
        "recruitment:contact", "name", NAMES, lambda place: place.contact
    ),
    "recruitment:nomination": office_edit(
        "recruitment:nomination", "office_comment", NAMES, recruiting.nominee
    ),
    "placements:wishes": wishes_of_a_nominee,
    "hosts:demand": request_edit("demand", "number", ("3", "7")),
    "hosts:demand wishes": wishes_edit,
    "hosts:conditions": request_edit("conditions", "conditions_ja", ("住居あり", "住居なし")),
    "hosts:period": request_edit("period", "remarks_ja", ("住居あり", "住居なし")),
    "hosts:period co-hosts": co_hosts_edit,
    "hosts:treatment": treatment_edit(exists=True),
    "hosts:treatment, the first": treatment_edit(exists=False),
    "hosts:tie": tie_edit,
    "hosts:programme": request_edit("programme", "theme_ja", ("水道", "下水道")),
    "hosts:unit": unit_edit,
    "hosts:questions": replies_edit,
    "desk:survey_text": survey_edit("survey_text", "name_en", NAMES),
    "desk:survey_deadlines": survey_edit(
        "survey_deadlines", "survey-municipality-due_on", ("2026-11-18", "2026-11-19")
    ),
    "desk:survey_question": survey_edit("survey_question", "label_en", NAMES),
    "hosts:relay_round": relay_edit("relay_round", "text_ja", ("早めに", "遅めに")),
    "hosts:relay_remark": relay_edit("relay_remark", "remark", ("賛成", "反対")),
    "hosts:relay_answer_remark": relay_edit("relay_answer_remark", "relay_remark", ("可", "否")),
    "hosts:relay_order": relay_edit("relay_order", "relay_priority", ("31", "47")),
    "hosts:relay_letter": relay_edit("relay_letter", "subject", ("件名一", "件名二")),
    "hosts:contribution": contribution_edit,
    "hosts:programme_texts": texts_edit,
    "trainees:names": application_edit("names", "passport_name", NAMES),
    "trainees:person": application_edit("person", "passport_expires_on", DAYS),
    "trainees:contact": application_edit("contact", "address", NAMES),
    "trainees:needs": needs_edit,
    "trainees:education": education_edit,
    "trainees:japan": application_edit("japan", "previous_stays", NAMES),
    "trainees:employer": application_edit("employer", "employer_position", NAMES),
    "trainees:languages": application_edit("languages", "other_languages", NAMES),
    "trainees:field": application_edit("field", "statement", NAMES),
    "accounts:profile": profile_edit,
    "admin:accounts.user": desk_edit(UserFactory, "name", NAMES),
    "admin:accounts.organisation": desk_edit(OrganisationFactory, "name_en", NAMES),
    "admin:hosts.localgovernment": desk_edit(LocalGovernmentFactory, "romaji", NAMES),
    "admin:schedule.programme": desk_edit(ProgrammeFactory, "sender_name_en", NAMES),
    "admin:schedule.cycle": desk_edit(CycleFactory, "arrival_on", ("2027-05-18", "2027-05-19")),
    "admin:schedule.deadline": desk_edit(an_open_deadline, "name_en", NAMES),
    "admin:trainees.overseasoffice": desk_edit(OverseasOfficeFactory, "code", ("one", "two")),
    "admin:trainees.sendinggovernment": desk_edit(SendingGovernmentFactory, "name_local", NAMES),
    "admin:trainees.documentkind": desk_edit(a_kind, "name_en", NAMES),
    "admin:trainees.documentrule": desk_edit(a_rule, "source", NAMES),
    "admin:trainees.trainee": desk_edit(TraineeFactory, "passport_name", NAMES),
}

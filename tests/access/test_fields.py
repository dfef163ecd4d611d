"""What a form does not ask for cannot be written through it, whatever is posted (P4)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import RequestFactory
from django.urls import reverse

from accounts.editing import version_of
from accounts.models import Organisation, User
from hosts.forms import replies_form
from hosts.forms import requests as request_forms
from hosts.models import (
    Contribution,
    FieldComment,
    HostRequest,
    LocalGovernment,
    SurveyAnswer,
    Tie,
    TrainingUnit,
    Treatment,
)
from hosts.questions import asked, replies_of
from placements.models import Placement
from schedule.models import Cycle, Deadline, Programme
from tests.access.door import Door
from tests.access.world import World
from trainees.forms import EducationRows
from trainees.health import QUESTIONS
from trainees.models import (
    Application,
    Education,
    FamilyMember,
    HealthDeclaration,
    OverseasOffice,
    SendingGovernment,
    Trainee,
)
from trainees.needed import OF_THE_PERSON

pytestmark = pytest.mark.django_db

# Written by the portal itself beside every change.
BESIDE = {"auditlog.LogEntry", "admin.LogEntry", "accounts.Submission", "sessions.Session"}
BESIDE |= {"accounts.AuditRecord", "notices.Mail", "notices.MailEvent"}


# What a form is sent, and what of the database changed --------------------------------------------


@dataclass
class Sent:
    """One form as somebody fills it in: where, what, and which columns it may write."""

    name: str
    role: str
    path: str
    values: dict[str, object]
    writes: set[str]
    row: models.Model
    beside: set[str] = field(default_factory=set)


def hostile(row: models.Model, asked: set[str]) -> dict[str, object]:
    """A value for every column of the row that the form does not ask for, and keys of others."""
    found: dict[str, object] = {}
    for column in row._meta.concrete_fields:
        for name in {column.name, column.attname} - asked:
            found[name] = _another(row, column)
    raised = {"is_staff": "on", "is_superuser": "on", "role": "administrator"}
    return {"id": 987654, "pk": 987654, **raised, **found}


def _another(row: models.Model, column: models.Field) -> object:
    """Another value that the column would take."""
    now = getattr(row, column.attname)
    if column.is_relation:
        others = column.related_model._default_manager.exclude(pk=now).order_by("-pk")
        return others.values_list("pk", flat=True).first() or 987654
    if column.choices:
        return next(key for key, _label in column.flatchoices if key != now)
    if isinstance(column, models.BooleanField):
        return "" if now else "on"
    if isinstance(column, models.DateTimeField):
        return "2030-01-01 10:00"
    if isinstance(column, models.DateField):
        return "2030-01-01"
    if isinstance(column, models.UUIDField):
        return "11111111-1111-4111-8111-111111111111"
    if isinstance(column, models.IntegerField):
        return 7
    return "injected"


def snapshot() -> dict[tuple[str, object], dict[str, object]]:
    """Every row of every model, by its key."""
    return {
        (model._meta.label, row["pk"]): row
        for model in apps.get_models()
        if model._meta.label not in BESIDE
        for row in model._default_manager.values("pk", *_columns_of(model))
    }


def _columns_of(model: type[models.Model]) -> list[str]:
    return [each.attname for each in model._meta.concrete_fields]


def changed(before: dict, after: dict) -> set[str]:
    """`app.Model.column` of a change, `app.Model +` of a new row, `app.Model -` of a lost one."""
    found = {f"{label} +" for label, _pk in after.keys() - before.keys()}
    found |= {f"{label} -" for label, _pk in before.keys() - after.keys()}
    for key in before.keys() & after.keys():
        for name, value in after[key].items():
            if value != before[key][name]:
                found.add(f"{key[0]}.{name}")
    return found


def written_by(world: World, door: Door, sent: Sent, *, with_extras: bool) -> set[str]:
    """What the form changed in the whole database; it must have been accepted."""
    extras = hostile(sent.row, set(sent.values)) if with_extras else {}
    data = {name: value for name, value in {**extras, **sent.values}.items() if value is not None}
    with door.undone():
        before = snapshot()
        response = door.ask("POST", sent.path, data, world.sessions[sent.role])
        assert response.status_code == 302, (sent.name, response.status_code)
        return changed(before, snapshot())


# The forms of the portal ------------------------------------------------------------------------


def columns(model: type[models.Model], *names: str) -> set[str]:
    return {f"{model._meta.label}.{name}" for name in names}


def _of_hosts(world: World) -> Iterator[Sent]:
    ids = {kind: world.objects[kind]["own"] for kind in ("answer", "request", "unit")}
    answer = SurveyAnswer.objects.get(public_id=ids["answer"])
    request = HostRequest.objects.get(public_id=ids["request"])
    programme = request.training_programme
    unit = TrainingUnit.objects.get(public_id=ids["unit"])
    own_tie = Tie.objects.get(public_id=world.objects["tie"]["own"])
    moved = {"hosts.SurveyAnswerMove +"}

    def step(
        name: str,
        row: models.Model,
        values: dict,
        beside: set[str] | None = None,
        also: set[str] | None = None,
    ) -> Sent:
        path = reverse("hosts:request_step", args=[request.public_id, name])
        values = {**values, "version": row.version}
        own = columns(type(row), *values, *(also or ()))
        return Sent(name, "coordinator", path, values, own, row, beside or set())

    demand = {"field": "other", "field_other_ja": "港湾", "field_other_en": "ports", "number": 3}
    demand |= {"route": "own_selection", "own_selection_reason": "r", "tie": own_tie.public_id}
    countries = {"country_1": "TH", "country_2": "africa"}
    wishes = {"hosts.WishedCountry +", "hosts.WishedCountry -"}
    yield step("demand", request, {**demand, **countries}, wishes, {"tie_id"})
    conditions = {"language": "english", "japanese_needed": 2, "japanese_wished": 3}
    conditions |= {"english_needed": 4, "english_wished": 5, "other_languages": "l"}
    conditions |= {"age_from": 20, "age_until": 40, "gender": "female", "gender_reason": "g"}
    conditions |= {"experience_years": 3, "qualifications_ja": "資格", "qualifications_en": "q"}
    conditions |= {"conditions_ja": "条件", "conditions_en": "c"}
    yield step("conditions", request, conditions, also={"level"})
    period = {"starts_on": "2028-05-18", "ends_on": "2028-12-17", "length_reason": "r"}
    period |= {"needs_assembly": "yes", "assembly_month": "2028-03"}
    period |= {"remarks_ja": "備考", "remarks_en": "r"}
    beside = {"accounts.FormDraft -"}  # what was typed before is saved
    neighbour = {"co_host_1": world.governments["neighbour"].code, "co_host_1_part": "部分"}
    yield step(
        "period", request, {**period, **neighbour}, {*beside, "hosts.CoHost +", "hosts.CoHost -"}
    )
    amounts = {"rent_yen": 20000, "allowance_per": "month", "allowance_from_yen": 90000}
    offered = columns(Treatment, "version", *request_forms.STEP_FORMS["treatment"]._meta.fields)
    yield step("treatment", request, amounts, offered)
    texts = {"theme_ja": "主題", "theme_en": "theme", "aim_ja": "目的", "aim_en": "aim"}
    texts |= {"starts_on": "2028-06-26", "day_starts_at": "9:00", "day_ends_at": "17:00"}
    texts |= {"break_minutes": 45, "days_off": "6", "keeps_holidays": "False"}
    texts |= {"taught_in": "english", "support_ja": "支援", "support_en": "support"}
    yield step("programme", programme, texts)
    when = {"days": "1", "starts_at": "9:00", "ends_at": "12:00"}
    part = {"name_ja": "単位", "name_en": "unit", "site_kind": "company", "site_name": "site"}
    part |= {"postal_code": "793-8601", "address": "西条市"}
    part |= {"weeks": 4, "hours_per_week": 10, "first_week": 2, **when}
    part |= {"contents_ja": "内容", "contents_en": "contents", "is_practical": "on"}
    part |= {"site_name_en": "Site", "contact_name": "森", "contact_telephone": "0897-00-0000"}
    part |= {"contact_email": "mori@example.jp"}
    path = reverse("hosts:unit", args=[unit.public_id])
    values = {**part, "version": unit.version}
    yield Sent("unit", "coordinator", path, values, columns(TrainingUnit, *values), unit)
    path = reverse("hosts:unit_add", args=[request.public_id])
    blank = TrainingUnit(training_programme=programme)
    added = {"hosts.TrainingUnit +"}
    yield Sent("unit_add", "coordinator", path, {**part, "version": 1}, set(), blank, added)
    given = Contribution.objects.get(public_id=world.objects["contribution"]["own"])
    gift = {"kind": "advice", "what_ja": "助言", "what_en": "advice", "aim_ja": "目", "aim_en": "a"}
    gift |= {"place_ja": "課", "place_en": "section", "hours_per_week": 3, **when}
    path = reverse("hosts:contribution", args=[given.public_id])
    values = {**gift, "version": given.version}
    own = columns(Contribution, *values)
    yield Sent("contribution", "coordinator", path, values, own, given)
    path = reverse("hosts:contribution_add", args=[request.public_id])
    blank = Contribution(training_programme=programme)
    added = {"hosts.Contribution +"}
    yield Sent("contribution_add", "coordinator", path, {**gift, "version": 1}, set(), blank, added)
    path = reverse("hosts:no_demand", args=[answer.public_id])
    own = columns(SurveyAnswer, "no_demand_reason", "no_demand_kind", "state", "has_demand")
    own |= columns(SurveyAnswer, "submitted_at")
    own |= columns(SurveyAnswer, "submitted_by_id") | columns(HostRequest, "state")
    moves = moved | {"hosts.HostRequestMove +"}
    asked_of = asked(replies_of(answer), has_demand=False)
    form = replies_form(asked_of)(instance=answer)
    typed = {"no_demand_kind": "budget", "no_demand_reason": "none"}
    typed |= {form.add_prefix(each): form[each].value() or "" for each in form.fields}
    replies = {"hosts.SurveyReply.value", "hosts.SurveyReply -", "hosts.AnswerVersion +"}
    replies |= columns(FieldComment, "resolved_at")  # sent again: what was said of it is settled
    yield Sent("no_demand", "coordinator", path, typed, own, answer, moves | replies)
    path = reverse("hosts:request_start", args=[answer.public_id])
    new = {"hosts.HostRequest +", "hosts.TrainingProgramme +"}
    yield Sent("request_start", "coordinator", path, {}, set(), request, new)
    sent = SurveyAnswer.objects.get(public_id=world.objects["answer"]["neighbour"])
    path = reverse("hosts:relay_act", args=[sent.public_id])
    own = columns(SurveyAnswer, "state")
    yield Sent("relay_act", "relay", path, {"act": "forward", "comment": ""}, own, sent, moved)


def _of_people(world: World) -> Iterator[Sent]:
    person = world.people["trainee"]
    path = reverse("accounts:profile")
    for role in ("trainee", "coordinator", "staff"):
        values = {"name": "New Name", "language": "ja" if role == "trainee" else "en"}
        row = world.people[role]
        if role != "trainee":
            values["telephone"] = "03-1234-5678"
        version = version_of(row, ["name", "telephone", "language"])
        own, known = columns(User, *values), {"version": version}
        yield Sent("profile", role, path, {**values, **known}, own, row)
    application = Application.objects.get(public_id=world.objects["application"]["own"])
    trainee = Trainee.objects.get(user=person)
    steps = {
        "names": {"passport_name": "Sari", "has_single_name": "on", "daily_name": "S"}
        | {"katakana": "サリ", "kanji": "", "salutation": "ms", "mrz_name": "SARI"}
        | {"letter_name": "Sari", "native_name": "ᬲᬭᬶ", "former_names": "Sarah"},
        "person": {"born_on": "1990-01-01", "sex": "F", "nationality": "TH", "residence": "TH"}
        | {"passport_number": "X7654321", "passport_expires_on": "2099-01-01"}
        | {"passport_promised_on": ""},
        "contact": {"telephone": "+62 22 1234", "address": "a", "comes_alone": "yes"}
        | {"emergency_name": "B", "emergency_relation": "r", "emergency_telephone": "+62 22 9876"}
        | {"emergency_email": "b@example.org", "emergency_languages": "l"}
        | {
            "familymember-rows": "1",
            "familymember-1-name": "C",
            "familymember-1-relation": "child",
        },
        "needs": {"agree_needs": "yes", "dietary_needs": "d", "religious_needs": "r"}
        | {"agree_health": "yes", **{f"health_{code}": "no" for code in QUESTIONS}},
        "employer": {"employer_department": "d", "employer_position": "p"}
        | {"employed_since": "2011-01-01", "employer_duties": "d", "is_national_official": "on"}
        | {"national_reason": "r"},
        "education": {"education-rows": "1", "education-1-school": "s"},
        "languages": {"english_level": 2, "japanese_level": 1, "other_languages": "o"},
        "japan": {"never_in_japan": "on", "never_refused": "on", "previous_stays": "p"},
        "field": {"field": "health", "second_field": "", "statement": "s", "future_use": "f"}
        | {"available_from": "2027-05-01", "available_until": "2028-05-01"},
    }
    beside = {
        "contact": {"trainees.FamilyMember +"}
        | columns(FamilyMember, "version", "name", "relation", "born_on", "lives_in_japan"),
        "needs": {"trainees.Consent +", "trainees.HealthDeclaration +"}
        | columns(HealthDeclaration, "version", "answers", "declared_at")
        | columns(Application, "declines_needs", "declines_health"),
        "education": columns(Education, "version", *EducationRows.form.Meta.fields),
    }
    for step, typed in steps.items():
        row = trainee if step in OF_THE_PERSON else application
        values = {**typed, "version": row.version}
        path = reverse("trainees:application_step", args=[application.public_id, step])
        own = columns(type(row), *values)
        if step == "person":
            own |= columns(Trainee, "passport_index")
        yield Sent(step, "trainee", path, values, own, row, beside.get(step, set()))


def _of_the_desk(world: World) -> Iterator[Sent]:
    placement = Placement.objects.get(public_id=world.objects["placement"]["known"])
    path = reverse("desk:take_back", args=[placement.public_id])
    own, moved = columns(Placement, "state"), {"placements.PlacementMove +"}
    yield Sent("take_back", "staff", path, {"reason": "r"}, own, placement, moved)
    sent = SurveyAnswer.objects.get(public_id=world.objects["answer"]["neighbour"])
    path = reverse("desk:answer_return", args=[sent.public_id])
    own = columns(SurveyAnswer, "state") | columns(HostRequest, "state")
    moved = {"hosts.SurveyAnswerMove +", "hosts.HostRequestMove +"}
    moved |= columns(FieldComment, "resolved_at")  # a return says anew what is to be corrected
    yield Sent("answer_return", "staff", path, {"reason": "r"}, own, sent, moved)
    path = reverse("desk:invite")
    body = world.people["mic"].memberships.get().organisation
    typed = {"email": "new@example.jp", "name": "新しい人", "language": "ja", "role": "mic"}
    values = {**typed, "organisation": body.pk, "telephone": "03-1234-5678"}
    new = {"accounts.Invitation +", "accounts.MembershipEvent +"}
    yield Sent("invite", "staff", path, values, set(), world.people["mic"], new)


CHANGED_ON_THE_DESK = [
    Cycle,
    Deadline,
    LocalGovernment,
    Organisation,
    OverseasOffice,
    Programme,
    SendingGovernment,
    Trainee,
    User,
]


def _of_lists(world: World) -> Iterator[Sent]:
    """The change forms of the admin, sent back as they came, with everything else beside."""
    for model in CHANGED_ON_THE_DESK:
        row = model._default_manager.order_by("pk").first()
        model_admin = admin.site._registry[model]
        asked = RequestFactory().get("/admin/")
        asked.user = world.people["administrator"]
        form = model_admin.get_form(asked, row, change=True)(instance=row)
        values = {name: _typed(form[name].value()) for name in form.fields}
        writes = columns(model, *form.fields, *(f"{name}_id" for name in form.fields))
        for formset, _inline in model_admin.get_formsets_with_inlines(asked, row):
            prefix = formset.get_default_prefix()
            values |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        path = reverse(f"admin:{name}_change", args=[row.pk])
        yield Sent(model._meta.label, "administrator", path, values, writes, row)


def _typed(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "on" if value else None
    return "" if value is None else str(value)


FAMILIES = {"hosts": _of_hosts, "people": _of_people, "desk": _of_the_desk, "lists": _of_lists}


def overreach(world: World, door: Door, family: str) -> dict[str, set[str]]:
    """Form → what it wrote beyond the columns that it asks for."""
    found = {}
    for sent in FAMILIES[family](world):
        written = written_by(world, door, sent, with_extras=True)
        if beyond := written - sent.writes - sent.beside:
            found[f"{sent.name} as {sent.role}"] = beyond
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_a_form_writes_what_it_asks_for_and_nothing_else(world: World, door: Door, family: str):
    assert overreach(world, door, family) == {}


def test_a_new_unit_belongs_to_the_request_of_the_page(world: World, door: Door):
    sent = next(each for each in _of_hosts(world) if each.name == "unit_add")
    own = sent.row.training_programme
    foreign = HostRequest.objects.get(public_id=world.objects["request"]["foreign"])
    data = {**sent.values, "training_programme": foreign.training_programme.pk}
    with door.undone():
        door.ask("POST", sent.path, data, world.sessions["coordinator"])

        assert (own.units.count(), foreign.training_programme.units.count()) == (2, 1)


def test_a_form_of_more_fields_than_it_shows_is_caught_control(
    world: World, door: Door, monkeypatch
):
    class Wide(request_forms.PeriodForm):
        class Meta(request_forms.PeriodForm.Meta):
            fields = (*request_forms.PeriodForm.Meta.fields, "answer", "number")

    monkeypatch.setitem(request_forms.STEP_FORMS, "period", Wide)

    found = overreach(world, door, "hosts")

    assert "hosts.HostRequest.answer_id" in found["period as coordinator"]

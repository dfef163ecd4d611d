from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F, Q

from accounts.demo_sign_ins import sign_in_table
from accounts.models import Role, Thread, User
from accounts.succession import HandOver, TakeOver
from desk.demo import load_demo
from desk.demo.load import DemoError
from desk.demo.scale import APPLICATIONS, RUNNING_AT_MOST, shares
from hosts.models import (
    AnswerVersion,
    DemandSurvey,
    FieldComment,
    HostRequest,
    LocalGovernment,
    RelayLetter,
    RelayRound,
    RemindedAnswer,
    SurveyAnswer,
    Tie,
)
from hosts.relay_letters import letter_content
from hosts.relaying import municipality_due_on
from hosts.states import ANSWER_EDITABLE, ANSWER_SILENT
from hosts.versioning import is_intact
from japan.business_days import roll
from notices.letters import verify_letters
from notices.models import Letter
from placements.models import Placement
from placements.states import SEATED
from schedule.models import Cycle
from tests.factories import UserFactory
from trainees.models import Application, DossierVersion, Trainee

ON = date(2026, 11, 22)
TAKEN = Count("placements", filter=Q(placements__state__in=SEATED))


def content() -> list[object]:
    """What a reader sees of the rows; keys and random ids aside."""
    return [
        list(SurveyAnswer.objects.order_by("survey", "government__code").values_list(
            "survey__cycle__fiscal_year", "government__code", "state", "has_demand"
        )),
        list(HostRequest.objects.order_by("answer__survey__cycle", "pk").values_list(
            "answer__government__code", "field", "number", "starts_on", "ends_on"
        )),
        list(Application.objects.order_by("cycle", "number").values_list(
            "number", "trainee__passport_name", "trainee__born_on", "state", "statement"
        )),
        list(RelayLetter.objects.order_by("pk").values_list("direction", "state", "dated_on")),
        list(AnswerVersion.objects.order_by(
            "answer__survey__cycle__fiscal_year", "answer__government__code", "number"
        ).values_list("answer__government__code", "number", "occasion", "reason", "at")),
        list(FieldComment.objects.order_by("pk").values_list("step", "field", "text", "at")),
        list(RemindedAnswer.objects.order_by("answer__government__code").values_list(
            "answer__government__code", "people", "relay_people", "reminder__at"
        )),
        list(HandOver.objects.values_list("last_day", "successor_name")),
        list(TakeOver.objects.values_list("name", "asked_at")),
        list(Placement.objects.order_by("pk").values_list("application__number", "state")),
        list(Letter.objects.order_by("pk").values_list("reference", "addressee")),
    ]  # fmt: skip


@pytest.mark.django_db
def test_demo_is_believable_and_the_same_each_time():
    with transaction.atomic():
        load_demo(on=ON)
        first = content()
        transaction.set_rollback(True)

    load_demo(on=ON)

    assert content() == first
    cycles = dict(Cycle.objects.values_list("fiscal_year", "state"))
    roles = {role for user in User.objects.filter(is_demo=True) for role in user.roles}

    assert LocalGovernment.objects.count() == 1788
    assert cycles == {2025: "closed", 2026: "open", 2027: "open"}
    assert roles == set(Role)
    assert list(verify_letters()) == []
    assert {letter.state for letter in Letter.objects.all()} == {"issued"}
    submitted = Application.objects.filter(submitted_at__isnull=False)
    kept = DossierVersion.objects.values_list("application", "number", "made_at")
    assert sorted(kept) == sorted((row.pk, 1, row.submitted_at) for row in submitted)
    single = Application.objects.filter(trainee__has_single_name=True)
    assert single.exists()


@pytest.mark.django_db
def test_the_demonstration_has_one_of_everything_a_survey_shows():
    load_demo(on=ON)
    survey = DemandSurvey.objects.get(cycle__fiscal_year=2027)
    running = SurveyAnswer.objects.filter(survey=survey)
    relayed = running.filter(relay__code="380008")

    assert (survey.is_open, survey.text_ja != "", survey.text_en != "") == (True, True, True)
    assert survey.questions.count() == 4
    (round_,) = RelayRound.objects.filter(survey=survey)
    usual = municipality_due_on(survey)
    assert round_.own_due_on == date(2026, 11, 26) == roll(round_.own_due_on, "before")
    assert ON < round_.own_due_on < usual
    submitted = relayed.filter(state="submitted", has_demand=True).order_by("relay_priority")
    assert [row.relay_priority for row in submitted] == [1, 2]
    saijo = relayed.get(government__code="382060")
    assert (saijo.state, saijo.requests.count()) == ("not_opened", 0)
    (down,) = RelayLetter.objects.filter(state="final")
    assert letter_content(down).startswith(b"%PDF-")
    (up,) = RelayLetter.objects.filter(direction="up")
    named = set(up.answers.values_list("state", flat=True))
    assert named <= {"forwarded", "received"}
    assert up.answers.filter(has_demand=True).exists()

    returned = relayed.get(state="returned")
    assert returned.field_comments.open().count() == 2
    extended = running.get(extended_until__isnull=False)
    assert extended.extended_until > usual
    assert running.get(channel="paper").entered_by.roles == {Role.RELAY}
    reminded = RemindedAnswer.objects.select_related("answer")
    assert {row.answer.state for row in reminded} <= set(ANSWER_SILENT)
    assert extended.pk not in {row.answer_id for row in reminded}
    assert reminded.filter(people=1).exists()
    assert reminded.filter(relay_people=1).exists()
    assert Thread.objects.get().state == "open"
    assert HandOver.objects.get().last_day == date(2027, 3, 31)
    assert TakeOver.objects.get().confirmer.name_ja == "愛媛県"
    assert Tie.objects.count() >= 5
    assert HostRequest.objects.filter(answer__in=running, co_hosts__isnull=False).exists()
    whole = HostRequest.objects.filter(answer__in=running)
    for part in ("treatment", "training_programme__units__instructors"):
        assert not whole.filter(**{f"{part}__isnull": True}).exists()

    given = SurveyAnswer.objects.exclude(state__in=ANSWER_EDITABLE)
    assert not given.filter(versions__isnull=True).exists()
    assert all(is_intact(version) for version in AnswerVersion.objects.iterator())
    twice = running.get(versions__number=2)
    assert twice.versions.get(number=2).reason != ""
    for past in DemandSurvey.objects.exclude(pk=survey.pk):
        assert past.closed_at is not None
        newest = AnswerVersion.objects.filter(answer__survey=past)
        assert newest.count() == past.answers.count() == 1788
        assert not newest.filter(at__gt=past.closed_at).exists()


@pytest.mark.django_db
def test_demo_prints_one_sign_in_for_each_role():
    load_demo(on=ON)

    table = sign_in_table()

    assert len(table.splitlines()) == 1 + len(Role)
    assert "a code by mail" in table


@pytest.mark.django_db
def test_demo_is_refused_where_people_work():
    UserFactory()

    with pytest.raises(DemoError):
        load_demo(on=ON)

    assert LocalGovernment.objects.count() == 0


@pytest.mark.django_db
def test_demo_is_refused_in_production(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        call_command("demo")


@pytest.mark.django_db
def test_demo_if_missing_loads_once(capsys):
    call_command("demo", "--if-missing")
    call_command("demo", "--if-missing")

    assert "The demonstration is there." in capsys.readouterr().out


@pytest.mark.django_db
def test_a_large_demonstration_is_believable_keeps_every_rule_and_is_the_same_each_time():
    lines: list[str] = []
    with transaction.atomic():
        load_demo(on=ON, scale=3)
        first = content()
        transaction.set_rollback(True)

    counts = load_demo(on=ON, scale=3, say=lines.append)

    assert content() == first
    assert counts["applications"] == Application.objects.count() == 25 + 2 * APPLICATIONS
    assert lines[-1] == "FY2027: 20 applications more"
    assert rows_against_the_rules() == []
    assert Application.objects.filter(trainee__user=None).count() < 25
    assert len(sign_in_table().splitlines()) == 1 + len(Role)
    oversold = HostRequest.objects.annotate(taken=TAKEN).filter(taken__gt=F("number"))
    assert not oversold.exists()

    # Control: one person more on a seat that is taken.
    seated = Placement.objects.filter(state="ended").order_by("pk")
    seated.filter(pk=seated[0].pk).update(host_request=seated[1].host_request)
    HostRequest.objects.filter(pk=seated[1].host_request_id).update(number=1)
    assert oversold.exists()


def rows_against_the_rules() -> list[str]:
    """Rows that a form would not have let through, all fields asked."""
    faults = []
    for model in (Application, HostRequest, Placement, Trainee, User):
        for row in model.objects.all():
            try:
                row.clean_fields(exclude=["password"])
            except ValidationError as error:
                faults.append(f"{row}: {error}")
    return faults


@pytest.mark.parametrize("scale", ["0", "-1", "1001"])
def test_a_scale_out_of_reach_is_wrong_in_itself(scale):
    with pytest.raises(CommandError) as caught:
        call_command("demo", "--scale", scale)

    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_demo_dry_run_writes_nothing(capsys):
    call_command("demo", "--scale", "100", "--dry-run")

    assert "about 9925 applications" in capsys.readouterr().out
    assert not User.objects.exists()
    assert LocalGovernment.objects.count() == 0


@pytest.mark.parametrize("units", [1, 2, 10, 99, 999])
def test_the_running_year_stays_a_page(units):
    found = shares(units, [2025, 2026, 2027])

    assert sum(found.values()) == APPLICATIONS * units
    assert 0 < found[2027] <= RUNNING_AT_MOST

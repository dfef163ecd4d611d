"""The survey as one workbook: what goes out comes in again; what is wrong is told at its cell."""

from datetime import date, time

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Role
from hosts.models import (
    CoHost,
    Contribution,
    HostRequest,
    SurveyAnswer,
    SurveyQuestion,
    SurveyReply,
    Tie,
    TrainingUnit,
    Treatment,
    UnitInstructor,
)
from hosts.workbooks.sheets import PARTS
from notices.models import Mail
from tests.factories import (
    HostRequestFactory,
    LocalGovernmentFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

from .books import File, of_all, of_relay, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(db) -> SurveyAnswer:
    return SurveyAnswerFactory(survey__cycle__fiscal_year=2027)


@pytest.fixture
def coordinator(answer):
    return coordinator_of(answer.government)


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def question(survey, position: int = 1, **fields) -> SurveyQuestion:
    return SurveyQuestion.objects.create(
        survey=survey,
        position=position,
        **{"label_ja": f"質問{position}", "label_en": f"Question {position}", **fields},
    )


def full_request(answer: SurveyAnswer) -> HostRequest:
    """A request with something in every table."""
    tie = Tie.objects.create(
        government=answer.government, kind="sister_city", partner_en="Danang", country="VN"
    )
    request = HostRequestFactory(answer=answer, countries=["TH", "VN"], tie=tie)
    request.refresh_from_db()
    Treatment.objects.create(host_request=request, rent_yen=30_000, lodging_area_ja="𠮷野")
    unit = TrainingUnit.objects.get(training_programme__host_request=request)
    UnitInstructor.objects.create(training_unit=unit, name="山田", years=6)
    Contribution.objects.create(
        training_programme=request.training_programme,
        kind="translation",
        what_ja="観光案内",
        days="02",
        starts_at=time(9),
        ends_at=time(12),
    )
    CoHost.objects.create(host_request=request, government=LocalGovernmentFactory())
    SurveyReply.objects.create(
        answer=answer, question=question(answer.survey), value="=1+1\n二行目"
    )
    return request


# out and in --------------------------------------------------------------------------------------


def test_a_workbook_brought_back_unchanged_changes_nothing(answer, coordinator):
    request = full_request(answer)
    plan = File(own(answer, coordinator)).take_in()

    assert (plan.new, plan.changed, plan.gone) == ([], [], [])
    assert plan.unchanged == len(PARTS)  # the answer says nothing yet; two countries are wished
    assert HostRequest.objects.get().version == request.version
    assert SurveyAnswer.objects.get().state == answer.state


TEXTS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"])
    | st.sampled_from(list("=+-@'\n\r\t 　ｱ𠮷😀_x000D_"))
    | st.sampled_from("=1"),
    max_size=60,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=TEXTS, long=TEXTS.map(lambda text: text * 60), day=st.dates(date(1990, 1, 1)))
def test_whatever_stands_in_the_portal_comes_back_as_it_was(answer, coordinator, first, long, day):
    HostRequest.objects.all().delete()
    HostRequestFactory(
        answer=answer,
        remarks_ja=first.replace("\x00", ""),
        conditions_ja=long.replace("\x00", "")[:4000],
        starts_on=day,
        ends_on=date.max,
    )

    plan = File(own(answer, coordinator)).take_in()

    assert (plan.new, plan.changed, plan.gone) == ([], [], [])


def test_an_empty_workbook_is_typed_and_the_second_time_changes_nothing(answer, coordinator):
    question(answer.survey, kind="number", least=0, most=10)
    question(answer.survey, 2, kind="choice", choices=[{"key": "a", "ja": "ある", "en": "Yes"}])
    question(answer.survey, 3, kind="date")
    co_host = LocalGovernmentFactory()
    file = File(own(answer, coordinator))
    file.set("提携・交流", kind="sister_city", partner_en="Danang", country="ベトナム")
    file.set("要望", field="water", number="２", tie_no=1, starts_on="令和9年5月17日")
    file.set("要望", ends_on=date(2027, 12, 16), needs_assembly="○", assembly_month="令和9年3月")
    file.set("条件", japanese_needed="N3", age_from="２５", other_languages="ﾍﾞﾄﾅﾑ語")
    file.set("待遇", rent_yen="３０,０００", rent_payer="host")
    file.set("希望国", wish="ベトナム")
    file.add("希望国", government_code=answer.government.code, request_no=1, wish="southeast_asia")
    file.set("共同受入", co_host_code=co_host.code, part_ja="宿舎")
    file.set("研修計画", theme_ja="漏水調査", aim_ja="=SUM(A1)", days_off="土日")
    file.set("研修単元", name_ja="実務", site_kind="own", site_name="水道課", weeks=3)
    file.set("研修単元", hours_per_week=9, starts_at=time(9), ends_at="午後５時", days="月火")
    file.set("指導員", name="山田", years=6, is_full_time="○")
    file.set("研修員による協力", kind="translation", what_ja="案内")
    file.set("追加の設問", value="７").set("追加の設問", 4, value="Yes").set(
        "追加の設問", 5, value="R9.4.1"
    )

    assert file.faults() == []
    request = HostRequest.objects.get()
    unit = TrainingUnit.objects.get()
    assert (request.field, request.number, request.tie.partner_en) == ("water", 2, "Danang")
    assert (request.starts_on, request.ends_on) == (date(2027, 5, 17), date(2027, 12, 16))
    assert (request.assembly_month, request.age_from) == (date(2027, 3, 1), 25)
    assert (request.other_languages, request.level) == ("ベトナム語", 2)
    assert [wish.code for wish in request.wished_countries.all()] == ["VN", "southeast_asia"]
    assert request.co_hosts.get().government == co_host
    assert request.treatment.rent_yen == 30_000
    assert (request.training_programme.aim_ja, request.training_programme.days_off) == (
        "=SUM(A1)",
        "56",
    )
    assert (unit.starts_at, unit.ends_at, unit.days) == (time(9), time(17), "01")
    assert unit.instructors.get().is_full_time
    assert Contribution.objects.get().what_ja == "案内"
    replies = SurveyReply.objects.order_by("question__position").values_list("value", flat=True)
    assert list(replies) == ["7", "a", "2027-04-01"]
    answer.refresh_from_db()
    assert (answer.state, answer.channel) == ("draft", "portal")

    again = file.take_in()
    assert (again.new, again.changed, again.gone) == ([], [], [])
    assert HostRequest.objects.count() == 1


def test_rows_change_and_go_away_and_the_preview_says_it(answer, coordinator):
    request = full_request(answer)
    file = File(own(answer, coordinator))
    file.set("要望", number=3).set("希望国", wish="LA")
    file.pages["希望国"].delete_rows(4)
    file.pages["研修単元"].cell(3, 1).value = answer.government.code
    file.add(
        "研修単元",
        government_code=answer.government.code,
        request_no=1,
        unit_no=2,
        name_ja="二つ目",
        site_kind="own",
        site_name="課",
        weeks=1,
        hours_per_week=1,
    )

    looked = file.look()
    assert HostRequest.objects.get().number == 1
    plan = file.take_in()

    assert [len(looked.new), len(looked.changed), len(looked.gone)] == [1, 2, 1]
    assert [len(plan.new), len(plan.changed), len(plan.gone)] == [1, 2, 1]
    request.refresh_from_db()
    assert (request.number, request.version) == (3, 2)
    assert [wish.code for wish in request.wished_countries.all()] == ["LA"]
    assert [unit.name_ja for unit in TrainingUnit.objects.order_by("position", "pk")][
        -1
    ] == "二つ目"


def test_a_unit_that_is_taken_away_takes_its_instructors_along(answer, coordinator):
    full_request(answer)
    file = File(own(answer, coordinator))
    for sheet, column in (("研修単元", "name_ja"), ("指導員", "name")):
        for name in file.columns(sheet)[4:-1]:
            file.set(sheet, **{name: None})
        assert file.get(sheet, column) is None

    assert file.faults() == []
    assert (TrainingUnit.objects.count(), UnitInstructor.objects.count()) == (0, 0)


# stale and foreign -------------------------------------------------------------------------------


def test_what_changed_in_the_portal_meanwhile_is_told_and_not_overwritten(
    answer, coordinator, english
):
    request = full_request(answer)
    file = File(own(answer, coordinator)).set("要望", number=3)
    file.set("希望国", wish="LA").set("研修計画", theme_ja="新しい")
    HostRequest.objects.update(number=5)
    request.wished_countries.filter(rank=2).delete()
    request.training_programme.units.update(weeks=2)  # another sheet: no hindrance

    faults = file.faults()

    assert [sheet for sheet, _cell, _reason in faults] == ["要望", "希望国"]
    assert {reason for _sheet, _cell, reason in faults} == {
        "This was changed in the portal after the workbook was taken out. Take out a fresh one and "
        "type your changes into it."
    }
    assert HostRequest.objects.get().number == 5
    assert TrainingUnit.objects.get().weeks == 2


def test_what_nobody_typed_stays_as_the_portal_says_it_now(answer, coordinator):
    request = full_request(answer)
    file = File(own(answer, coordinator)).set("待遇", rent_yen=40_000)
    HostRequest.objects.update(number=5)
    request.wished_countries.filter(rank=2).delete()

    assert file.faults() == []
    request.refresh_from_db()
    assert (request.number, request.wished_countries.count()) == (5, 1)
    assert Treatment.objects.get().rent_yen == 40_000


def test_without_the_version_the_old_file_would_win(answer, coordinator):
    """The control: who types today's version by hand overwrites what came in between."""
    full_request(answer)
    file = File(own(answer, coordinator)).set("要望", number=3)
    HostRequest.objects.update(number=5)
    fresh = File(own(answer, coordinator)).get("要望", "version")

    assert file.set("要望", version=fresh).faults() == []
    assert HostRequest.objects.get().number == 3


def test_a_file_of_another_survey_or_layout_is_noticed(answer, coordinator):
    file = File(own(answer, coordinator))
    file.set("説明", 3, value="other").set("説明", 4, value="2031").set("説明", 5, value="0")

    assert file.cells() == ["説明!B3", "説明!B4", "説明!B5"]


def test_a_coordinator_brings_only_the_own_government(answer, coordinator, english):
    neighbour = SurveyAnswerFactory(survey=answer.survey)
    nobody = LocalGovernmentFactory()
    told = []
    for code in (neighbour.government.code, nobody.code, "999993"):
        file = File(own(answer, coordinator)).set("回答", government_code=code, wants="要望なし")
        told.append([(cell, reason) for _sheet, cell, reason in file.faults()])

    assert told[0] == told[1]
    assert [cell for cell, _reason in told[0]] == ["A3"]
    assert neighbour.government.name not in str(told)


def test_a_membership_that_ended_a_minute_ago_brings_nothing(answer, coordinator):
    file = File(own(answer, coordinator)).set("要望", field="water")
    coordinator.memberships.all().delete()
    file.book.scope.user.__dict__.pop("active_memberships", None)

    assert file.cells() != []
    assert HostRequest.objects.count() == 0


# as whom -----------------------------------------------------------------------------------------


def test_a_relay_brings_answers_of_its_subtree_and_they_are_marked(answer):
    officer = relay_officer_of(answer.relay)
    other = SurveyAnswerFactory(survey=answer.survey)
    file = File(of_relay(answer, officer))
    codes = [row["government_code"] for row in file.rows("回答")]
    file.set("回答", wants="要望なし", no_demand_reason="予算がない", submit="○")
    file.take_in()
    foreign = File(of_relay(answer, officer)).set("回答", government_code=other.government.code)

    answer.refresh_from_db()
    assert codes == [answer.government.code]
    assert (answer.state, answer.has_demand, answer.no_demand_reason) == (
        "submitted",
        False,
        "予算がない",
    )
    assert (answer.channel, answer.entered_by) == ("spreadsheet", officer)
    assert foreign.cells() == ["回答!A3"]


def test_what_the_relay_says_of_an_answer_is_in_no_workbook_of_the_government(answer, coordinator):
    SurveyAnswer.objects.filter(pk=answer.pk).update(relay_priority=1, relay_remark="推薦する。")
    officer = relay_officer_of(answer.government.prefecture)

    def told(book) -> list:
        [row] = File(book).rows("回答")
        return [row["relay_remark"], row["relay_priority"]]

    assert told(own(answer, coordinator)) == [None, None]
    assert told(of_relay(answer, officer)) == told(of_all(answer)) == ["推薦する。", "1"]
    assert SurveyAnswer.objects.get(pk=answer.pk).relay_remark == "推薦する。"


def test_staff_bring_all_answers(answer):
    staff = staff_member(Role.STAFF)
    other = SurveyAnswerFactory(survey=answer.survey)
    file = File(of_all(answer, staff))
    for row in (3, 4):
        file.set("回答", row, wants="要望なし", submit="はい")
    file.take_in()

    rows = SurveyAnswer.objects.filter(pk__in=[answer.pk, other.pk])
    assert {(row.state, row.channel, row.entered_by) for row in rows} == {
        ("submitted", "spreadsheet", staff)
    }


def test_submitting_goes_through_the_same_door(answer, coordinator, english):
    file = File(own(answer, coordinator)).set("要望", field="water", ends_on="2028-12-01")
    file.set("要望", starts_on="2027-05-17")
    file.set("回答", wants="要望あり", submit="○")
    incomplete = file.faults()
    file.set("要望", length_reason="理由").set("研修計画", theme_ja="漏水", aim_ja="習得")
    file.set("研修単元", name_ja="実務", site_kind="own", site_name="課", weeks=9, hours_per_week=9)

    cells = [(sheet, cell) for sheet, cell, _reason in incomplete]
    assert cells == [("要望", "N3"), ("研修計画", "D3"), ("研修計画", "F3"), ("研修単元", "E3")]
    assert file.faults() == []
    answer.refresh_from_db()
    assert (answer.state, answer.has_demand) == ("submitted", True)
    assert HostRequest.objects.get().state == "submitted"
    assert Mail.objects.filter(purpose="survey_receipt").count() == 1

    assert file.take_in().changed == []  # the same file once more
    assert Mail.objects.filter(purpose="survey_receipt").count() == 1
    late = File(own(answer, coordinator)).set("要望", number=9)
    assert late.cells() == ["要望!A3"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"wants": "要望なし"}, "回答!H3"),  # without ○ nothing would happen
        ({"submit": "○"}, "回答!F3"),
        ({"wants": "要望あり", "submit": "○"}, "回答!H3"),
        ({"wants": "たぶん"}, "回答!F3"),
        ({"submit": "そのうち"}, "回答!H3"),
    ],
)
def test_an_answer_that_says_nothing_clear_is_asked_back(answer, coordinator, cells, expected):
    assert File(own(answer, coordinator)).set("回答", **cells).cells() == [expected]


def test_no_demand_and_a_request_in_one_file_are_asked_back(answer, coordinator):
    file = File(own(answer, coordinator)).set("回答", wants="要望なし", submit="○")
    assert file.set("要望", field="water").cells() == ["回答!F3"]


def test_after_the_close_nothing_comes_in(answer, coordinator):
    file = File(own(answer, coordinator)).set("要望", field="water")
    answer.survey.closed_at = timezone.now()
    answer.survey.save()

    assert file.cells() == ["要望!A3"]

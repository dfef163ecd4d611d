"""The sheet for the approval round: what it says, for whom, and how a changed answer is noticed."""

import subprocess

import pytest
from django.utils import timezone

from hosts.approval import answer_sheet, relay_sheet, seals_for
from hosts.approval.contents import Line, Part, check_number, side_by_side
from hosts.models import Contribution, HostRequest, SurveyAnswer, TrainingProgramme, Treatment
from hosts.services import receive_answer, return_by_relay, submit_no_demand
from notices import pages
from notices.check_numbers import CHECK_ALPHABET
from notices.printing import PressAway
from tests.factories import (
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    TrainingUnitFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

from .ground import SESSION_QUERIES, at, queries_of

pytestmark = pytest.mark.django_db


def words(pdf: bytes) -> str:
    """The text of a PDF, without the spaces and breaks that its lines put in."""
    found = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(found.stdout.decode().split())


def pages_of(pdf: bytes) -> int:
    found = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True)
    return int(found.stdout.decode().split("Pages:")[1].split()[0])


def sheet_of(answer: SurveyAnswer, reader, **changes) -> dict:
    return answer_sheet(SurveyAnswer.objects.get(pk=answer.pk), reader=reader, **changes)


def test_the_sheet_of_a_draft_stands_on_one_page_and_says_what_is_asked(
    as_coordinator, coordinator, host_request
):
    response = as_coordinator.get(at("approval_print", host_request.answer.public_id))
    text = words(response.content)

    assert pages_of(response.content) == 1
    for said in (
        "下書き",
        "課長補佐",
        "令和8年11月20日",
        "このことについて、次のとおり愛媛県へ回答してよろしいか伺います。",
        "愛媛県西条市",
        "要望1件",
        "ベトナム",
        sheet_of(host_request.answer, coordinator)["number"],
        "".join(coordinator.name.split()),
    ):
        assert said in text, said


def test_the_sheet_is_japanese_for_a_reader_of_english_pages(as_coordinator, host_request):
    english = at("approval_print", host_request.answer.public_id, language="en")

    assert "受入希望人数" in words(as_coordinator.get(english).content)


def test_no_demand_is_asked_before_it_is_answered_and_shown_after(
    as_coordinator, coordinator, host_request
):
    answer = host_request.answer
    address = at("approval_print", answer.public_id)
    asked = words(as_coordinator.get(address, {"answer": "no-demand"}).content)
    submit_no_demand(answer, reason="体制が整わないため", by=coordinator)
    answered = words(as_coordinator.get(address).content)

    assert "要望なし" in asked
    assert "下書き" in asked
    assert "要望1件" not in asked
    assert "「要望なし」と回答しましたので、供覧します。" in answered
    assert "体制が整わないため" in answered
    assert "下書き" not in answered


@pytest.mark.parametrize(
    ("state", "mark"),
    [("draft", True), ("submitted", False), ("returned", True), ("received", False)],
)
def test_only_what_can_still_be_changed_is_a_draft(submitted, coordinator, officer, state, mark):
    if state == "returned":
        return_by_relay(submitted, by=officer, reason="期間を確認してください。")
    elif state == "received":
        receive_answer(submitted, by=staff_member())
    elif state == "draft":
        SurveyAnswer.objects.filter(pk=submitted.pk).update(state="draft")

    sheet = sheet_of(submitted, coordinator)

    assert sheet["is_draft"] is mark
    assert ("伺い" in sheet["subject"]) is mark


def test_a_returned_no_demand_is_not_what_is_going_to_be_answered(answer, coordinator, officer):
    submit_no_demand(answer, reason="", by=coordinator)
    return_by_relay(answer, by=officer, reason="もう一度御検討ください。")

    assert sheet_of(answer, coordinator)["parts"][0].note == "要望書はまだ作成されていません。"


def test_the_number_follows_the_contents_and_not_state_reader_or_day(
    host_request, coordinator, officer, submitted
):
    answer = host_request.answer
    before = sheet_of(answer, coordinator)["number"]
    unit = host_request.training_programme.units.get()
    same = sheet_of(answer, officer)["number"]
    receive_answer(submitted, by=staff_member())
    after_a_move = sheet_of(answer, coordinator)["number"]
    unit.hours_per_week += 1
    unit.save()

    assert before == same == after_a_move
    assert sheet_of(answer, coordinator)["number"] != before


@pytest.mark.parametrize("column", ["theme_ja", "theme_en", "aim_ja", "aim_en"])
def test_each_text_of_the_programme_counts_for_the_number(host_request, coordinator, column):
    before = sheet_of(host_request.answer, coordinator)["number"]
    TrainingProgramme.objects.update(**{column: "変わりました"})

    assert sheet_of(host_request.answer, coordinator)["number"] != before


@pytest.mark.parametrize(
    ("column", "value"),
    [("number", 3), ("conditions_ja", "宿舎あり"), ("conditions_en", "Lodging"), ("level", 4)],
)
def test_each_part_of_the_request_counts_for_the_number(host_request, coordinator, column, value):
    before = sheet_of(host_request.answer, coordinator)["number"]
    HostRequest.objects.update(**{column: value})

    assert sheet_of(host_request.answer, coordinator)["number"] != before


def test_a_number_of_labels_alone_would_not_notice_a_change_control():
    def labels_only(parts):
        return check_number([Part(lines=[Line(each.label, "") for each in parts[0].lines])])

    one, other = [Part(lines=[Line("人数", "1名")])], [Part(lines=[Line("人数", "2名")])]

    assert labels_only(one) == labels_only(other)
    assert check_number(one) != check_number(other)
    assert set(check_number(one)) <= set(CHECK_ALPHABET)
    assert len(check_number(one)) == 12


def test_twenty_requests_fill_several_pages_with_a_running_head(
    as_coordinator, coordinator, answer
):
    answer.state = "draft"
    answer.save()
    for _n in range(20):
        HostRequestFactory(answer=answer, countries=["VN"])

    content = as_coordinator.get(at("approval_print", answer.public_id)).content
    text = words(content)

    assert pages_of(content) > 3
    assert "要望20件（20名）" in text
    assert text.count("【下書き】") >= pages_of(content) - 1
    assert f"2／{pages_of(content)}ページ" in text


def test_a_long_name_a_tag_and_an_unprintable_character_stand_on_the_sheet(
    as_coordinator, host_request, saijo
):
    saijo.name = "北海道南富良野町外三町環境衛生広域連合市町村組合事務局町"
    saijo.save()
    HostRequest.objects.update(conditions_ja="<b>宿舎</b>😀あり")

    text = words(as_coordinator.get(at("approval_print", host_request.answer.public_id)).content)

    assert "北海道南富良野町外三町環境衛生広域連合市町村組合事務局町" in text
    assert "<b>宿舎</b>〓あり" in text


def test_who_prints_stands_on_it_with_their_own_office(submitted, ehime, saijo):
    operator = submitted.survey.cycle.programme.operator

    assert sheet_of(submitted, relay_officer_of(ehime))["office"] == "愛媛県"
    assert sheet_of(submitted, coordinator_of(saijo))["office"] == "愛媛県西条市"
    assert sheet_of(submitted, staff_member())["office"] == operator.name_ja


def test_the_boxes_are_chosen_and_what_is_no_choice_means_the_usual_ones(
    as_coordinator, host_request, saijo, ehime
):
    address = at("approval_print", host_request.answer.public_id)
    chosen = words(as_coordinator.get(address, {"seals": "head"}).content)
    odd = words(as_coordinator.get(address, {"seals": "<script>"}).content)

    assert "副市長" in chosen
    assert "副市長" not in odd
    assert "課長補佐" in odd
    assert seals_for("head", ehime)[:2] == ["知事", "副知事"]
    assert seals_for("empty", None) == [""] * 7


def test_short_lines_stand_side_by_side():
    short, long = Line("a", "1名"), Line("b", "x" * 40)

    assert side_by_side([short, short, short, long, short]) == [
        [short, short],
        [short],
        [long],
        [short],
    ]


def test_comparing_says_whether_the_paper_is_what_is_saved_now(
    as_coordinator, coordinator, host_request
):
    address = at("approval", host_request.answer.public_id, language="en")
    number = sheet_of(host_request.answer, coordinator)["number"]
    typed = number.replace("-", "").lower().translate({ord(d): ord(d) + 0xFEE0 for d in "0123"})

    def shown(value: str) -> str:
        return as_coordinator.get(address, {"number": value}).content.decode()

    assert "The paper says what is saved now." in shown(typed)
    HostRequest.objects.update(number=5)
    assert "Not the same" in shown(typed)
    refused = as_coordinator.get(address, {"number": "7K4M<b>"})
    assert refused.status_code == 422
    assert "twelve letters and digits" in refused.content.decode()


def test_the_relay_prints_its_round(as_officer, officer, submitted, survey, ehime):
    silent = SurveyAnswerFactory(
        survey=survey, government=LocalGovernmentFactory(name="上島町", prefecture=ehime)
    )
    SurveyAnswer.objects.filter(pk=submitted.pk).update(relay_priority=1, relay_remark="推薦する。")
    foreign = SurveyAnswerFactory(
        survey=survey,
        government=LocalGovernmentFactory(
            name="土佐市", prefecture=PrefectureFactory(name="高知県", romaji="Kochi")
        ),
    )

    text = words(as_officer.get(at("relay_approval_print")).content)

    for said in (
        "照会した団体",
        "第1位",
        "推薦する。",
        "上島町",
        "西条市",
        "進達してよろしいか",
    ):
        assert said in text, said
    assert foreign.government.name not in text
    assert silent.state == "not_opened"


def test_what_the_relay_says_of_an_answer_stands_on_no_sheet_of_the_government(
    submitted, coordinator, officer
):
    SurveyAnswer.objects.filter(pk=submitted.pk).update(relay_priority=1, relay_remark="推薦する。")
    opinion = {"取りまとめ団体の優先順位", "取りまとめ団体の副申"}

    def told(reader) -> set[str]:
        return {each.label for each in sheet_of(submitted, reader)["about"].lines} & opinion

    assert told(coordinator) == set()
    assert told(officer) == told(staff_member()) == opinion


def test_the_round_without_anything_to_forward_is_only_shown_around(officer, answer, ehime):
    cycle = answer.survey.cycle
    sheet = relay_sheet(cycle, [ehime], [answer], reader=officer)
    none = relay_sheet(cycle, [ehime], [], reader=officer)

    assert [each["subject"][-4:] for each in (sheet, none)] == ["（供覧）"] * 2


def test_without_a_survey_there_is_no_round(as_officer):
    assert as_officer.get(at("relay_approval")).status_code == 404
    assert as_officer.get(at("relay_approval_print")).status_code == 404


def test_another_government_finds_no_sheet(client, host_request):
    client.force_login(coordinator_of(LocalGovernmentFactory()))

    assert client.get(at("approval_print", host_request.answer.public_id)).status_code == 404
    assert client.get(at("approval", host_request.answer.public_id)).status_code == 404


def test_a_press_that_is_away_leaves_a_page_that_says_so(as_coordinator, host_request, monkeypatch):
    def away(html):
        raise PressAway("x")

    monkeypatch.setattr(pages, "print_page", away)
    response = as_coordinator.get(
        at("approval_print", host_request.answer.public_id, language="en")
    )

    assert response.status_code == 503
    assert "cannot be printed just now" in response.content.decode()


def test_the_sheet_costs_the_same_for_one_and_three_requests(as_coordinator, host_request):
    address = at("approval", host_request.answer.public_id)
    one = queries_of(as_coordinator, address)
    for _n in range(2):
        TrainingUnitFactory(
            training_programme=HostRequestFactory(
                answer=host_request.answer, countries=["VN", "TH"]
            ).training_programme
        )

    assert one == queries_of(as_coordinator, address) <= SESSION_QUERIES + 6


def test_the_round_costs_the_same_for_one_and_three_rows(as_officer, submitted, survey, ehime):
    one = queries_of(as_officer, at("relay_approval"))
    for _n in range(2):
        SurveyAnswerFactory(
            survey=survey,
            government=LocalGovernmentFactory(prefecture=ehime),
            state="submitted",
            has_demand=False,
            submitted_at=timezone.now(),
        )

    assert one == queries_of(as_officer, at("relay_approval")) <= SESSION_QUERIES + 6


def test_every_field_of_request_treatment_and_programme_is_printed(
    as_coordinator, host_request, saijo
):
    programme = host_request.training_programme
    HostRequest.objects.update(
        field="other",
        field_other_ja="港湾",
        age_from=25,
        age_until=45,
        gender="female",
        gender_reason="宿舎の都合",
        experience_years=3,
        qualifications_ja="水道技術",
        own_selection_reason="姉妹都市のため",
        needs_assembly=True,
        assembly_month="2027-03-01",
        remarks_ja="備考の文",
        other_languages="タイ語",
    )
    TrainingProgramme.objects.update(support_ja="週二回の教室", days_off="56")
    Treatment.objects.update_or_create(
        host_request=host_request,
        defaults={
            "lodging_kind": "rented",
            "lodging_area_ja": "市中心部",
            "rent_yen": 45_000,
            "rent_payer": "host",
            "allowance_from_yen": 4_700,
            "allowance_until_yen": 6_700,
            "preparation_yen": 20_000,
            "met_by_ja": "国際交流係",
        },
    )
    Contribution.objects.create(
        training_programme=programme, kind="schools", what_ja="小学校での交流", aim_ja="理解促進"
    )

    text = words(as_coordinator.get(at("approval_print", host_request.answer.public_id)).content)

    for said in (
        "港湾", "宿舎の都合", "3年以上", "水道技術", "姉妹都市のため", "令和9年3月の見込み",
        "備考の文", "タイ語", "週二回の教室", "市中心部", "月額45,000円", "日額4,700円～6,700円",
        "20,000円以内", "国際交流係", "小学校での交流", "理解促進", "8:30～17:15",
    ):  # fmt: skip
        assert said in text, said


@pytest.mark.parametrize("column", ["rent_yen", "allowance_from_yen", "books_yen"])
def test_each_amount_of_the_treatment_counts_for_the_number(host_request, coordinator, column):
    before = sheet_of(host_request.answer, coordinator)["number"]
    Treatment.objects.update_or_create(host_request=host_request, defaults={column: 5_000})

    assert sheet_of(host_request.answer, coordinator)["number"] != before

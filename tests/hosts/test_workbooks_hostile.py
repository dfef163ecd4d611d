"""Workbooks that no office means: hostile files, strange sheets, hundreds of rows with faults."""

import io
import resource
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from files.sheets.books import check_book, take_in_book
from files.sheets.faults import SheetError, SheetFaults
from files.sheets.reading import read_tables
from hosts.models import HostRequest, SurveyAnswer, TrainingProgramme, Treatment, WishedCountry
from tests.factories import (
    ContributionFactory,
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    TrainingUnitFactory,
    staff_member,
)
from tests.files.hostile import pack, packed, parts

from .books import File, of_all, own

pytestmark = pytest.mark.django_db
# A workbook may have several sheets; what is wrong with one of them stays wrong.
READ = {"read", "several_sheets"}


@pytest.fixture
def answer(db) -> SurveyAnswer:
    return SurveyAnswerFactory(survey__cycle__fiscal_year=2027)


@pytest.fixture(scope="module")
def files() -> dict:
    return pack()


@pytest.mark.parametrize("name", sorted(pack()))
def test_no_hostile_file_is_read(files, name):
    expected, data = files[name]
    if expected in READ:
        read_tables(data)
        return
    with pytest.raises(SheetError) as refused:
        read_tables(data)
    if data.startswith(b"PK"):
        assert refused.value.code == expected
    assert refused.value.message.ja
    assert refused.value.message.en


def changed(file: File, change) -> File:
    change(file.pages)
    return file


STRANGE = {
    "another name": (lambda book: setattr(book["要望"], "title", "ようぼう"), ["ようぼう!A1"]),
    "the English name": (lambda book: setattr(book["要望"], "title", "Requests"), []),
    "twice in two widths": (
        lambda book: setattr(book.copy_worksheet(book["要望"]), "title", "requests"),
        ["requests!A1"],
    ),
    "no answers": (lambda book: book.remove(book["回答"]), ["回答!A1"]),
    "no guide": (lambda book: book.remove(book["説明"]), ["説明!A1"]),
    "no wishes": (lambda book: book.remove(book["希望国"]), []),
    "another order": (lambda book: book.move_sheet("回答", 5), []),
    "an empty sheet": (lambda book: book.create_sheet("Sheet1"), []),
    "a column too many": (lambda book: book["回答"].insert_cols(2), []),
    "a column without a name": (lambda book: set_cell(book["回答"], "B1", None), ["回答!B1"]),
    "a column twice": (lambda book: set_cell(book["回答"], "D1", "state"), ["回答!D1"]),
    "no code": (lambda book: book["要望"].delete_cols(1), ["要望!1"]),
    "reordered columns": (lambda book: book["回答"].move_range("H1:H3", cols=3), []),
    "hidden": (lambda book: setattr(book["要望"], "sheet_state", "hidden"), "hidden_sheet"),
    "merged": (lambda book: book["要望"].merge_cells("A4:B4"), "merged"),
    "formula": (lambda book: set_cell(book["回答"], "G3", "=1+1"), "formula"),
}


def set_cell(sheet, place: str, value: object) -> None:
    sheet[place].value = value


@pytest.mark.parametrize("name", STRANGE)
def test_sheets_and_columns_are_found_by_their_names(answer, name):
    change, expected = STRANGE[name]
    file = changed(File(own(answer, None)), change)
    if isinstance(expected, str):
        with pytest.raises(SheetError) as refused:
            file.take_in()
        assert refused.value.code == expected
    else:
        assert file.cells() == expected


def test_a_csv_is_no_workbook(answer):
    with pytest.raises(SheetError) as refused:
        check_book(own(answer, None), "回答,要望\n1,2\n".encode(), by=None)
    assert refused.value.code == "no_workbook"


def test_what_is_bigger_inside_than_outside_is_not_opened(answer):
    found = parts(File(own(answer, None)).bytes())
    found["xl/worksheets/sheet3.xml"] = b" " * 60_000_000
    with pytest.raises(SheetError) as refused:
        check_book(own(answer, None), packed(found), by=None)
    assert refused.value.code == "bomb"


TYPED = {
    "full width": ({"number": "１２"}, {"number": 12}),
    "a number that Excel made a float": ({"number": 3.0}, {"number": 3}),
    "half-width kana": ({"remarks_ja": "ﾍﾞﾄﾅﾑ"}, {"remarks_ja": "ベトナム"}),
    "an era date": ({"starts_on": "令和９年５月１７日"}, {"starts_on": date(2027, 5, 17)}),
    "a day number": ({"starts_on": 46524}, {"starts_on": date(2027, 5, 17)}),
    "beyond the BMP": ({"remarks_ja": "𠮷野😀"}, {"remarks_ja": "𠮷野😀"}),
    "line breaks": ({"remarks_ja": "一\r\n二"}, {"remarks_ja": "一\n二"}),
    "a formula as text": ({"remarks_ja": "=HYPERLINK(1)"}, {"remarks_ja": "=HYPERLINK(1)"}),
}


@pytest.mark.parametrize("name", TYPED)
def test_what_offices_type_is_understood(answer, name):
    typed, expected = TYPED[name]
    file = File(own(answer, None)).set("要望", field="water", **typed)
    assert file.faults() == []
    request = HostRequest.objects.get()
    assert {key: getattr(request, key) for key in expected} == expected


WRONG = {
    "H": ("number", ["0", "100", "二人", "1.5", "-1"]),
    "E": ("field", ["magic", "<b>"]),
    "L": ("starts_on", ["2027-02-30", "soon", "平成40年1月1日", "1999-01-01"]),
    "J": ("tie_no", ["9", "x"]),
    "O": ("needs_assembly", ["maybe"]),
    "Q": ("remarks_ja", ["<script>alert(1)</script>", "x" * 4001, "a\u202eb"]),
}


@pytest.mark.parametrize("column", WRONG)
def test_what_cannot_be_is_told_at_its_cell_in_both_languages(answer, column):
    name, values = WRONG[column]
    for value in values:
        file = File(own(answer, None)).set("要望", remarks_en="x", **{name: value})
        with pytest.raises(SheetFaults) as refused:
            file.look()
        assert [fault.cell for fault in refused.value.faults] == [f"{column}3"], value
        assert refused.value.faults[0].reason.ja
        assert refused.value.faults[0].reason.en
    assert HostRequest.objects.count() == 0


def with_units(answer) -> tuple[File, TrainingProgramme]:
    """A programme of two units that stand in the same weeks, and a contribution."""
    request = HostRequestFactory(answer=answer, unit=False)
    programme = request.training_programme
    for number in (1, 2):
        TrainingUnitFactory(
            training_programme=programme, position=number, first_week=1, hours_per_week=20
        )
    ContributionFactory(training_programme=programme, hours_per_week=10)
    return File(own(answer, None)), programme


@pytest.mark.parametrize(
    ("sheet", "row", "hours", "cell"),
    [
        ("研修単元", 4, "３１", "研修単元!T4"),
        ("研修員による協力", 3, 21, "研修員による協力!K3"),
        ("研修単元", 4, 30, None),
    ],
)
def test_more_than_60_hours_in_a_week_are_told_at_the_part_that_asks_for_most(
    answer, sheet, row, hours, cell
):
    file, programme = with_units(answer)
    file.set(sheet, row, hours_per_week=hours)

    if cell is None:
        assert file.faults() == []
        return
    with pytest.raises(SheetFaults) as refused:
        file.look()

    faults = refused.value.faults
    assert [f"{fault.sheet}!{fault.cell}" for fault in faults] == [cell]
    assert "61" in faults[0].reason.ja
    assert set(programme.units.values_list("hours_per_week", flat=True)) == {20}


def test_a_country_that_is_none_is_told_with_what_it_may_have_been(answer):
    file = File(own(answer, None)).set("要望", field="water").set("希望国", wish="ヴェトナム")

    with pytest.raises(SheetFaults) as refused:
        file.look()

    (fault,) = refused.value.faults
    assert (f"{fault.sheet}!{fault.cell}", "ベトナム" in fault.reason.ja) == ("希望国!D3", True)
    assert "アフガニスタン" not in fault.reason.ja


# many ---------------------------------------------------------------------------------------------


def survey_of(count: int, fiscal_year: int = 2027) -> list[SurveyAnswer]:
    survey = DemandSurveyFactory(cycle=CycleFactory(fiscal_year=fiscal_year))
    upper = PrefectureFactory()
    return [
        SurveyAnswerFactory(survey=survey, government=LocalGovernmentFactory(prefecture=upper))
        for _number in range(count)
    ]


FAULTS = [
    ("要望", "number", "多数"),
    ("要望", "ends_on", "いつか"),
    ("希望国", "wish", "アトランティス"),
    ("待遇", "rent_yen", "三万"),
    ("条件", "age_from", "7"),
    ("研修計画", "theme_ja", "<b>題</b>"),
    ("研修単元", "weeks", "60"),
]


def test_300_requests_with_37_faults_give_37_messages_at_the_right_cells(db):
    answers = survey_of(300)
    file = File(of_all(answers[0], staff_member()))
    expected = set()
    for row in range(3, 303):
        file.set("要望", row, field="water", number=1, ends_on="2027-12-16")
        file.set("希望国", row, wish="VN").set("待遇", row, rent_yen=30_000)
        file.set("研修計画", row, theme_ja="題", aim_ja="ねらい")
        file.set("研修単元", row, name_ja="実務", site_kind="own", site_name="課", weeks=9)
        file.set("研修単元", row, hours_per_week=9)
    for number in range(37):
        sheet, column, value = FAULTS[number % len(FAULTS)]
        row = 5 + number * 8
        file.set(sheet, row, **{column: value})
        letter = file.pages[sheet].cell(1, file.columns(sheet).index(column) + 1).column_letter
        expected.add(f"{sheet}!{letter}{row}")

    data = file.bytes()
    with pytest.raises(SheetFaults) as refused:
        take_in_book(file.book, data, by=file.book.scope.user)

    told = [f"{fault.sheet}!{fault.cell}" for fault in refused.value.faults]
    assert len(told) == 37
    assert set(told) == expected
    assert all(fault.reason.ja and fault.reason.en for fault in refused.value.faults)
    assert HostRequest.objects.count() == 0
    assert SurveyAnswer.objects.exclude(state="not_opened").count() == 0


def queries_for(count: int, fiscal_year: int) -> tuple[int, int]:
    """Of taking out and of taking in so many answers, each with a row on several sheets."""
    answers = survey_of(count, fiscal_year)
    for answer in answers[::2]:
        HostRequestFactory(answer=answer, countries=["TH"])
    staff = staff_member()
    with CaptureQueriesContext(connection) as out:
        file = File(of_all(answers[0], staff))
    for row in range(3, 3 + count):
        file.set("要望", row, field="water", number=4, remarks_ja="新")
        file.set("希望国", row, wish="LA").set("待遇", row, rent_yen=1)
        file.set("研修計画", row, theme_ja="題")
    data = file.bytes()
    with CaptureQueriesContext(connection) as taken:
        take_in_book(file.book, data, by=file.book.scope.user)
    mine = HostRequest.objects.filter(answer__survey=answers[0].survey, number=4)
    assert (mine.count(), Treatment.objects.filter(host_request__in=mine).count()) == (count, count)
    assert WishedCountry.objects.filter(host_request__in=mine, country="LA").count() == count
    return len(out), len(taken)


def test_the_queries_do_not_grow_with_the_rows(db):
    first, second = queries_for(2, 2031), queries_for(14, 2032)

    assert second[0] <= first[0] <= 20
    assert second[1] <= first[1] + 1 <= 41 + 15


def test_the_memory_of_reading_is_bounded(answer):
    book = load_workbook(io.BytesIO(File(own(answer, None)).bytes()))
    sheet = book["要望"]
    for row in range(4, 9_000):
        sheet.cell(row, 1).value = answer.government.code
        sheet.cell(row, 17).value = "文" * 200
    out = io.BytesIO()
    book.save(out)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SheetError):
        check_book(own(answer, None), out.getvalue(), by=None)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000

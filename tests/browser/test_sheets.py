"""A spreadsheet on the desk in a browser: upload, faults, preview, done; both languages, both
widths.
"""

import pytest
from django.urls import reverse

from files.sheets.writing import write_xlsx
from hosts.models import LocalGovernment
from tests.factories import LocalGovernmentFactory, PrefectureFactory, staff_member

from .conftest import look, sign_in

HEADS = [["code", "name", "romaji", "valid_until"], ["団体コード", "名称", "ローマ字", "廃止日"]]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_staff_take_a_correction_in(person, live_server, tmp_path, language):
    upper = PrefectureFactory(code="380008", name="愛媛県", kana="エヒメケン", romaji="Ehime")
    LocalGovernmentFactory(code="382060", name="西条市", romaji="Saijo-shi", prefecture=upper)
    page = sign_in(person(language), staff_member(language=language), live_server.url)
    wrong, right = tmp_path / "wrong.xlsx", tmp_path / "訂正.xlsx"
    faulty = [["382061", "西条市", "Saijo-shi", None], ["382060", "<b>市</b>", "西条", "soon"]]
    wrong.write_bytes(write_xlsx([*HEADS, *faulty], title="団体"))
    fixed = [["382060", "西條市", "Saijo-city", None], ["380008", "愛媛県", "Ehime", None]]
    right.write_bytes(write_xlsx([*HEADS, *fixed], title="団体"))

    page.goto(reverse("desk:sheets"))
    look(page, f"{language}-sheets")
    page.goto(reverse("desk:sheet", args=["local_governments"]))
    look(page, f"{language}-sheet")
    page.set_input_files("input[type=file]", wrong)
    page.click("form[enctype] button")
    assert page.locator("tbody th", has_text="団体!").all_inner_texts() == [
        "団体!A3",
        "団体!B4",
        "団体!C4",
        "団体!D4",
    ]
    look(page, f"{language}-sheet-faults")
    page.set_input_files("input[type=file]", right)
    page.click("form[enctype] button")
    assert page.locator("tbody tr").count() == 2
    look(page, f"{language}-sheet-preview")
    page.click("button.primary")
    page.wait_for_selector("#messages :text('1')")
    look(page, f"{language}-sheet-done")

    assert LocalGovernment.objects.get(code="382060").romaji == "Saijo-city"
    page.goto(reverse("admin:hosts_localgovernment_export"))
    assert page.locator("select option").count() >= 4

import pytest
from django.urls import reverse
from django.utils import translation

from notices.states import LetterState

from .letters import make_letter

pytestmark = pytest.mark.django_db

PAGES = ["outreach:home", "outreach:help", "outreach:accessibility", "outreach:privacy"]


def _address(language: str, name: str) -> str:
    with translation.override(language):
        return reverse(name)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_public_page_speaks_the_language_of_its_address(client, language, name):
    response = client.get(_address(language, name))

    assert response.status_code == 200
    assert f'<html lang="{language}">' in response.content.decode()


def test_home_without_placements_shows_47_prefectures_and_says_so(client):
    body = client.get(_address("en", "outreach:home")).content.decode()

    assert body.count('<li class="p') == 47
    assert "No placement has been announced through this portal yet." in body


def test_home_asks_the_database_once(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get(_address("en", "outreach:home"))


@pytest.mark.parametrize(
    "typed",
    ["7K4M-2QXD-9PRT", "7k4m2qxd9prt", "７Ｋ４Ｍ－２ＱＸＤ－９ＰＲＴ", " 7K4M 2QXD 9PRT "],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_verify_form_leads_to_the_address_of_the_code(client, typed, method):
    response = getattr(client, method)(reverse("verify:form"), {"code": typed})

    assert response.status_code == 302
    assert response.url == "/verify/7K4M-2QXD-9PRT"


@pytest.mark.parametrize("typed", ["", "  ", "ー－", "確認"])
def test_verify_form_asks_again_for_a_code_that_is_none(client, typed):
    response = client.get(reverse("verify:form"), {"code": typed})

    assert response.status_code == 200
    assert response.context["form"].errors == {
        "code": [response.context["form"].fields["code"].error_messages["required"]]
    }


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        (LetterState.ISSUED, "This letter is genuine"),
        (LetterState.SUPERSEDED, "This letter has been replaced"),
        (LetterState.WITHDRAWN, "This letter has been withdrawn"),
    ],
)
def test_verify_says_what_the_letter_is(client, state, heading):
    letter = make_letter(1, state)

    response = client.get(
        reverse("verify:letter", args=[letter.check_code]), headers={"accept-language": "en"}
    )

    body = response.content.decode()
    assert response.status_code == 200
    assert f'<h1 id="verdict">{heading}</h1>' in body
    assert letter.reference in body
    assert letter.subject in body
    assert letter.sha256 in body
    assert "19 February 2027" in body


def test_verify_shows_no_name_of_a_person(client):
    letter = make_letter(1)

    body = client.get(reverse("verify:letter", args=[letter.check_code])).content.decode()

    assert "SECRET" not in body
    assert "秘密" not in body


def test_verify_names_the_newest_version(client):
    first = make_letter(1, LetterState.SUPERSEDED)
    second = make_letter(2, LetterState.SUPERSEDED, supersedes=first, version=2)
    third = make_letter(3, supersedes=second, version=3)

    response = client.get(reverse("verify:letter", args=[first.check_code]))

    assert response.context["newest"] == third


@pytest.mark.parametrize("state", [LetterState.DRAFT, LetterState.AWAITING_APPROVAL])
def test_verify_does_not_know_a_letter_that_has_not_left(client, state):
    letter = make_letter(1, state)

    response = client.get(reverse("verify:letter", args=[letter.check_code]))

    assert response.status_code == 404


def test_verify_answers_unknown_and_malformed_codes_alike(client):
    codes = ["AAAA-AAAA-AAAA", "x", "'; drop table", "%00", "確認番号", "A" * 200]

    answers = {
        (response.status_code, response.templates[0].name)
        for code in codes
        for response in [client.get(reverse("verify:letter", args=[code]))]
    }

    assert answers == {(404, "outreach/verify_unknown.html")}


def test_verify_page_changes_its_language_and_comes_back(client):
    letter = make_letter(1)
    address = reverse("verify:letter", args=[letter.check_code])

    response = client.get(reverse("switch_language", args=["en"]), {"next": address}, follow=True)

    assert response.request["PATH_INFO"] == address
    assert '<html lang="en">' in response.content.decode()

"""The covering letters of a relay, from the first words to the bytes that are kept."""

import hashlib
import uuid
from datetime import date

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from hosts.models import RelayLetter, RelayRound, SurveyAnswer
from hosts.relay_letters import (
    FOLDER,
    RelayLetterDamaged,
    finish_letter,
    letter_content,
    printed_values,
    reason_against,
)
from hosts.services import HostError
from notices.letters import verify_letters
from notices.models import Mail
from tests.factories import (
    LocalGovernmentFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)

from .ground import SESSION_QUERIES, at, queries_of

pytestmark = pytest.mark.django_db

TEXTS = ["addressee", "sender", "subject", "body", "items", "contact"]


def start(client, prefecture, direction: str) -> RelayLetter:
    client.post(
        at("relay_letters", "lgotp", 2027, prefecture.code),
        {"direction": direction, "once": str(uuid.uuid4())},
    )
    return RelayLetter.objects.order_by("-pk")[0]


def typed(letter: RelayLetter, **changes) -> dict[str, object]:
    """What the page of a draft sends back."""
    values = {name: getattr(letter, name) for name in TEXTS}
    values |= {"dated_on": str(letter.dated_on), "number": letter.number}
    values |= {"answers": list(letter.answers.values_list("pk", flat=True))}
    return {**values, "version": str(letter.version), **changes}


def save(client, letter: RelayLetter, **changes):
    response = client.post(at("relay_letter", letter.public_id), typed(letter, **changes))
    letter.refresh_from_db()
    return response


def finish(client, letter: RelayLetter, version: int | None = None):
    response = client.post(
        at("relay_letter_finish", letter.public_id), {"version": str(version or letter.version)}
    )
    letter.refresh_from_db()
    return response


@pytest.fixture
def down(as_officer, answer, ehime) -> RelayLetter:
    return start(as_officer, ehime, "down")


@pytest.fixture
def final(as_officer, down) -> RelayLetter:
    save(as_officer, down, number="7国際第123号")
    finish(as_officer, down)
    return down


def test_the_usual_words_stand_in_a_letter_downwards(down, answer, ehime, officer):
    assert (down.direction, down.state, down.dated_on) == ("down", "draft", date(2026, 11, 20))
    assert down.sender == "愛媛県知事"
    assert down.addressee == "県内各市区町村長"
    assert down.subject == "令和9年度自治体職員協力交流事業に係る受入要望調査について（通知）"
    assert "１　提出期限　令和8年11月24日（火）" in down.items
    assert officer.name in down.contact
    assert list(down.answers.all()) == [answer]


def test_the_own_date_stands_in_the_letter(as_officer, answer, ehime, survey):
    RelayRound.objects.create(survey=survey, relay=ehime, own_due_on=date(2026, 11, 21))

    assert "令和8年11月21日（土）" in start(as_officer, ehime, "down").items


def test_a_letter_upwards_encloses_what_was_forwarded_in_its_order(
    as_officer, submitted, survey, ehime
):
    first = SurveyAnswerFactory(
        survey=survey,
        government=LocalGovernmentFactory(prefecture=ehime, name="今治市"),
        state="forwarded",
        has_demand=False,
        submitted_at=submitted.submitted_at,
        relay_priority=1,
    )
    SurveyAnswer.objects.filter(pk=submitted.pk).update(
        state="forwarded", relay_priority=2, relay_remark="優先を希望"
    )
    SurveyAnswerFactory(survey=survey, government=LocalGovernmentFactory(prefecture=ehime))
    SurveyAnswerFactory(
        survey=survey, state="forwarded", has_demand=False, submitted_at=submitted.submitted_at
    )

    letter = start(as_officer, ehime, "up")

    assert set(letter.answers.all()) == {first, submitted}
    assert letter.subject.endswith("（進達）")
    assert "理事長　大森 一朗" in letter.addressee
    rows = printed_values(letter)["rows"]
    assert [(row["place"], row["name"], row["answer"], row["remark"]) for row in rows] == [
        (1, "今治市", "要望なし", ""),
        (2, "西条市", "上下水道（1人）", "優先を希望"),
    ]


def test_the_button_clicked_twice_begins_one_letter(as_officer, answer, ehime):
    address = at("relay_letters", "lgotp", 2027, ehime.code)
    sent = {"direction": "down", "once": str(uuid.uuid4())}

    first, second = as_officer.post(address, sent), as_officer.post(address, sent)

    assert first["Location"] == second["Location"]
    assert RelayLetter.objects.count() == 1


def test_a_letter_without_a_direction_is_not_begun(as_officer, answer, ehime):
    address = at("relay_letters", "lgotp", 2027, ehime.code)

    assert as_officer.post(address, {"direction": "sideways"}).status_code == 422
    assert not RelayLetter.objects.exists()


def test_a_final_letter_reaches_its_addressees(client, as_officer, coordinator, down):
    page = as_officer.get(at("relay_letter", down.public_id, language="en")).content.decode()
    assert "Enter the number of the letter." in page
    save(as_officer, down, number="7国際第123号")
    page = as_officer.get(at("relay_letter", down.public_id, language="en")).content.decode()
    assert "Make it final and mail 1 person" in page

    finish(as_officer, down)

    assert (down.state, down.number, down.edition) == ("final", "7国際第123号", 1)
    content = letter_content(down)
    assert content.startswith(b"%PDF-")
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (down.sha256, down.size)
    assert Mail.objects.get(purpose="relay_letter").to == coordinator.email
    client.force_login(coordinator)
    assert "7国際第123号" in client.get(at("home")).content.decode()
    response = client.get(at("relay_letter_file", down.public_id))
    assert (response["Content-Type"], response.content) == ("application/pdf", content)
    assert response["Cache-Control"] == "private, no-store"
    assert client.get(at("relay_letter", down.public_id)).status_code == 403
    assert list(verify_letters()) == []


def test_a_draft_and_a_letter_upwards_are_not_for_the_municipality(
    client, coordinator, final, ehime, officer
):
    up = RelayLetter.objects.create(round=final.round, direction="up")
    up.answers.set(final.answers.all())

    for person, visible in [
        (coordinator, {final}),
        (coordinator_of(LocalGovernmentFactory(prefecture=ehime)), set()),
        (relay_officer_of(PrefectureFactory()), set()),
        (officer, {final, up}),
        (staff_member(), {final}),
    ]:
        assert set(RelayLetter.objects.visible_to(person)) == visible
    client.force_login(coordinator)
    assert client.get(at("relay_letter_file", up.public_id)).status_code == 404


def test_a_final_letter_never_changes(as_officer, final):
    before = letter_content(final)

    changed = save(as_officer, final, subject="別の件名")
    again = finish(as_officer, final)
    gone = as_officer.post(at("relay_letter_discard", final.public_id))

    assert [each.status_code for each in (changed, again, gone)] == [302, 302, 302]
    assert RelayLetter.objects.get().subject != "別の件名"
    assert letter_content(final) == before
    assert final.moves.count() == 1
    assert "preview" not in as_officer.get(at("relay_letter_preview", final.public_id))["Location"]


def test_the_database_refuses_a_final_letter_without_bytes(final):
    for changes in ({"sha256": ""}, {"number": ""}, {"finalised_at": None}, {"edition": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RelayLetter.objects.filter(pk=final.pk).update(**changes)


def test_a_correction_names_and_replaces_the_old_letter(as_officer, final):
    first = as_officer.post(at("relay_letter_correct", final.public_id))
    second = as_officer.post(at("relay_letter_correct", final.public_id))
    assert first["Location"] == second["Location"]
    draft = RelayLetter.objects.get(replaces=final)
    assert (draft.edition, draft.number, final.state) == (2, "7国際第123号", "final")
    assert set(draft.answers.all()) == set(final.answers.all())

    save(as_officer, draft, number="7国際第123号の2")
    finish(as_officer, draft)

    final.refresh_from_db()
    assert (final.state, draft.state) == ("superseded", "final")
    assert letter_content(final) != letter_content(draft)
    assert printed_values(draft)["corrects"]["number"] == "7国際第123号"
    assert as_officer.post(at("relay_letter_correct", draft.public_id)).status_code == 302


def test_a_mail_to_a_replaced_letter_is_no_longer_needed(as_officer, coordinator, down):
    save(as_officer, down, number="7国際第123号")
    finish(as_officer, down)
    mail = Mail.objects.get(purpose="relay_letter")
    assert reason_against(mail) is None

    RelayLetter.objects.update(state="superseded")

    assert reason_against(mail) is not None


@pytest.mark.parametrize(
    "missing", ["number", "dated_on", "addressee", "sender", "subject", "body"]
)
def test_an_incomplete_letter_is_not_made_final(as_officer, down, missing):
    save(as_officer, down, **{"number": "1号", missing: ""})

    finish(as_officer, down)

    assert (down.state, down.sha256) == ("draft", "")


def test_a_letter_to_nobody_is_not_made_final(as_officer, down):
    save(as_officer, down, number="1号", answers=[])

    finish(as_officer, down)

    assert down.state == "draft"


def test_a_letter_changed_since_it_was_looked_at_is_not_made_final(as_officer, down):
    save(as_officer, down, number="1号")
    seen = down.version
    save(as_officer, down, number="2号")

    finish(as_officer, down, version=seen)

    assert down.state == "draft"


def test_a_change_while_it_is_printed_is_not_made_final(as_officer, officer, down, monkeypatch):
    save(as_officer, down, number="1号")

    def change(_html: str) -> bytes:
        RelayLetter.objects.update(version=99, body="途中の変更")
        return b"%PDF-1.7"

    monkeypatch.setattr("hosts.relay_letters.print_page", change)
    with pytest.raises(HostError):
        finish_letter(down, version=down.version, by=officer)

    assert RelayLetter.objects.get().state == "draft"


def test_a_character_without_a_font_is_named(as_officer, officer, down):
    save(as_officer, down, number="1号", body="研修\U0001f600")

    with pytest.raises(HostError, match="\U0001f600"):
        finish_letter(down, version=down.version, by=officer)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "<b>件名</b>"),
        ("body", "a\0b"),
        ("body", "x" * 4001),
        ("number", "1号\n2号"),
        ("dated_on", "昔"),
        ("dated_on", "1999-01-01"),
        ("answers", ["999999"]),
        ("answers", ["x"]),
    ],
)
def test_hostile_words_are_refused_at_their_field(as_officer, down, name, value):
    response = save(as_officer, down, **{name: value})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [name]


def test_an_answer_of_another_relay_is_not_enclosed(as_officer, down):
    foreign = SurveyAnswerFactory(survey=down.round.survey)

    response = save(as_officer, down, answers=[foreign.pk])

    assert (response.status_code, down.answers.filter(pk=foreign.pk).exists()) == (422, False)


def test_two_officers_typing_at_once_see_both_versions(as_officer, down):
    save(as_officer, down, subject="一件目")

    response = save(as_officer, down, version="1", subject="二件目")

    assert (response.status_code, down.subject) == (422, "一件目")
    assert response.context["conflicts"]


def test_a_draft_is_taken_away(as_officer, down):
    for _click in range(2):
        assert as_officer.post(at("relay_letter_discard", down.public_id)).status_code in {302, 404}

    assert not RelayLetter.objects.exists()


def test_changed_or_lost_bytes_are_not_handed_out(final):
    name = FOLDER + final.file
    path = storages["letters"].path(name)
    with open(path, "ab") as file:
        file.write(b"x")
    with pytest.raises(RelayLetterDamaged):
        letter_content(final)

    storages["letters"].delete(name)
    with pytest.raises(RelayLetterDamaged):
        letter_content(final)


def test_the_preview_shows_the_draft(as_officer, down):
    response = as_officer.get(at("relay_letter_preview", down.public_id))

    assert response.content.startswith(b"%PDF-")
    assert down.state == "draft"


def test_the_letter_upwards_stands_at_the_desk(client, officer, submitted, ehime):
    SurveyAnswer.objects.filter(pk=submitted.pk).update(state="forwarded")
    client.force_login(officer)
    letter = start(client, ehime, "up")
    save(client, letter, number="7国際第130号")
    finish(client, letter)
    assert not Mail.objects.filter(purpose="relay_letter").exists()
    client.force_login(staff_member())

    answer = client.get(f"/admin/answers/{submitted.public_id}/").content.decode()
    file = client.get(f"/admin/relays/letters/{letter.public_id}/")

    assert "7国際第130号" in answer
    assert file.content == letter_content(letter)


def test_the_page_of_a_letter_keeps_to_the_budget(as_officer, down, survey, ehime):
    one = queries_of(as_officer, at("relay_letter", down.public_id))
    for _n in range(2):
        city = LocalGovernmentFactory(prefecture=ehime)
        down.answers.add(SurveyAnswerFactory(survey=survey, government=city))

    assert one == queries_of(as_officer, at("relay_letter", down.public_id))
    assert one <= SESSION_QUERIES + 8

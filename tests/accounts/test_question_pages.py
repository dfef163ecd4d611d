"""The pages of questions and answers, as hosts, relay officers and staff see them."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import question_views
from accounts.models import AuditRecord, FormDraft, Membership, Thread, ThreadEntry, ThreadFile
from accounts.questions import close_question, write
from accounts.threads import ThreadEntryQuerySet
from files.models import StoredFile
from notices.models import Mail
from schedule.models import Cycle
from tests.accounts.ground_of_questions import CANARY, asked, build, upload
from tests.hosts.views.ground import SESSION_QUERIES, queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    with translation.override("ja"):
        yield build()


def at(name: str, *args: object, language: str = "ja") -> str:
    with translation.override(language):
        return reverse(f"accounts:{name}", args=args)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of(place, name: str = "question") -> str:
    return at(name, place.thread.public_id)


def about(ground, row: str = "request") -> str:
    slug = "request" if row == "request" else "survey"
    return at("question_ask", slug, getattr(ground, row).public_id)


def typed(**changes) -> dict:
    return {
        "once": str(uuid.uuid4()),
        "addressee": "operator",
        "title": "宿舎について",
        "text": "宿舎は決まっていますか。",
        "answer_by": "",
        **changes,
    }


def written(**changes) -> dict:
    return {"once": str(uuid.uuid4()), "text": "はい。", "for_party": "host", **changes}


# Asking -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["host", "relay", "staff"])
def test_a_question_is_asked_with_one_form(ground, name):
    client = signed_in(getattr(ground, name))
    page = client.get(about(ground))
    addressee = "host" if name != "host" else "relay"

    response = client.post(
        about(ground),
        typed(addressee=addressee, answer_by="令和１３年５月１７日", attachments=[upload()]),
    )

    thread = Thread.objects.get()
    assert page.status_code == 200
    assert response["Location"] == at("question", thread.public_id)
    assert (thread.addressee, thread.answer_by.isoformat()) == (addressee, "2031-05-17")
    assert ThreadFile.objects.count() == 1
    assert client.get(response["Location"]).status_code == 200


def test_the_page_says_who_gets_a_mail_and_does_not_name_the_staff(ground):
    page = signed_in(ground.host).get(about(ground)).content.decode()

    assert "愛媛次郎" in page
    assert "事務局の職員）" in page
    assert "職員一" not in page


def test_two_clicks_ask_once(ground):
    client, values = signed_in(ground.host), typed()

    first, second = (client.post(about(ground), values) for _each in range(2))

    assert first["Location"] == second["Location"]
    assert Thread.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"addressee": ""}, "addressee"),
        ({"addressee": "host"}, "addressee"),
        ({"addressee": "mic"}, "addressee"),
        ({"reading": ["nobody"]}, "reading"),
        ({"title": ""}, "title"),
        ({"title": "あ" * 101}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"text": ""}, "text"),
        ({"text": "あ" * 10_001}, "text"),
        ({"text": "<script>alert(1)</script>"}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"answer_by": "昨日"}, "answer_by"),
        ({"answer_by": "2020-01-01"}, "answer_by"),
        ({"answer_by": "2999-01-01"}, "answer_by"),
        ({"answer_by": "2027-02-30"}, "answer_by"),
    ],
)
def test_a_faulty_question_is_refused_at_its_field_and_kept(ground, changes, field):
    client = signed_in(ground.host)

    response = client.post(about(ground), typed(**changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Thread.objects.count() == Mail.objects.count() == 0
    again = client.get(about(ground))
    if "title" not in changes:
        assert again.context["form"].initial["title"] == "宿舎について"


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ([("a.exe", b"MZ\x90\x00")], "a.exe"),
        ([("a.pdf", b"")], "a.pdf"),
        ([("good.pdf", None), ("b.pdf", b"<html></html>")], "b.pdf"),
        ([(f"{n}.pdf", None) for n in range(6)], "5"),
    ],
)
def test_a_faulty_file_is_refused_by_its_name_and_nothing_is_written(ground, files, word):
    chosen = [upload(name, content) for name, content in files]

    response = signed_in(ground.host).post(about(ground), typed(attachments=chosen))

    assert response.status_code == 422
    assert word in str(response.context["form"].errors["attachments"])
    assert Thread.objects.count() == StoredFile.objects.count() == Mail.objects.count() == 0


def test_what_is_typed_is_kept_and_can_be_thrown_away(ground):
    client = signed_in(ground.host)
    client.post(at("question_ask_autosave", "request", ground.request.public_id), typed())

    assert client.get(about(ground)).context["form"].initial["text"] == "宿舎は決まっていますか。"
    client.post(about(ground), {"forget": "1"})
    assert FormDraft.objects.count() == 0


@pytest.mark.parametrize("name", ["neighbour", "far_relay", "far_host", "city"])
def test_who_takes_no_part_finds_nothing(ground, name):
    client, place = signed_in(getattr(ground, name)), asked(ground, files=[upload()])
    file = ThreadFile.objects.get()
    addresses = [about(ground), of(place), at("question_file", file.public_id)]
    posts = [of(place), of(place, "question_close"), of(place, "question_reopen"), about(ground)]

    assert {client.get(address).status_code for address in addresses} == {404}
    assert {client.post(address, written()).status_code for address in posts} == {404}
    listed = client.get(at("questions")).content.decode()
    assert "宿舎について" not in listed
    assert CANARY not in listed
    assert ThreadEntry.objects.count() == 1


def test_a_membership_that_ended_a_minute_ago_ends_the_form(ground):
    client, place = signed_in(ground.relay), asked(ground, addressee="relay")
    client.get(of(place))
    Membership.objects.filter(user=ground.relay).update(
        ends_on=timezone.localdate() - timedelta(days=1)
    )

    assert client.post(of(place), written()).status_code in {302, 404}
    assert ThreadEntry.objects.count() == 1


def test_an_unknown_kind_or_row_is_not_found(ground):
    client = signed_in(ground.host)

    for slug in ("nothing", "request"):
        assert client.get(at("question_ask", slug, uuid.uuid4())).status_code == 404


# Writing ----------------------------------------------------------------------------------------
def test_an_answer_is_written_and_the_question_is_answered(ground):
    place = asked(ground)

    response = signed_in(ground.staff).post(of(place), written(attachments=[upload("答.pdf")]))

    assert response.status_code == 302
    page = signed_in(ground.host).get(of(place)).content.decode()
    assert "はい。" in page
    assert "答.pdf" in page
    place.thread.refresh_from_db()
    assert place.thread.state == "answered"


def test_two_clicks_write_once(ground):
    place, values = asked(ground), written()
    client = signed_in(ground.staff)

    first, second = (client.post(of(place), values) for _each in range(2))

    assert first["Location"] == second["Location"]
    assert ThreadEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "<b>x</b>"}, "text"),
        ({"for_party": "relay"}, "for_party"),
        ({"for_party": ""}, "for_party"),
        ({"channel": "pigeon"}, "channel"),
        ({"channel": "telephone", "counterpart": "embassy"}, "happened_on"),
        ({"channel": "telephone", "happened_on": "2026-01-01"}, "counterpart"),
        ({"channel": "telephone", "happened_on": "2999-01-01"}, "happened_on"),
        ({"channel": "telephone", "happened_on": "1999-01-01"}, "happened_on"),
        ({"happened_on": "2026-01-01"}, "channel"),
        ({"settles": "on"}, "channel"),
        ({"counterpart_name": "a" * 201, "channel": "letter"}, "counterpart_name"),
    ],
)
def test_a_faulty_entry_is_refused_at_its_field(ground, changes, field):
    place = asked(ground)

    response = signed_in(ground.staff).post(of(place), written(**changes))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert ThreadEntry.objects.count() == 1


def test_a_call_is_noted_with_its_day_and_with_whom(ground):
    place = asked(ground)
    yesterday = timezone.localdate() - timedelta(days=1)

    signed_in(ground.staff).post(
        of(place),
        written(
            for_party="",
            channel="telephone",
            happened_on=yesterday.isoformat(),
            counterpart="immigration",
            counterpart_name="高松出入国在留管理局",
            settles="on",
        ),
    )

    entry = ThreadEntry.objects.last()
    assert (entry.channel, entry.counterpart, entry.happened_on) == (
        "telephone",
        "immigration",
        yesterday,
    )
    page = signed_in(ground.host).get(of(place)).content.decode()
    assert "高松出入国在留管理局" in page


def test_what_only_others_may_send_changes_nothing(ground):
    place = asked(ground)
    signed_in(ground.host).post(
        of(place),
        written(
            for_party="operator",
            is_internal="on",
            channel="telephone",
            happened_on="2026-01-01",
            counterpart="embassy",
            settles="on",
        ),
    )

    entry = ThreadEntry.objects.last()
    assert (entry.is_internal, entry.channel, entry.for_party) == (False, "portal", "operator")


def test_after_it_was_closed_what_was_typed_is_kept(ground):
    place = asked(ground, addressee="relay")
    client = signed_in(ground.relay)
    client.get(of(place))
    close_question(place, by=ground.host)

    response = client.post(of(place), written(text="遅れました。"))

    assert response.status_code == 422
    assert FormDraft.objects.get().values["text"] == ["遅れました。"]
    assert ThreadEntry.objects.count() == 1


def test_closing_and_asking_again(ground):
    place = asked(ground, addressee="relay")

    assert signed_in(ground.relay).post(of(place, "question_close")).status_code == 403
    client = signed_in(ground.host)
    for _each in range(2):
        assert client.post(of(place, "question_close"))["Location"] == of(place)
    assert client.post(of(place, "question_reopen"), {"reason": ""}).status_code == 422
    for _each in range(2):
        client.post(of(place, "question_reopen"), {"reason": "まだです。"})

    place.thread.refresh_from_db()
    assert place.thread.state == "open"
    assert ThreadEntry.objects.count() == 2


def test_when_the_cycle_is_over_the_pages_say_so(ground):
    place = asked(ground)
    Cycle.objects.update(state=Cycle.State.CLOSED)
    client = signed_in(ground.host)

    assert client.get(of(place)).context["form"] is None
    assert client.get(about(ground)).status_code == 302
    assert client.post(of(place), written(for_party="operator")).status_code == 422
    assert ThreadEntry.objects.count() == 1


# Secrets ----------------------------------------------------------------------------------------
def pages_of_hosts(ground, place) -> str:
    """All that coordinators and relay officers can open about this question."""
    found = []
    for user in (ground.host, ground.relay):
        client = signed_in(user)
        for address in (
            of(place),
            at("questions"),
            about(ground),
            reverse("hosts:answer", args=[ground.answer.public_id]),
            reverse("hosts:request", args=[ground.request.public_id]),
            reverse("hosts:home"),
        ):
            found.append(client.get(address, follow=True).content.decode())
    return "".join(found)


def check_notes_stay_inside(ground) -> None:
    place = asked(ground, reading=["relay"])
    write(
        place,
        by=ground.staff,
        text="secret-91c4",
        is_internal=True,
        files=[upload("secret-91c4.pdf")],
    )
    file = ThreadFile.objects.get()

    assert "secret-91c4" not in pages_of_hosts(ground, place)
    for user in (ground.host, ground.relay):
        assert signed_in(user).get(at("question_file", file.public_id)).status_code == 404
    assert not any("secret-91c4" in mail.subject + mail.body for mail in Mail.objects.all())
    assert "secret-91c4" in signed_in(ground.staff).get(of(place)).content.decode()


def test_an_internal_note_stands_on_no_page_of_a_host(ground):
    check_notes_stay_inside(ground)


def test_without_the_check_of_entries_it_would_control(ground, monkeypatch):
    monkeypatch.setattr(ThreadEntryQuerySet, "visible_to", lambda rows, user: rows)

    with pytest.raises(AssertionError):
        check_notes_stay_inside(ground)


def test_a_file_is_a_download_that_is_recorded(ground):
    asked(ground, files=[upload()])
    file = ThreadFile.objects.get()

    response = signed_in(ground.host).get(at("question_file", file.public_id))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    record = AuditRecord.objects.filter(act="download").get()
    assert (record.actor_id, record.model) == (ground.host.pk, "files.StoredFile")


def test_that_staff_opened_a_question_is_recorded(ground):
    place = asked(ground)

    signed_in(ground.host).get(of(place))
    assert not AuditRecord.objects.filter(act="read").exists()
    signed_in(ground.staff).get(of(place))
    assert AuditRecord.objects.filter(act="read", model="accounts.Thread").count() == 1


# Panels, lists, cost ----------------------------------------------------------------------------
def test_the_pages_of_a_row_show_its_questions(ground):
    asked(ground, title="宿舎の件")
    asked(ground, row=ground.answer, title="回答の件")
    pages = {
        name: signed_in(getattr(ground, who)).get(reverse(view, args=[row.public_id]), follow=True)
        for name, who, view, row in [
            ("request", "host", "hosts:request", ground.request),
            ("answer", "host", "hosts:answer", ground.answer),
            ("desk", "staff", "desk:answer", ground.answer),
        ]
    }

    found = {
        name: ("宿舎の件" in page.content.decode(), "回答の件" in page.content.decode())
        for name, page in pages.items()
    }
    assert found == {"request": (True, False), "answer": (True, True), "desk": (True, True)}


@pytest.mark.parametrize(
    ("show", "titles"),
    [
        ("", {"一", "二", "三"}),
        ("ours", {"二"}),
        ("answered", {"三"}),
        ("closed", set()),
        ("nonsense", {"一", "二", "三"}),
    ],
)
def test_the_list_shows_what_was_chosen(ground, show, titles):
    asked(ground, title="一")
    asked(ground, by="relay", addressee="host", title="二")
    third = asked(ground, title="三")
    write(third, by=ground.staff, text="はい。", for_party="host")

    page = signed_in(ground.host).get(at("questions"), {"show": show})

    assert {thread.title for thread, _place in page.context["places"]} == titles


def test_the_list_costs_the_same_for_one_and_three_questions(ground):
    client = signed_in(ground.host)
    asked(ground)
    asked(ground, row=ground.answer)
    one = queries_of(client, at("questions"))
    for row in (ground.request, ground.answer, ground.answer):
        asked(ground, row=row)

    assert one == queries_of(client, at("questions")) <= SESSION_QUERIES + 6


@pytest.mark.parametrize("name", ["host", "relay"])
def test_a_question_costs_the_same_for_one_and_three_entries(ground, name):
    client = signed_in(getattr(ground, name))
    place = asked(ground, addressee="relay", reading=["operator"], files=[upload()])
    one = queries_of(client, of(place))
    for _each in range(3):
        write(place, by=ground.relay, text="はい。", for_party="host", files=[upload(), upload()])

    assert one == queries_of(client, of(place)) <= SESSION_QUERIES + 6


def test_the_form_of_a_question_keeps_to_the_budget(ground):
    client = signed_in(ground.host)

    assert queries_of(client, about(ground)) <= SESSION_QUERIES + 4


def test_the_limit_of_the_page_is_that_of_its_files(ground):
    assert question_views.question.upload_bytes == question_views.question_ask.upload_bytes
    assert question_views.question.upload_bytes > 5 * 10_000_000


def test_the_desk_lists_what_waits(ground):
    asked(ground, title="待つ件")
    done = asked(ground, title="済んだ件")
    write(done, by=ground.staff, text="はい。", for_party="host")
    client = signed_in(ground.staff)
    address = reverse("admin:accounts_thread_changelist")

    def shown(**query) -> set[str]:
        page = client.get(address, query).content.decode()
        return {title for title in ("待つ件", "済んだ件") if title in page}

    assert shown() == {"待つ件", "済んだ件"}
    assert shown(waits="yes") == {"待つ件"}
    assert shown(waits="7") == set()
    assert shown(addressee="relay") == set()
    assert shown(waits="nonsense") == {"待つ件", "済んだ件"}
    Thread.objects.update(waiting_since=timezone.now() - timedelta(days=8))
    assert shown(waits="7") == {"待つ件"}
    thread = Thread.objects.first()
    page = client.get(reverse("admin:accounts_thread_change", args=[thread.pk]))
    assert page.status_code == 200

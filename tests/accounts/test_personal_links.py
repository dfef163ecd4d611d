"""A personal link opens one case, for one person, for a time; opening it does nothing (P11)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import link_services, link_views
from accounts.link_services import (
    CODE_TRIES,
    CODES_MOST,
    link_holder,
    make_link,
    renew_link,
    revoke_link,
    send_code,
    use,
)
from accounts.models import PersonalLink
from accounts.services import AccountError
from notices.models import Mail
from placements.models import Forwarding
from schedule.models import Cycle
from tests.access.door import digest
from tests.factories import UserFactory, staff_member
from tests.faults.barrier import at_once, failures
from tests.faults.locks import without_row_locks
from tests.placements.ground_of_links import (
    address_in,
    code_in,
    forwarding_of,
    hold_link,
    link_to,
    mail_to,
    open_link,
)

pytestmark = pytest.mark.django_db
together = pytest.mark.django_db(transaction=True)
OPENED, CODE = "accounts:link_opened", "accounts:link_code"


@pytest.fixture
def link() -> PersonalLink:
    return link_to(forwarding_of())


def page_of(link: PersonalLink) -> str:
    return reverse("cases:forwarded", args=[link.public_id])


def last_code(link: PersonalLink) -> str:
    return code_in(mail_to(link.email, "personal_link_code"))


# Opening ----------------------------------------------------------------------------------------


def test_the_link_of_the_mail_leads_to_the_page_by_a_code_only(link):
    client = open_link(link)
    shown = client.get(reverse(OPENED))
    assert b"Dewi Lestari" in shown.content
    assert b"dewi@example.org" not in shown.content  # whoever it was passed on to learns no address
    assert client.get(page_of(link)).status_code == 404

    client.post(reverse(OPENED))
    answer = client.post(reverse(CODE), {"code": last_code(link)})

    assert answer.url == page_of(link)
    assert client.get(page_of(link)).status_code == 200


def test_a_mail_filter_that_opens_everything_changes_nothing(link):
    address = address_in(mail_to(link.email, "personal_link"))
    before = digest()

    for _each in range(3):
        scanner = Client()
        assert scanner.get(address).status_code == 302
        assert scanner.head(address).status_code == 302
        assert scanner.get(reverse(OPENED)).status_code == 200
        assert scanner.get(reverse(CODE)).status_code == 302

    assert digest() == before


def test_a_page_that_sends_the_code_on_get_is_seen_control(link, monkeypatch):
    def eager(request, found, **kwargs):
        send_code(found)
        return shown(request, found, **kwargs)

    shown = link_views._show
    monkeypatch.setattr(link_views, "_show", eager)
    before = digest()

    open_link(link)

    assert digest() != before


def test_the_address_with_the_token_is_told_to_nobody(link):
    answer = Client().get(address_in(mail_to(link.email, "personal_link")))

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.url == reverse(OPENED)


def test_a_forged_host_does_not_get_into_the_mail(settings):
    settings.ALLOWED_HOSTS = ["*"]
    forwarding = forwarding_of()
    link_to(forwarding)
    client = Client(HTTP_HOST="evil.example")
    open_link(forwarding.link, client)
    client.post(reverse(OPENED))

    assert all("evil.example" not in mail.body for mail in Mail.objects.all())
    assert settings.SITE_URL in mail_to("dewi@example.org", "personal_link").body


def test_dead_links_and_unknown_ones_are_answered_alike(link):
    answers = []
    expired, revoked = link_to(forwarding_of(), email="a@example.org"), link
    over = link_to(forwarding_of(), email="b@example.org")
    Cycle.objects.filter(pk=Forwarding.objects.get(link=over).opening.host_request.cycle.pk).update(
        state=Cycle.State.CLOSED
    )
    addresses = [
        address_in(mail_to(each.email, "personal_link")) for each in (expired, revoked, over)
    ]
    PersonalLink.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    revoke_link(revoked, by=None)
    for address in [*addresses, "/en/link/never-was/", "/en/link/x/"]:
        for method in ("get", "post"):
            client = Client()
            client.get(address)
            page = getattr(client, method)(reverse(OPENED))
            answers.append((page.status_code, page.content.replace(b"never-was", b"")))

    assert {status for status, _content in answers} == {404}
    assert len({content for _status, content in answers}) == 1
    assert not Mail.objects.filter(purpose="personal_link_code").exists()


# The code ---------------------------------------------------------------------------------------


def test_a_code_works_once_in_whatever_width_it_is_typed(link):
    send_code(link)
    code = last_code(link)
    wide = code.translate(str.maketrans("0123456789-", "０１２３４５６７８９ー"))

    assert use(link, wide) == link

    with pytest.raises(AccountError):
        use(link, code)


def test_a_code_ends_after_twenty_minutes(link):
    send_code(link)

    with (
        time_machine.travel(timezone.now() + timedelta(minutes=21)),
        pytest.raises(AccountError),
    ):
        use(link, last_code(link))


def test_five_wrong_codes_end_the_right_one(link):
    send_code(link)
    for _each in range(CODE_TRIES):
        with pytest.raises(AccountError):
            use(link, "0000-0000")

    with pytest.raises(AccountError):
        use(link, last_code(link))


def test_the_wrong_tries_are_counted_in_the_database_control(link, monkeypatch):
    monkeypatch.setattr(link_services, "CODE_TRIES", 99)
    send_code(link)
    for _each in range(CODE_TRIES):
        with pytest.raises(AccountError):
            use(link, "0000-0000")

    assert use(link, last_code(link)) == link


def test_what_is_no_code_is_refused_in_words(link):
    client = open_link(link)
    client.post(reverse(OPENED))
    for typed in ["", "x" * 41, "12", "\x00", "<b>", "'; --", "１２３", "²³"]:
        assert client.post(reverse(CODE), {"code": typed}).status_code == 422, typed


def test_codes_cannot_be_asked_for_without_end(link):
    client = open_link(link)
    answers = [client.post(reverse(OPENED)).status_code for _each in range(5)]
    assert answers == [302, 302, 302, 429, 429]

    PersonalLink.objects.filter(pk=link.pk).update(codes_sent=CODES_MOST)
    link.refresh_from_db()
    assert send_code(link) is False


def test_another_browser_cannot_type_the_code_that_this_one_asked_for(link):
    open_link(link).post(reverse(OPENED))
    other = open_link(link)

    answer = other.post(reverse(CODE), {"code": last_code(link)})

    assert answer.url == reverse(OPENED)
    assert other.get(page_of(link)).status_code == 404


def check_one_winner(link: PersonalLink) -> None:
    send_code(link)
    code = last_code(link)

    results = at_once(*[lambda: use(link, code) for _each in range(4)])

    assert [type(error) for error in failures(results)] == [AccountError] * 3


@together
def test_of_many_who_type_one_code_at_once_one_is_let_in():
    check_one_winner(link_to(forwarding_of()))


@together
def test_without_the_lock_several_are_let_in_or_told_nothing_control():
    """PostgreSQL lets several in; SQLite without its one lock gives the loser its own error."""
    link, broken = link_to(forwarding_of()), 0
    with without_row_locks():
        for _round in range(8):
            try:
                check_one_winner(link)
            except AssertionError:
                broken += 1

    assert broken > 0


# Holding ----------------------------------------------------------------------------------------


def test_a_link_taken_back_opens_nothing_from_the_next_request(link):
    client = hold_link(link)
    assert client.get(page_of(link)).status_code == 200

    revoke_link(link, by=staff_member())

    answer = client.get(page_of(link), follow=True)
    assert answer.status_code == 404
    assert b"This link opens nothing" in answer.content


def test_a_link_sent_anew_ends_what_was_held_by_the_old_one(link):
    client = hold_link(link)

    renew_link(link, by=None)

    assert client.get(page_of(link)).status_code == 302
    assert hold_link(link).get(page_of(link)).status_code == 200


def test_without_the_fresh_look_at_the_row_a_dead_link_goes_on_control(link, monkeypatch):
    client = hold_link(link)
    revoke_link(link, by=None)
    monkeypatch.setattr(link_services, "still_stands", lambda found: True)

    assert client.get(page_of(link)).status_code == 200


@pytest.mark.parametrize(
    ("idle", "total", "is_in"),
    [(119, 119, True), (121, 121, False), (60, 719, True), (60, 721, False)],
)
def test_a_held_link_ends_after_two_hours_idle_and_twelve_in_all(link, idle, total, is_in):
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        client = hold_link(link)
        passed = 0
        while passed < total:
            passed = min(passed + idle, total)
            clock.move_to(began + timedelta(minutes=passed))
            status = client.get(page_of(link)).status_code

    assert (status == 200) is is_in


def test_the_session_of_who_holds_a_link_gets_a_new_key(link):
    client = open_link(link)
    before = client.session.session_key
    client.post(reverse(OPENED))
    client.post(reverse(CODE), {"code": last_code(link)})

    assert client.session.session_key != before


def test_a_link_shows_no_case_but_its_own(link):
    other = link_to(forwarding_of(), email="other@example.org")
    client = hold_link(link)

    assert client.get(page_of(other)).status_code == 404
    assert client.get(reverse("cases:statement", args=[link.public_id])).status_code == 404


def test_what_is_typed_after_the_time_is_kept_and_shown_after_the_next_code(link):
    forwarding = Forwarding.objects.get(link=link)
    page = reverse("cases:forwarded_answer", args=[link.public_id, forwarding.public_id])
    began = timezone.now()
    with time_machine.travel(began, tick=False) as clock:
        client = hold_link(link)
        clock.move_to(began + timedelta(hours=3))
        answer = client.post(page, {"answer": "nobody", "note": "No budget this year"})
        assert answer.url == reverse(OPENED)
        forwarding.refresh_from_db()
        assert forwarding.answer == "waiting"

        client.post(reverse(OPENED))
        answer = client.post(reverse(CODE), {"code": last_code(link)})

        assert answer.url == page  # not the page of the link: what was typed waits there
        assert b"No budget this year" in client.get(page).content


# Making -----------------------------------------------------------------------------------------


def test_the_same_person_and_case_have_one_link(link):
    forwarding = Forwarding.objects.get(link=link)

    again = make_link(
        purpose=link.purpose,
        subject=forwarding,
        email="DEWI@example.org ",
        name="Dewi L.",
        language="ja",
        by=None,
    )

    assert (again.pk, again.language) == (link.pk, "ja")
    assert again.token_hash != link.token_hash
    assert PersonalLink.objects.count() == 1


def test_a_link_taken_back_is_not_sent_again_but_made_anew(link):
    revoke_link(link, by=None)

    with pytest.raises(AccountError):
        renew_link(link, by=None)

    assert link_to(Forwarding.objects.get(link=link)).pk != link.pk


def test_only_hashes_of_token_and_code_are_kept(link):
    send_code(link)
    link.refresh_from_db()
    token = address_in(mail_to(link.email, "personal_link")).split("/")[-2]
    row = " ".join(str(value) for value in PersonalLink.objects.values_list().get(pk=link.pk))

    assert token not in row
    assert last_code(link).replace("-", "") not in row
    assert set(Mail.objects.values_list("forget_body", flat=True)) == {True}


@pytest.mark.parametrize("name", ["", " \u3000", "<script>", "a\x00b"])
def test_a_name_that_is_none_makes_no_link(name):
    with pytest.raises(AccountError):
        link_to(forwarding_of(), name=name)

    assert not PersonalLink.objects.exists()


def test_nobody_holds_a_link_by_being_signed_in(link, client):
    client.force_login(UserFactory(email=link.email))

    assert client.get(page_of(link)).status_code == 404


def test_link_holder_asks_for_the_purpose(link, rf):
    client = hold_link(link)
    request = rf.get("/")
    request.session = client.session

    assert link_holder(request, link.public_id) == link
    assert link_holder(request, link.public_id, "statement") is None

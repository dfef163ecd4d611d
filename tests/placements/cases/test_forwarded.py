"""The pages of those abroad who answer a request, and nominate for it, by a personal link."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.link_services import revoke_link
from accounts.models import Role
from accounts.services import accept_invitation
from notices.models import Mail
from placements.models import Forwarding, Nomination
from placements.services import nominate
from tests.factories import SendingGovernmentFactory, member_of
from tests.placements.ground_of_links import (
    agency_of,
    forwarding_of,
    hold_link,
    link_to,
    opening_of,
    published,
)
from trainees.models import Application, Contact, SendingGovernment

pytestmark = pytest.mark.django_db


def row(number: int, **fields) -> dict[str, str]:
    values = {
        "passport_name": f"Suryani {'ABCDEFG'[number]}",
        "email": f"nominee{number}@example.org",
        "nationality": "ID",
        "language": "en",
        **fields,
    }
    return {f"person-{number}-{name}": value for name, value in values.items()}


def rows(*given: dict[str, str], total: int | None = None, **more: str) -> dict[str, str]:
    count = {"person-TOTAL_FORMS": str(total or len(given)), "person-INITIAL_FORMS": "0"}
    return {**count, **{k: v for each in given for k, v in each.items()}, "send": "1", **more}


def pages(forwarding: Forwarding) -> dict[str, str]:
    link = forwarding.link
    names = ("forwarded_answer", "forwarded_nominate")
    found = {n: reverse(f"cases:{n}", args=[link.public_id, forwarding.public_id]) for n in names}
    return {**found, "forwarded": reverse("cases:forwarded", args=[link.public_id])}


@pytest.fixture
def sent() -> Forwarding:
    """An opening handed on to the employing government."""
    forwarding = forwarding_of()
    link_to(forwarding)
    return forwarding


@pytest.fixture
def to_agency() -> Forwarding:
    """An opening for five, handed on to an agency."""
    opening = opening_of(quota=5)
    forwarding = forwarding_of(opening, agency_of().organisation)
    link_to(forwarding)
    return forwarding


# Looking and answering ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_holder_sees_the_request_the_days_and_the_nominees(sent, language):
    client = hold_link(sent.link)
    nomination = nominate(
        cycle=sent.opening.host_request.cycle,
        opening=sent.opening,
        link=sent.link,
        by=None,
        email="nominee@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
    )
    Application.objects.update(statement="what the nominee wrote")
    page = client.get(pages(sent)["forwarded"].replace("/en/", f"/{language}/"))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Suryani" in text
    assert nomination.application.case_number in text
    assert "what the nominee wrote" not in text
    assert "nominee@example.org" not in text


def test_the_page_of_the_holder_needs_the_same_queries_for_one_nominee_and_three(
    to_agency, django_assert_max_num_queries
):
    client = hold_link(to_agency.link)
    for number in range(3):
        client.post(
            pages(to_agency)["forwarded_nominate"],
            rows({**row(0, email=f"n{number}@example.org", new_employer="Kota Malang")}),
        )
        with django_assert_max_num_queries(10):
            client.get(pages(to_agency)["forwarded"])
    assert Nomination.objects.count() == 3


def test_an_answer_is_told_to_the_officers_and_may_change(sent):
    officer = member_of(sent.opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client = hold_link(sent.link)
    page = pages(sent)["forwarded_answer"]

    assert client.post(page, {"answer": "nobody", "note": ""}).status_code == 422
    client.post(page, {"answer": "nobody", "note": "No budget"})
    client.post(page, {"answer": "nobody", "note": "No budget"})
    client.post(page, {"answer": "considers", "note": ""})

    sent.refresh_from_db()
    assert (sent.answer, sent.answered_at is not None) == ("considers", True)
    assert Mail.objects.filter(purpose="forwarding_answer", to=officer.email).count() == 2


def test_a_row_of_somebody_elses_link_does_not_exist(sent):
    other = forwarding_of()
    link_to(other, email="other@example.org")
    client = hold_link(sent.link)
    mixed = reverse("cases:forwarded_answer", args=[sent.link.public_id, other.public_id])

    assert client.get(mixed).status_code == 404
    assert client.post(mixed, {"answer": "considers"}).status_code == 404


# Nominating by link ------------------------------------------------------------------------------


def test_an_employer_nominates_one_person_by_link(sent):
    officer = member_of(sent.opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client = hold_link(sent.link)

    answer = client.post(pages(sent)["forwarded_nominate"], rows(row(0, comment="Our best.")))

    assert answer.url == pages(sent)["forwarded"]
    nomination = Nomination.objects.get()
    sender = sent.organisation.sending_government
    assert nomination.application.sending_government == sender
    assert (nomination.link, nomination.nominated_by) == (sent.link, None)
    assert (nomination.nominator, nomination.comment) == ("Dewi Lestari", "Our best.")
    sent.refresh_from_db()
    assert sent.answer == "nominates"
    assert Mail.objects.filter(purpose="nomination_change", to=officer.email).count() == 1


def test_an_agency_nominates_many_and_types_a_new_employer_once(to_agency):
    known = SendingGovernmentFactory()
    client = hold_link(to_agency.link)
    contact = {"contact_name": "Budi", "contact_email": "budi@example.org"}

    client.post(
        pages(to_agency)["forwarded_nominate"],
        rows(
            row(0, employer=str(known.pk)),
            row(1, new_employer="Kota Malang", **contact),
            row(2, new_employer="ＫＯＴＡ　MALANG"),
            {},
            total=4,
        ),
    )

    assert Nomination.objects.count() == 3
    assert set(Nomination.objects.values_list("agency", flat=True)) == {
        to_agency.organisation.agency.pk
    }
    assert SendingGovernment.objects.count() == 2
    new = SendingGovernment.objects.get(organisation__name_en="Kota Malang")
    assert (str(new.country), new.agency) == ("ID", to_agency.organisation.agency)
    assert Contact.objects.get().organisation == new.organisation


BAD_ROWS = [
    {"email": "nominee0@example.org"},  # twice on the page
    {"nationality": "VN"},  # not of the office
    {"new_employer": ""},
    {"passport_name": ""},
    {"passport_name": "<b>Suryani</b>"},
    {"passport_name": "Sur\x00yani"},
    {"passport_name": "x" * 201},
    {"email": "no address"},
    {"email": "nominee1@example.org\nBcc: all@example.org"},
    {"nationality": "XX"},
    {"language": "fr"},
    {"employer": "987654321"},
    {"contact_email": "budi@example.org"},
    {"contact_name": "Budi", "contact_email": "nominee1@example.org"},
    {"comment": "x" * 4001},
]


def test_one_bad_row_nominates_nobody_and_keeps_what_was_typed(to_agency):
    client = hold_link(to_agency.link)
    mails = Mail.objects.count()
    good = row(0, new_employer="Kota Malang", comment="Kept & shown")
    page = pages(to_agency)["forwarded_nominate"]
    for bad in BAD_ROWS:
        answer = client.post(page, rows(good, row(1, **{"new_employer": "Kota Malang", **bad})))

        assert answer.status_code == 422, bad
        assert "Kept &amp; shown" in answer.content.decode(), bad
    assert not Nomination.objects.exists()
    assert Mail.objects.count() == mails
    assert not SendingGovernment.objects.filter(organisation__name_en="Kota Malang").exists()


@pytest.mark.parametrize(
    "name",
    ["Å", "x" * 120, "محمد علي", "Nguyễn Thị Hòa", "Zoë", "‘Amelia", "O’Brien-Smith", "गीता"],
)
def test_names_of_all_kinds_are_nominated(sent, name):
    client = hold_link(sent.link)

    client.post(pages(sent)["forwarded_nominate"], rows(row(0, passport_name=name)))

    assert Nomination.objects.count() == 1


def test_over_the_quota_nobody_of_the_page_is_nominated():
    forwarding = forwarding_of(opening_of(quota=1), agency_of().organisation)
    link_to(forwarding)
    client = hold_link(forwarding.link)

    answer = client.post(
        pages(forwarding)["forwarded_nominate"],
        rows(row(0, new_employer="A"), row(1, new_employer="A")),
    )

    assert answer.status_code == 422
    assert "takes 1 nominee" in answer.content.decode()
    assert not Nomination.objects.exists()


def test_an_empty_page_is_refused_and_more_rows_keep_what_was_typed(to_agency):
    client = hold_link(to_agency.link)
    page = pages(to_agency)["forwarded_nominate"]
    assert client.post(page, rows({}, {}, {})).status_code == 422

    more = client.post(page, {**rows(row(0, new_employer="Kota Malang")), "more": "1"})

    text = more.content.decode()
    assert more.status_code == 200
    assert 'name="person-TOTAL_FORMS" value="4"' in text
    assert "Suryani A" in text
    assert not Nomination.objects.exists()


def test_a_made_up_number_of_rows_is_no_fault_of_ours(to_agency):
    client = hold_link(to_agency.link)
    for total in ["", "-1", "99999", "x", "１", "1e9"]:
        sent = {**rows(row(0, new_employer="A")), "person-TOTAL_FORMS": total}
        answer = client.post(pages(to_agency)["forwarded_nominate"], sent)
        assert answer.status_code in (200, 302, 422), total


def test_a_second_click_of_a_link_holder_nominates_once(sent):
    client = hold_link(sent.link)
    page = pages(sent)["forwarded_nominate"]
    key = client.get(page).context["key"]

    answers = [client.post(page, rows(row(0), once=str(key))) for _each in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Nomination.objects.count() == 1


def test_a_closed_request_takes_nobody_and_the_page_says_so(sent):
    client = hold_link(sent.link)
    sent.opening.closed_at = timezone.now()
    sent.opening.save()

    page = client.get(pages(sent)["forwarded_nominate"])
    answer = client.post(pages(sent)["forwarded_nominate"], rows(row(0)))

    assert "takes no nominations" in page.content.decode()
    assert (answer.status_code, Nomination.objects.count()) == (422, 0)


def test_the_nominee_reads_who_nominated_and_for_which_request(client):
    forwarding = forwarding_of(opening_of(published()))
    link_to(forwarding)
    holder = hold_link(forwarding.link)
    holder.post(pages(forwarding)["forwarded_nominate"], rows(row(0)))
    nomination = Nomination.objects.get()
    client.force_login(accept_invitation(nomination.invitation))

    shown = client.get(reverse("trainees:status")).content.decode()

    government = forwarding.opening.host_request.answer.government
    assert "Dewi Lestari" in shown
    assert government.full_name_in("en") in shown


def test_whoever_has_nominated_gives_no_other_answer():
    forwarding = forwarding_of(opening_of(quota=2), agency_of().organisation)
    link_to(forwarding)
    client = hold_link(forwarding.link)
    client.post(pages(forwarding)["forwarded_nominate"], rows(row(0, new_employer="A")))

    for answer in ("considers", "nobody"):
        page = client.post(pages(forwarding)["forwarded_answer"], {"answer": answer, "note": "x"})
        assert page.status_code == 422

    forwarding.refresh_from_db()
    assert forwarding.answer == "nominates"


def test_the_summary_says_which_person_of_the_page_is_meant():
    forwarding = forwarding_of(opening_of(quota=2), agency_of().organisation)
    link_to(forwarding)

    page = hold_link(forwarding.link).post(
        pages(forwarding)["forwarded_nominate"],
        rows(row(0, new_employer="A"), row(1, new_employer="A", email="nobody")),
    )

    assert "Person 2, E-mail address of the nominee: Enter a valid email address." in (
        page.content.decode()
    )


def test_what_was_sent_by_a_link_that_was_taken_back_is_not_said_to_be_kept():
    forwarding = forwarding_of(opening_of(quota=2), agency_of().organisation)
    link = link_to(forwarding)
    client = hold_link(link)
    revoke_link(link, by=None)

    page = client.post(pages(forwarding)["forwarded_answer"], {"answer": "considers"}, follow=True)

    assert (page.status_code, list(page.context["messages"])) == (404, [])

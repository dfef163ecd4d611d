"""The pages of those abroad who come by a personal link, and of hosts with their own candidates."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.link_services import revoke_link
from accounts.models import PersonalLink, Role
from accounts.services import accept_invitation
from notices.models import Mail
from placements.duties import sender_statement
from placements.models import Forwarding, Nomination
from placements.services import confirm_nomination, nominate
from schedule.vocabulary import Route
from tests.factories import (
    CycleFactory,
    InvitationFactory,
    NominationFactory,
    SendingGovernmentFactory,
    TieFactory,
    coordinator_of,
    member_of,
    open_request,
    staff_member,
    submit_deadline,
)
from tests.placements.ground_of_links import (
    agency_of,
    forwarding_of,
    hold_link,
    last_day,
    link_to,
    opening_of,
    published,
    statement_link,
)
from trainees.models import Application, Contact, SenderStatement, SendingGovernment
from trainees.states import ApplicationState

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


# The statement of the employer --------------------------------------------------------------------


def confirmed(opening=None, **fields) -> Nomination:
    opening = opening or opening_of()
    nomination = nominate(
        cycle=opening.host_request.cycle,
        opening=opening,
        by=staff_member(),
        email="nominee@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
        sending_government=fields.pop("sender", None) or SendingGovernmentFactory(),
        **fields,
    )
    user = accept_invitation(nomination.invitation)
    nomination.refresh_from_db()
    return confirm_nomination(nomination, by=user)


SAID = {
    "is_employed": "yes",
    "employed_since": "1 April 2015",
    "will_return": "yes",
    "grants_leave": "yes",
    "recommendation": "We recommend her.",
    "given_by": "Budi Santoso",
    "given_post": "Head of personnel",
}


def png() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.effect_noise((420, 420), 90).save(out, "PNG")
    assert len(out.getvalue()) > 100_000  # more than the anonymous may send
    return SimpleUploadedFile("letter.png", out.getvalue(), "image/png")


@pytest.fixture
def asked() -> PersonalLink:
    nomination = confirmed()
    return statement_link(nomination.application)


def statement_page(link: PersonalLink) -> str:
    return reverse("cases:statement", args=[link.public_id])


def test_the_employer_is_asked_by_itself_once_the_nominee_has_confirmed():
    sender = SendingGovernmentFactory()
    contact = Contact.objects.create(
        organisation=sender.organisation, name="Budi", email="budi@example.org", language="ja"
    )

    nomination = confirmed(sender=sender, contact=contact)

    link = PersonalLink.objects.get(purpose="statement")
    assert (link.email, link.subject) == (
        "budi@example.org",
        f"trainees.Application:{nomination.application_id}",
    )
    assert Mail.objects.filter(to="budi@example.org", language="ja").count() == 1


def test_nobody_is_asked_where_nobody_is_known():
    confirmed()

    assert not PersonalLink.objects.exists()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_employer_gives_its_statement_in_its_language(asked, language):
    client = hold_link(asked)
    page = statement_page(asked).replace("/en/", f"/{language}/")
    assert client.get(page).status_code == 200

    client.post(page, SAID)

    given = SenderStatement.objects.get()
    assert (given.is_full, given.language, given.entered_by) == (True, language, None)
    assert given.employed_since == date(2015, 4, 1)
    assert client.get(page).status_code == 200


def test_a_correction_is_a_new_row_and_the_first_stays(asked):
    client = hold_link(asked)
    client.post(statement_page(asked), SAID)

    client.post(statement_page(asked), {**SAID, "recommendation": "We recommend her warmly."})

    kept = SenderStatement.objects.order_by("pk").values_list("recommendation", flat=True)
    assert list(kept) == ["We recommend her.", "We recommend her warmly."]


def test_after_the_last_day_a_first_statement_is_taken_and_a_correction_is_not(asked):
    cycle = Application.objects.get().cycle
    submit_deadline(cycle, timezone.localdate() - timedelta(days=1))
    client = hold_link(asked)
    assert client.post(statement_page(asked), SAID).status_code == 302

    answer = client.post(statement_page(asked), {**SAID, "given_by": "Somebody"})

    assert (answer.status_code, SenderStatement.objects.count()) == (422, 1)


BAD_STATEMENTS = [
    {"is_employed": ""},
    {"will_return": "perhaps"},
    {"recommendation": ""},
    {"recommendation": "<script>alert(1)</script>"},
    {"recommendation": "x" * 4001},
    {"given_by": ""},
    {"given_by": "Budi\x00"},
    {"employed_since": "2099-01-01"},
    {"employed_since": "0001-01-01"},
    {"employed_since": "yesterday"},
]


def test_a_faulty_statement_keeps_what_was_typed(asked):
    client = hold_link(asked)
    for bad in BAD_STATEMENTS:
        answer = client.post(statement_page(asked), {**SAID, **bad})

        assert answer.status_code == 422, bad
        assert "Head of personnel" in answer.content.decode(), bad
    assert not SenderStatement.objects.exists()


def test_a_no_is_an_answer_without_a_recommendation(asked):
    client = hold_link(asked)

    client.post(statement_page(asked), {**SAID, "will_return": "no", "recommendation": ""})

    assert SenderStatement.objects.get().is_full is False


def test_japanese_days_are_read(asked):
    client = hold_link(asked)
    for typed in ["平成27年4月1日", "H27.4.1", "２０１５-０４-０１"]:
        client.post(statement_page(asked), {**SAID, "employed_since": typed})

    kept = SenderStatement.objects.values_list("employed_since", flat=True)
    assert list(kept) == [date(2015, 4, 1)] * 3


def test_a_file_comes_from_who_holds_the_link_and_from_nobody_else(asked):
    page = statement_page(asked)
    stranger = Client()
    assert stranger.post(page, {**SAID, "file": png()}).status_code == 413

    client = hold_link(asked)
    client.post(page, {**SAID, "recommendation": "", "file": png()})

    given = SenderStatement.objects.get()
    assert (given.is_full, given.file.uploaded_by) == (True, None)
    own = reverse("cases:statement_own_file", args=[asked.public_id, given.public_id])
    assert client.get(own)["Content-Type"] == "image/png"
    assert stranger.get(own).status_code == 404


def test_too_large_a_body_is_refused_unread_also_by_link(asked):
    client = hold_link(asked)
    huge = SimpleUploadedFile("letter.pdf", b"%PDF-1.4" + b"x" * 12_000_000)

    assert client.post(statement_page(asked), {**SAID, "file": huge}).status_code == 413


def test_a_web_page_named_pdf_is_refused_at_its_field(asked):
    fake = SimpleUploadedFile("letter.pdf", b"<html><script>1</script></html>")

    answer = hold_link(asked).post(statement_page(asked), {**SAID, "file": fake})

    assert (answer.status_code, SenderStatement.objects.count()) == (422, 0)


def test_the_files_of_one_case_in_a_day_are_counted(asked, monkeypatch):
    monkeypatch.setattr("placements.services.statements.FILES_A_DAY", 1)
    client = hold_link(asked)
    client.post(statement_page(asked), {**SAID, "file": png()})

    assert client.post(statement_page(asked), {**SAID, "file": png()}).status_code == 422


def test_a_frozen_application_takes_no_statement(asked):
    Application.objects.update(state=ApplicationState.FROZEN, submitted_at=timezone.now())
    client = hold_link(asked)

    assert client.post(statement_page(asked), SAID).status_code == 422


# Asking for it --------------------------------------------------------------


def test_an_officer_asks_after_a_look_at_the_mail(client):
    nomination = confirmed()
    officer = member_of(nomination.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client.force_login(officer)
    page = reverse("cases:statement_ask", args=[nomination.public_id])
    typed = {"name": "Budi", "email": "budi@example.org", "language": "en", "message": "Please."}

    looked = client.post(page, typed)
    assert looked.status_code == 200
    assert not PersonalLink.objects.exists()
    client.post(page, {**typed, "send": "1"})

    link = PersonalLink.objects.get()
    assert (link.made_by, link.email) == (officer, "budi@example.org")


def test_the_nominee_is_not_asked_for_their_own_statement(client):
    nomination = confirmed()
    client.force_login(staff_member(language="en"))
    page = reverse("cases:statement_ask", args=[nomination.public_id])
    typed = {"name": "S", "email": "nominee@example.org", "language": "en", "send": "1"}

    assert client.post(page, typed).status_code == 422


def test_staff_enter_what_came_by_letter_and_it_says_so(client):
    nomination = confirmed()
    staff = staff_member(language="en")
    client.force_login(staff)

    client.post(
        reverse("cases:statement_enter", args=[nomination.public_id]), {**SAID, "language": "ja"}
    )

    given = SenderStatement.objects.get()
    assert (given.entered_by, given.language) == (staff, "ja")


def test_the_list_shows_late_ones_first_with_the_same_queries(
    client, django_assert_max_num_queries
):
    opening = opening_of(quota=9)
    submit_deadline(opening.host_request.cycle, timezone.localdate() - timedelta(days=1))
    officer = member_of(opening.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    client.force_login(officer)
    for number in range(3):
        NominationFactory(
            application__cycle=opening.host_request.cycle,
            opening=opening,
            office=opening.office,
            state="confirmed",
            invitation=InvitationFactory(),
        )
        with django_assert_max_num_queries(10):
            page = client.get(reverse("cases:statements"))
        assert page.content.decode().count("state late") == number + 1


# A host and its own candidate -----------------------------------------------


def own_request(**fields):
    cycle = CycleFactory()
    tie = TieFactory(country="ID", partner_en="Bandung City")
    return open_request(cycle, tie.government, route=Route.OWN_SELECTION, tie=tie, **fields)


def test_a_host_nominates_its_own_candidate_with_the_government_of_its_tie(client):
    sender = SendingGovernmentFactory()
    request = own_request()
    client.force_login(coordinator_of(request.answer.government, language="en"))
    page = reverse("placements:own_nominate", args=[request.public_id])
    form = client.get(page).context["form"]
    assert (form.initial["employer"], form.initial["nationality"]) == (sender.pk, "ID")

    typed = {"passport_name": "Suryani", "email": "s@example.org", "nationality": "ID"}
    client.post(page, {**typed, "language": "en", "employer": str(sender.pk)})

    nomination = Nomination.objects.get()
    assert (nomination.host_request, nomination.route) == (request, Route.OWN_SELECTION)
    shown = client.get(reverse("hosts:request", args=[request.public_id])).content.decode()
    assert "Suryani" in shown
    assert "s@example.org" not in shown


def test_a_tie_that_the_register_lacks_is_typed_into_the_form(client):
    request = own_request()
    client.force_login(coordinator_of(request.answer.government, language="en"))

    form = client.get(reverse("placements:own_nominate", args=[request.public_id])).context["form"]

    assert form.initial["new_employer"] == "Bandung City"


@pytest.mark.parametrize(
    "fields", [{"state": "submitted"}, {"state": "withdrawn"}, {"state": "filled"}]
)
def test_only_a_received_request_takes_own_candidates(client, fields):
    request = own_request(**fields)
    client.force_login(coordinator_of(request.answer.government, language="en"))

    page = client.get(reverse("placements:own_nominate", args=[request.public_id]))

    assert page.status_code == 403


def test_a_host_cannot_nominate_after_the_day_of_the_cycle(client):
    request = own_request()
    last_day(request.cycle, "nomination", timezone.localdate() - timedelta(days=1))
    client.force_login(coordinator_of(request.answer.government, language="en"))
    typed = {"passport_name": "Suryani", "email": "s@example.org", "nationality": "ID"}

    answer = client.post(
        reverse("placements:own_nominate", args=[request.public_id]),
        {**typed, "language": "en", "new_employer": "Kota Malang"},
    )

    assert answer.status_code == 422
    assert not SendingGovernment.objects.exists()


def own_nominee(request) -> Nomination:
    return nominate(
        cycle=request.cycle,
        host_request=request,
        by=coordinator_of(request.answer.government),
        email="s@example.org",
        passport_name="Suryani",
        nationality="ID",
        language="en",
        sending_government=SendingGovernmentFactory(),
    )


def test_a_host_replaces_and_withdraws_its_candidate_with_a_reason(client):
    nomination = own_nominee(own_request())
    government = nomination.host_request.answer.government
    client.force_login(coordinator_of(government, language="en"))
    typed = {"passport_name": "Wayan", "email": "w@example.org", "nationality": "ID"}
    typed |= {"language": "en", "new_employer": "Kota Malang"}
    page = reverse("placements:nomination_replace", args=[nomination.public_id])

    assert client.post(page, typed).status_code == 422
    assert client.post(page, {**typed, "reason": "She has left."}).status_code == 302
    second = Nomination.objects.get(replaces=nomination)
    withdraw = reverse("placements:nomination_withdraw", args=[second.public_id])
    assert client.post(withdraw, {"reason": "No leave."}).status_code == 302

    second.refresh_from_db()
    assert second.state == "withdrawn"


@pytest.mark.parametrize("name", ["replace", "withdraw", "again"])
def test_the_nominee_cannot_act_on_the_own_nomination(client, name):
    nomination = own_nominee(own_request())
    user = accept_invitation(nomination.invitation)
    client.force_login(user)

    page = reverse(f"placements:nomination_{name}", args=[nomination.public_id])
    assert client.post(page, {"reason": "x"}).status_code == 404


# The invitation of the nominee ----------------------------------------------


def again(client: Client, token: str) -> str:
    client.get(reverse("accounts:invitation", args=[token]))
    return client.post(reverse("accounts:invitation_again")).content.decode()


def test_an_expired_invitation_comes_anew_to_its_own_address_and_the_page_tells_nothing():
    invitation = InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))
    NominationFactory(invitation=invitation, application__trainee__email="nominee@example.org")

    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        pages = {again(Client(), token) for token in ("old", "never-was")}

    assert len(pages) == 1
    mail = Mail.objects.get()
    assert (mail.to, mail.purpose) == ("nominee@example.org", "invitation")
    assert Nomination.objects.get().invitation != invitation


def test_an_expired_invitation_of_another_kind_is_not_sent_by_itself():
    InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))

    again(Client(), "old")

    assert not Mail.objects.exists()


def test_a_withdrawn_nominee_gets_no_new_invitation():
    invitation = InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))
    NominationFactory(invitation=invitation, state="withdrawn")

    again(Client(), "old")

    assert not Mail.objects.exists()


def test_asking_anew_has_a_limit():
    InvitationFactory(token="old", expires_at=timezone.now() - timedelta(days=1))
    client = Client()
    client.get(reverse("accounts:invitation", args=["old"]))

    answers = [client.post(reverse("accounts:invitation_again")).status_code for _n in range(4)]

    assert answers == [200, 200, 200, 429]


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


# What officers see ---------------------------------------------------------------


def test_an_officer_has_the_duty_until_the_statement_is_given(client):
    nomination = confirmed()
    cycle = nomination.application.cycle
    deadline = submit_deadline(cycle, timezone.localdate() + timedelta(days=9))
    officer = member_of(nomination.office.organisation, Role.OVERSEAS_OFFICE, language="en")
    today = timezone.localdate()

    (duty,) = sender_statement(officer, today)
    assert (duty.deadline, duty.user) == (deadline, officer)
    assert [each.user for each in sender_statement(None, today)] == [officer]
    client.force_login(officer)
    for page in (
        reverse("accounts:overview"),
        reverse("recruitment:home"),
        reverse("recruitment:nomination", args=[nomination.public_id]),
    ):
        assert client.get(page).status_code == 200, page

    hold_link(statement_link(nomination.application)).post(
        statement_page(PersonalLink.objects.get()), SAID
    )
    assert sender_statement(officer, today) == []
    shown = client.get(reverse("recruitment:nomination", args=[nomination.public_id]))
    assert "We recommend her." in shown.content.decode()


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

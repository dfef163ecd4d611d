"""The pages of an application: who may open them, what they say, and what they keep."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import translation

from accounts.models import FormDraft, Role
from notices.models import Mail
from schedule.models import Cycle
from tests.factories import (
    ApplicationFactory,
    CycleFactory,
    LocalGovernmentFactory,
    OverseasOfficeFactory,
    TraineeFactory,
    application_of,
    coordinator_of,
    member_of,
    staff_member,
    submitted_application,
)
from tests.trainees.dossier import STEP_DATA, address_of, row_of, send, words_of
from trainees.forms import FORMS, STEPS
from trainees.models import Application
from trainees.services import mark_complete, return_application, submit_application

pytestmark = pytest.mark.django_db


FRAME_QUERIES = 4  # session, user, memberships, second factor
FIRST_FIELD = {
    "names": "passport_name",
    "person": "born_on",
    "contact": "address",
    "needs": "dietary_needs",
    "employer": "employer_department",
    "languages": "other_languages",
    "japan": "previous_stays",
    "field": "statement",
}


# Steps -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", list(STEPS))
def test_each_step_opens_with_its_progress(client, own, step):
    response = client.get(address_of(own, step))

    assert response.status_code == 200
    words = words_of(response)
    assert "9 of 9 sections are complete" in words
    if step != "confirm":
        assert f"Section {list(STEPS).index(step) + 1} of 9" in words


@pytest.mark.parametrize("step", list(STEPS))
def test_step_needs_four_queries(client, own, django_assert_max_num_queries, step):
    client.get(address_of(own, step))

    with django_assert_max_num_queries(4 + FRAME_QUERIES):
        client.get(address_of(own, step))


def test_the_steps_lead_from_the_first_to_the_receipt(client, person):
    client.force_login(person)
    application = application_of(person, complete=False)
    addresses = []
    for step in FORMS:
        addresses.append(send(client, application, step)["Location"])

    assert addresses == [address_of(application, step) for step in list(STEPS)[1:]]
    assert client.post(address_of(application, "confirm")).status_code == 422  # not agreed
    response = client.post(address_of(application, "confirm"), {"agree": "on"})
    assert response["Location"] == application.get_absolute_url()
    application.refresh_from_db()
    assert application.state == "submitted"
    assert Mail.objects.get().to == "suryani@example.org"


def test_saving_only_keeps_an_unfinished_step(client, person):
    client.force_login(person)
    application = application_of(person, complete=False)

    response = send(client, application, "employer", "save", employer_position="")

    assert response["Location"] == address_of(application, "employer")
    application.refresh_from_db()
    assert [application.employer_department, application.employer_position] == [
        "Environment Agency",
        "",
    ]


def test_refused_step_keeps_what_was_typed_and_writes_nothing(client, own):
    before = model_to_dict(own)

    response = send(client, own, "employer", employed_since="31 February 2015")

    assert response.status_code == 422
    assert 'value="31 February 2015"' in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    own.refresh_from_db()
    assert model_to_dict(own) == before


@pytest.mark.parametrize("step", list(FIRST_FIELD))
@pytest.mark.parametrize("bad", ["x" * 10_000, "<script>alert(1)</script>", "file"])
def test_bad_input_is_answered_at_the_field_and_nothing_is_written(client, own, step, bad):
    name = FIRST_FIELD[step]
    before = model_to_dict(row_of(own, step))
    typed = SimpleUploadedFile("x.txt", b"x") if bad == "file" else bad

    response = send(client, own, step, **{"agree_needs": "yes", name: typed})

    assert response.status_code == 422
    assert name in response.context["form"].errors
    assert "<script>alert" not in response.content.decode()
    assert model_to_dict(row_of(own, step)) == before


def test_fields_of_others_in_a_post_change_nothing(client, own, person):
    other = TraineeFactory()

    send(
        client,
        own,
        "employer",
        trainee=str(other.pk),
        state="complete",
        number="99",
        sending_government="",
        submitted_at="2026-01-01",
        statement="changed",
        cycle="1",
    )
    send(client, own, "names", user="", email="other@example.org", public_id="x")

    row = Application.objects.get(pk=own.pk)
    assert [row.trainee_id, row.state, row.number, row.sending_government_id, row.statement] == [
        own.trainee_id,
        "draft",
        own.number,
        own.sending_government_id,
        own.statement,
    ]
    assert [row.trainee.user, row.trainee.email] == [person, "suryani@example.org"]


def test_stale_step_shows_both_versions_and_then_replaces_knowingly(client, own):
    stale = str(own.version)
    send(client, own, "employer", employer_position="Director")

    refused = send(client, own, "employer", version=stale, employer_position="Deputy")

    assert refused.status_code == 422
    assert "Director" in words_of(refused)
    assert 'value="Deputy"' in refused.content.decode()
    version = re.search(r'name="version" value="(\d+)"', refused.content.decode())[1]
    send(client, own, "employer", version=version, employer_position="Deputy")
    own.refresh_from_db()
    assert own.employer_position == "Deputy"


def test_draft_of_a_step_is_kept_restored_and_announced(client, own):
    address = reverse("trainees:application_autosave", args=[own.public_id, "field"])

    saved = client.post(address, {"statement": "Half a sent"})

    assert saved.status_code == 200
    assert "Nothing has been submitted yet." in saved.content.decode()
    page = client.get(address_of(own, "field"))
    assert "Half a sent" in page.content.decode()
    assert "What you typed is still here" in words_of(page)
    own.refresh_from_db()
    assert own.statement == "I want to learn how waste is sorted at home."


def test_saved_step_has_no_draft_left(client, own):
    client.post(reverse("trainees:application_autosave", args=[own.public_id, "field"]), {"x": "1"})

    send(client, own, "field")

    assert not FormDraft.objects.exists()


def test_a_refused_step_is_kept_as_a_draft(client, own):
    client.post(
        address_of(own, "field"), {"statement": "I typed this.", "next": "1", "version": "1"}
    )

    page = client.get(address_of(own, "field"))

    assert page.context["draft"].values["statement"] == ["I typed this."]
    assert page.context["form"]["statement"].value() == "I typed this."


def test_draft_can_be_discarded(client, own):
    address = reverse("trainees:application_autosave", args=[own.public_id, "field"])
    client.post(address, {"statement": "Half a sent"})

    client.post(address_of(own, "field"), {"forget": "1"})

    assert "Half a sent" not in client.get(address_of(own, "field")).content.decode()


def test_autosave_after_the_submission_says_that_it_is_closed(client, own, person):
    submit_application(own, by=person)

    response = client.post(
        reverse("trainees:application_autosave", args=[own.public_id, "field"]), {"x": "1"}
    )

    assert [response.status_code, FormDraft.objects.count()] == [409, 0]


def test_right_to_left_and_thai_texts_come_back_unchanged(client, own):
    text = "أريد أن أتعلم / ผมอยากเรียนรู้ / Tôi muốn học"

    send(client, own, "field", statement=text)

    assert text in client.get(address_of(own, "field")).content.decode()


# Confirm and read --------------------------------------------------------------------------------


def test_confirm_links_each_fault_to_its_step(client, person):
    client.force_login(person)
    application = application_of(person, complete=False)

    page = client.get(address_of(application, "confirm")).content.decode()

    assert f"{address_of(application, 'employer')}#id_employed_since" in page
    assert f"{address_of(application, 'languages')}#id_english_level_0" in page


def test_incomplete_application_is_not_submitted(client, person):
    client.force_login(person)
    application = application_of(person, complete=False)

    response = client.post(address_of(application, "confirm"))

    application.refresh_from_db()
    assert [response.status_code, application.state] == [422, "draft"]
    assert 'class="error-summary missing"' in response.content.decode()


def test_second_submit_is_harmless(client, own):
    first = client.post(address_of(own, "confirm"))
    second = client.post(address_of(own, "confirm"))

    assert [first["Location"], second["Location"]] == [own.get_absolute_url()] * 2
    assert [own.moves.count(), Mail.objects.count()] == [1, 1]


def test_submitted_application_is_read_with_its_receipt(client, own, person):
    submit_application(own, by=person)

    words = words_of(client.get(own.get_absolute_url()))

    assert f"Its case number is {own.case_number}." in words
    assert "You can no longer change it. If we return it to you" in words


@pytest.mark.parametrize("step", list(STEPS))
def test_submitted_application_has_no_step_to_edit(client, own, person, step):
    submit_application(own, by=person)

    assert client.get(address_of(own, step))["Location"] == own.get_absolute_url()


@pytest.mark.parametrize("step", list(FORMS))
def test_submitted_application_is_not_written(client, own, person, step):
    submit_application(own, by=person)
    before = model_to_dict(row_of(own, step))

    response = send(client, own, step)

    assert response["Location"] == own.get_absolute_url()
    assert model_to_dict(row_of(own, step)) == before


def test_complete_application_cannot_be_submitted_again(client, own, person):
    submit_application(own, by=person)
    mark_complete(own, by=staff_member())

    client.post(address_of(own, "confirm"))

    own.refresh_from_db()
    assert own.state == "complete"


def test_draft_leads_from_its_page_to_the_first_step(client, own):
    assert client.get(own.get_absolute_url())["Location"] == address_of(own, "names")


# Access ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", list(STEPS))
@pytest.mark.parametrize("method", ["get", "post"])
def test_foreign_steps_answer_404(client, person, step, method):
    client.force_login(person)
    foreign = ApplicationFactory()

    assert getattr(client, method)(address_of(foreign, step)).status_code == 404


def test_foreign_page_and_draft_answer_404(client, person):
    client.force_login(person)
    foreign = ApplicationFactory()
    autosave = reverse("trainees:application_autosave", args=[foreign.public_id, "field"])

    answers = [client.get(foreign.get_absolute_url()), client.post(autosave, {"x": "1"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert not FormDraft.objects.exists()


def test_unknown_step_answers_404(client, own):
    assert client.get(address_of(own, "money")).status_code == 404
    assert client.post(address_of(own, "money")).status_code == 404


def test_coordinator_reads_no_application_here(client):
    client.force_login(coordinator_of(LocalGovernmentFactory()))

    assert client.get(ApplicationFactory().get_absolute_url()).status_code == 404


def test_overseas_office_reads_but_does_not_edit(client):
    office = OverseasOfficeFactory(countries=["ID"])
    client.force_login(member_of(office.organisation, Role.OVERSEAS_OFFICE))
    application = submitted_application(CycleFactory())

    assert client.get(application.get_absolute_url()).status_code == 200
    assert client.get(address_of(application, "person")).status_code == 404
    assert client.post(address_of(application, "confirm")).status_code == 404


def test_overseas_office_reads_no_draft(client):
    office = OverseasOfficeFactory(countries=["ID"])
    client.force_login(member_of(office.organisation, Role.OVERSEAS_OFFICE))

    assert client.get(ApplicationFactory().get_absolute_url()).status_code == 404


def test_person_step_of_another_cycle_leaves_the_submitted_page_as_it_was(client, own, person):
    submit_application(own, by=person)
    draft = ApplicationFactory(trainee=own.trainee)

    send(client, draft, "names", passport_name="Suryani Baru")

    own.trainee.refresh_from_db()
    assert own.trainee.passport_name == "Suryani Baru"
    assert "Suryani Baru" not in words_of(client.get(own.get_absolute_url()))


def test_returned_page_shows_what_the_person_has_corrected(client, own, person):
    submit_application(own, by=person)
    return_application(own, reason="The name", by=staff_member())
    send(client, own, "names", passport_name="Suryani Baru")

    assert "Suryani Baru" in words_of(client.get(own.get_absolute_url()))


@pytest.mark.parametrize("step", list(STEPS))
def test_step_of_a_closed_cycle_says_that_it_is_closed(client, own, step):
    Cycle.objects.update(state="closed")

    response = client.post(address_of(own, step), STEP_DATA.get(step, {}), follow=True)

    assert "This cycle is closed" in words_of(response)
    own.refresh_from_db()
    assert own.state == "draft"


def test_submission_whose_receipt_cannot_be_written_says_so(client, own, person):
    type(person).objects.filter(pk=person.pk).update(email="no address")

    response = client.post(address_of(own, "confirm"), follow=True)

    own.refresh_from_db()
    assert [response.status_code, own.state, own.moves.count()] == [200, "draft", 0]
    assert "Nothing was changed" in words_of(response)


def test_status_refuses_other_methods(client, own):
    assert client.post(reverse("trainees:status")).status_code == 405


def test_comment_stands_on_each_step_of_a_returned_application(client, own, person):
    submit_application(own, by=person)
    return_application(own, reason="Please name your department.", by=staff_member())

    pages = [client.get(address_of(own, step)) for step in STEPS]

    assert ["Please name your department." in words_of(page) for page in pages] == [True] * 10


def test_each_language_of_a_page_has_the_same_answers(client, own):
    with translation.override("ja"):
        address = address_of(own, "confirm")

    words = words_of(client.get(address))

    assert "1990年5月17日" in words
    assert "Environment Agency" in words

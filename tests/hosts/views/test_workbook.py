"""The pages of the workbook: out, in, looked at, taken in once, and its faults as a CSV."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Role
from accounts.trail import AuditRecord
from hosts.models import HostRequest, SurveyAnswer, WorkbookUpload
from hosts.workbooks.waiting import forget_old_workbooks
from tests.factories import (
    SurveyAnswerFactory,
    coordinator_of,
    relay_officer_of,
    staff_member,
)
from tests.hosts.books import File, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer(db) -> SurveyAnswer:
    return SurveyAnswerFactory()


@pytest.fixture
def coordinator(answer, client):
    person = coordinator_of(answer.government)
    client.force_login(person)
    return person


def upload(client, answer, **cells):
    data = File(own(answer, None)).set("要望", **cells).bytes()
    return client.post(
        reverse("hosts:workbook", args=[answer.public_id]),
        {"file": SimpleUploadedFile("回答.xlsx", data)},
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_goes_out_and_its_page_opens(client, answer, coordinator, language):
    with translation.override(language):
        page = client.get(reverse("hosts:workbook", args=[answer.public_id]))
        file = client.get(reverse("hosts:workbook_file", args=[answer.public_id]))

    assert (page.status_code, file.status_code) == (200, 200)
    assert file.content.startswith(b"PK\x03\x04")
    assert AuditRecord.objects.filter(act="export", fields=["survey-own"]).count() == 1


def test_it_is_looked_at_and_then_taken_in_once(client, answer, coordinator):
    address = upload(client, answer, field="water").headers["Location"]
    preview = client.get(address)
    seal = preview.context["seal"]
    before = HostRequest.objects.count()
    wrong = client.post(address, {"seal": "x"})
    done = client.post(address, {"seal": seal})
    again = client.post(address, {"seal": seal})

    codes = [preview.status_code, wrong.status_code, done.status_code, again.status_code]
    assert codes == [200, 409, 302, 404]
    assert (before, HostRequest.objects.count()) == (0, 1)
    assert WorkbookUpload.objects.count() == 0


def test_faults_are_a_table_and_a_csv(client, answer, coordinator):
    address = upload(client, answer, field="magic").headers["Location"]
    page = client.get(address)
    file = client.get(f"{address}faults/")
    forgotten = client.post(address, {"discard": "1"})

    assert (page.status_code, len(page.context["faults"])) == (422, 1)
    lines = file.content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[1].split(",")[:2]) == (2, ["要望", "E3"])
    assert (forgotten.status_code, WorkbookUpload.objects.count()) == (302, 0)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"a,b\r\n1,2\r\n", b"PK\x03\x04"])
def test_what_is_no_workbook_is_told_at_the_field(client, answer, coordinator, data):
    address = reverse("hosts:workbook", args=[answer.public_id])
    page = client.post(address, {"file": SimpleUploadedFile("x.xlsx", data)})

    assert page.status_code == 422
    assert page.context["form"].errors["file"]
    assert WorkbookUpload.objects.count() == 0


def test_an_upload_is_nobody_elses_and_gone_after_an_hour(client, answer, coordinator):
    address = upload(client, answer, field="water").headers["Location"]
    client.force_login(coordinator_of(answer.government))
    other = client.get(address).status_code
    client.force_login(coordinator)
    WorkbookUpload.objects.update(created_at=timezone.now() - timedelta(minutes=61))

    assert (other, client.get(address).status_code) == (404, 404)
    assert (forget_old_workbooks(), forget_old_workbooks()) == (1, 0)


def test_who_no_longer_acts_for_the_government_takes_nothing_in(client, answer, coordinator):
    address = upload(client, answer, field="water").headers["Location"]
    seal = client.get(address).context["seal"]
    coordinator.memberships.all().delete()

    assert client.post(address, {"seal": seal}).status_code in {302, 404}
    assert HostRequest.objects.count() == 0


def test_relay_and_staff_have_their_own(client, answer):
    client.force_login(relay_officer_of(answer.relay))
    cycle = answer.survey.cycle
    relay = client.get(reverse("hosts:relay_workbook_file"))
    client.force_login(staff_member(Role.STAFF))
    where = [cycle.programme.code, cycle.fiscal_year]
    page = client.get(reverse("desk:survey_workbook", args=where))
    every = client.get(reverse("desk:survey_workbook_file", args=where))

    assert [each.status_code for each in (relay, page, every)] == [200, 200, 200]

"""The staff's pages of the recruitment: begun, composed, looked at, published, changed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.models import Mail
from placements.models import Opening, Recruitment, RecruitmentText
from tests.factories import CycleFactory, OverseasOfficeFactory, open_request, staff_member
from tests.placements.recruiting import day, deadline, ground

pytestmark = pytest.mark.django_db
ONCE = "2f0c8a52-6f0e-4d3e-9f0d-2d1b8f1f2a"


def page(name: str, place, *, of: str = "") -> str:
    if of:
        return reverse(f"desk:{name}", args=[of])
    return reverse(f"desk:{name}", args=[place.cycle.programme.code, place.cycle.fiscal_year])


def test_begin_with_a_proposal(client):
    cycle = CycleFactory()
    deadline(cycle, day(5))
    OverseasOfficeFactory(countries=["ID"])
    open_request(cycle, countries=["ID"])
    client.force_login(staff_member(language="en"))
    address = reverse("desk:recruitment", args=[cycle.programme.code, cycle.fiscal_year])
    assert client.get(address).status_code == 200
    for _click in range(2):
        assert client.post(address).status_code == 302
    assert (Recruitment.objects.count(), Opening.objects.count()) == (1, 1)
    assert client.get(address).status_code == 200


def test_the_table_says_what_goes_where_and_a_stale_one_is_refused(client):
    place = ground(is_published=False)
    client.force_login(place.staff)
    address = page("recruitment_offer", place)
    shown = client.get(address)
    name = f"q-{place.request.pk}-{place.office.pk}"
    assert shown.context["form"][name].value() == 2
    seal = shown.context["form"]["seal"].value()
    for bad in ["0", "100", "x", "１.5", "-1"]:
        assert client.post(address, {name: bad, "seal": seal}).status_code == 422
    assert client.post(address, {name: "５", "seal": seal}).status_code == 302
    assert Opening.objects.get().quota == 5
    assert client.post(address, {name: "6", "seal": seal}).status_code == 422  # stale
    seal = client.get(address).context["form"]["seal"].value()
    assert client.post(address, {name: "", "seal": seal}).status_code == 302
    assert not Opening.objects.exists()


def test_publish_shows_who_is_mailed_and_does_it_once(client):
    place = ground(is_published=False)
    client.force_login(place.staff)
    address = page("recruitment_publish", place)
    assert place.officer.name in client.get(address).content.decode()
    for _click in range(2):
        assert client.post(address).status_code == 302
    assert Mail.objects.filter(purpose="recruitment_open").count() == 1
    Recruitment.objects.update(published_at=None)
    Opening.objects.all().delete()
    assert client.post(address).status_code == 422


def test_text_and_a_text_in_a_further_language(client):
    place = ground()
    client.force_login(place.staff)
    address = page("recruitment_text", place)
    version = client.get(address).context["form"]["version"].value()
    typed = {"text_ja": "募集", "text_en": "Call", "elsewhere": "allowed", "version": version}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, {**typed, "text_en": "Other"}).status_code == 422
    assert Recruitment.objects.get().text_en == "Call"
    add = page("recruitment_text_add", place)
    french = {"language": "Français", "text": "Bonjour", "once": f"{ONCE}01"}
    for _click in range(2):
        assert client.post(add, french).status_code == 302
    assert client.post(add, {**french, "once": f"{ONCE}02"}).status_code == 422
    assert client.post(add, {"language": "Español"}).status_code == 422
    program = SimpleUploadedFile("x.pdf", b"MZ\x90\x00 no pdf")
    assert client.post(add, {"language": "Español", "upload": program}).status_code == 422
    row = RecruitmentText.objects.get()
    assert client.post(page("recruitment_text_remove", place, of=row.public_id)).status_code == 302
    assert not RecruitmentText.objects.exists()


def test_an_opening_is_changed_added_and_closed(client):
    place = ground()
    client.force_login(place.staff)
    address = page("recruitment_opening", place, of=place.opening.public_id)
    version = client.get(address).context["form"]["version"].value()
    typed = {"quota": "4", "nominate_by": str(day(9)), "note": "n", "version": version}
    assert client.post(address, {**typed, "nominate_by": str(day(-2))}).status_code == 422
    assert client.post(address, typed).status_code == 302
    assert client.post(address, {**typed, "quota": "5"}).status_code == 422
    assert Opening.objects.get().quota == 4
    add = page("recruitment_add", place)
    request = open_request(place.cycle)
    further = {
        "host_request": str(request.pk),
        "office": str(place.office.pk),
        "quota": "1",
        "once": f"{ONCE}03",
    }
    for _click in range(2):
        assert client.post(add, further).status_code == 302
    assert Opening.objects.count() == 2
    assert client.post(add, {**further, "once": f"{ONCE}04"}).status_code == 422
    own = open_request(place.cycle, route="own_selection")
    wrong = {**further, "host_request": str(own.pk), "once": f"{ONCE}05"}
    assert client.post(add, wrong).status_code == 422
    close = page("recruitment_close", place, of=place.opening.public_id)
    assert client.post(close, {}).status_code == 422
    assert client.post(close, {"reason": "The host withdrew."}).status_code == 302
    assert client.get(close).status_code == 302
    assert Opening.objects.get(pk=place.opening.pk).closed_reason == "The host withdrew."


def test_the_page_takes_the_same_queries_with_more_openings(client):
    place = ground()
    client.force_login(place.staff)
    address = page("recruitment", place)
    client.get(address)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = count()
    for _n in range(2):
        Opening.objects.create(
            host_request=open_request(place.cycle),
            office=place.office,
            quota=1,
            published_at=timezone.now(),
        )
    assert count() == before <= 12 + 4

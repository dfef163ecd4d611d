"""The staff's pages for spreadsheets: what is uploaded is its owner's, and looked at first."""

from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from accounts.trail import AuditRecord, faults, seal_all
from desk.imports import forget_old_uploads
from desk.models import Upload
from desk.tasks import sweep_uploads
from files.sheets.exporting import FORMATS
from files.sheets.reading import read_table
from hosts.models import LocalGovernment
from tests.desk.sheets import KINDS, correction, file_of
from tests.factories import (
    ApplicationFactory,
    HostRequestFactory,
    LocalGovernmentFactory,
    NominationFactory,
    coordinator_of,
    staff_member,
)
from tests.files.test_sheets_writing import PAYLOADS, check_csv_is_dead, check_xlsx_is_dead
from tests.placements import recruiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, db):
    person = staff_member(language="en")
    client.force_login(person)
    return person


def upload(client, file, kind: str = "local_governments"):
    return client.post(reverse("desk:sheet", args=[kind]), {"file": file})


def preview_of(client, file=None) -> tuple[str, str]:
    """The address of the preview, and its seal."""
    address = upload(client, file or correction()).headers["Location"]
    return address, client.get(address).context["seal"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_pages_open_in_both_languages(client, kind, language):
    client.force_login(staff_member(language=language))

    pages = [client.get(reverse("desk:sheets")), client.get(reverse("desk:sheet", args=[kind]))]

    assert [page.status_code for page in pages] == [200, 200]


def test_they_are_the_staffs_alone(client, city):
    addresses = [
        reverse("desk:sheets"),
        reverse("desk:sheet", args=["requests"]),
        reverse("desk:sheet_export", args=["requests", "xlsx"]),
    ]
    client.force_login(coordinator_of(city))

    assert [client.get(address).status_code for address in addresses] == [302, 302, 302]


def test_a_correction_is_shown_then_taken_in_once(client, staff, city):
    address, seal = preview_of(client)
    shown = client.get(address)
    city.refresh_from_db()
    unchanged = city.romaji

    first = client.post(address, {"seal": seal}, follow=True)
    second = client.post(address, {"seal": seal})

    city.refresh_from_db()
    assert (unchanged, city.romaji) == ("Saijo-shi", "Saijo-city")
    assert shown.context["changed"][0]["values"] == [
        {"key": "romaji", "heading": "ローマ字", "before": "Saijo-shi", "after": "Saijo-city"}
    ]
    assert [str(each) for each in first.context["messages"]] == [
        "Taken in: 0 new, 1 changed, 0 unchanged."
    ]
    assert second.status_code == 404
    assert Upload.objects.count() == 0


def test_faults_are_shown_and_nothing_is_kept(client, staff, city):
    file = file_of(["code", "romaji"], ["382061", "西条"], ["382060", "ok"])

    page = upload(client, file)

    assert page.status_code == 422
    assert [fault.cell for fault in page.context["faults"]] == ["A2", "B2"]
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04xx", b"a,b\r\n1,2"])
def test_what_is_no_spreadsheet_of_this_kind_is_refused(client, staff, content):
    page = upload(client, SimpleUploadedFile("x.xlsx", content))

    assert page.status_code == 422
    assert Upload.objects.count() == 0


def test_nothing_but_a_file_is_a_fault_of_the_form(client, staff):
    address = reverse("desk:sheet", args=["local_governments"])

    assert client.post(address, {"file": "text"}).status_code == 422
    assert client.post(address).status_code == 422
    assert client.get(reverse("desk:sheet", args=["nothing"])).status_code == 404


def test_an_upload_is_nobody_elses(client, staff, city):
    address, seal = preview_of(client)
    for role in (Role.STAFF, Role.ADMINISTRATOR):
        client.force_login(staff_member(role))
        answers = [client.get(address), client.post(address, {"seal": seal})]
        assert [answer.status_code for answer in answers] == [404, 404]

    assert Upload.objects.count() == 1


def test_found_by_its_id_alone_it_would_be_anybodys_control(client, staff, city, monkeypatch):
    address, _seal = preview_of(client)
    monkeypatch.setattr("desk.models.UploadQuerySet.of", lambda rows, user: rows)
    client.force_login(staff_member())

    with pytest.raises(AssertionError):
        assert client.get(address).status_code == 404


def check_not_taken_in(client, address: str, seal: str, status: int = 409) -> None:
    assert client.post(address, {"seal": seal}).status_code == status
    assert not LocalGovernment.objects.filter(romaji="Swapped").exists()


def test_a_swapped_file_is_not_taken_in(client, staff, city):
    address, seal = preview_of(client)
    Upload.objects.update(content=correction("Swapped").read())

    check_not_taken_in(client, address, seal)
    assert Upload.objects.count() == 1


def test_without_the_seal_a_swapped_file_goes_in_control(client, staff, city, monkeypatch):
    address, seal = preview_of(client)
    Upload.objects.update(content=correction("Swapped").read())
    monkeypatch.setattr("desk.imports._is_seal", lambda *args: True)

    with pytest.raises(AssertionError):
        check_not_taken_in(client, address, seal)


@pytest.mark.parametrize("seal", ["", "x", "x:y:z"])
def test_a_forged_seal_is_refused(client, staff, city, seal):
    address, _seal = preview_of(client)

    check_not_taken_in(client, address, seal)


def test_the_seal_of_another_upload_is_refused(client, staff, city):
    _address, seal = preview_of(client, correction("Other-shi"))
    address, _own = preview_of(client)

    check_not_taken_in(client, address, seal)


def test_data_that_changed_since_the_preview_is_shown_anew(client, staff, city):
    address, seal = preview_of(client)
    LocalGovernment.objects.filter(pk=city.pk).update(romaji="Meanwhile")

    page = client.post(address, {"seal": seal})

    assert page.status_code == 409
    assert page.context["changed"][0]["values"][0]["before"] == "Meanwhile"
    assert client.post(address, {"seal": page.context["seal"]}).status_code == 302


def test_a_newer_upload_replaces_the_older(client, staff, city):
    first, _seal = preview_of(client)
    second, _seal = preview_of(client)

    assert [client.get(first).status_code, client.get(second).status_code] == [404, 200]
    assert Upload.objects.count() == 1


def test_a_forgotten_file_is_gone(client, staff, city):
    address, seal = preview_of(client)

    assert client.post(address, {"discard": "1"}).status_code == 302
    assert client.post(address, {"seal": seal}).status_code == 404
    assert Upload.objects.count() == 0


def check_gone_after_an_hour(address: str, seal: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        client = Client()  # the session of the upload is over as well
        client.force_login(Upload.objects.get().user)
        assert client.get(address).status_code == 404
        assert client.post(address, {"seal": seal}).status_code == 404
        assert sweep_uploads() == 1
        assert sweep_uploads() == 0
    assert Upload.objects.count() == 0


def test_after_an_hour_the_upload_is_gone(client, staff, city):
    address, seal = preview_of(client)

    assert forget_old_uploads() == 0
    check_gone_after_an_hour(address, seal)


def test_with_a_longer_life_it_would_stay_control(client, staff, city, monkeypatch):
    address, seal = preview_of(client)
    monkeypatch.setattr("desk.models.UPLOAD_LIFE", timedelta(hours=2))

    with pytest.raises(AssertionError):
        check_gone_after_an_hour(address, seal)


# exports ----------------------------------------------------------------------------------------


@pytest.fixture
def hostile_rows(db) -> None:
    """Every payload in every text that a spreadsheet of the portal carries."""
    for payload in PAYLOADS:
        government = LocalGovernmentFactory(name=f"{payload}"[:50], romaji=payload, kana=payload)
        request = HostRequestFactory(
            answer__government=government,
            length_reason=payload,
            conditions_ja=payload,
            conditions_en=payload,
        )
        programme = request.training_programme
        programme.theme_ja = programme.theme_en = programme.aim_ja = programme.aim_en = payload
        programme.save()
        ApplicationFactory(
            trainee__passport_name=payload,
            employer_department=payload,
            employer_position=payload,
            other_languages=payload,
            statement=payload,
            future_use=payload,
            previous_stays=payload,
            sending_government__organisation__name_en=payload,
        )
    opening = recruiting.ground().opening
    for payload in PAYLOADS:
        NominationFactory(opening=opening, nominator=payload[:200], comment=payload)


ADMINS = ["hosts_localgovernment", "hosts_hostrequest", "trainees_application"]
ENCODINGS = {"csv": "utf-8-sig", "csv-cp932-geta": "cp932"}


@pytest.mark.parametrize("form", ["xlsx", *ENCODINGS])
def test_no_export_of_the_desk_has_a_live_cell(client, staff, hostile_rows, form):
    answers = [client.get(reverse("desk:sheet_export", args=[kind, form])) for kind in KINDS]
    index = str(list(FORMATS).index(form))
    for model in ADMINS:
        address = reverse(f"admin:{model}_export")
        answers.append(client.post(address, {"format": index, "resource": ""}))

    assert [answer.status_code for answer in answers] == [200] * 7
    for answer in answers:
        if form == "xlsx":
            check_xlsx_is_dead(answer.content)
        else:
            check_csv_is_dead(answer.content, ENCODINGS[form])
        assert len(read_table(answer.content).rows) >= len(PAYLOADS)


def test_exports_of_a_plain_writer_are_live_control(client, staff, hostile_rows, monkeypatch):
    monkeypatch.setattr("files.sheets.writing.dead", lambda text: text)

    answer = client.get(reverse("desk:sheet_export", args=["requests", "csv"]))

    with pytest.raises(AssertionError):
        check_csv_is_dead(answer.content)


def exported(client, model: str, query: str = "") -> list[list]:
    address = reverse(f"admin:{model}_export") + query
    answer = client.post(address, {"format": "0", "resource": ""})
    return [row.cells for row in read_table(answer.content).rows]


def test_an_export_keeps_the_filters_and_the_search_of_its_list(client, staff, city):
    LocalGovernmentFactory(prefecture=city.prefecture)

    everything = exported(client, "hosts_localgovernment")
    filtered = exported(client, "hosts_localgovernment", "?kind=prefecture")
    searched = exported(client, "hosts_localgovernment", "?q=saijo")

    assert [len(rows) - 2 for rows in (everything, filtered, searched)] == [3, 1, 1]
    assert searched[2][0] == "382060"


def test_the_headings_are_keys_then_japanese(client, staff, city):
    rows = exported(client, "hosts_localgovernment")

    assert rows[0][:3] == ["code", "kind", "prefecture_name"]
    assert rows[1][:3] == ["団体コード", "種別", "都道府県"]


def test_the_name_of_the_file_is_japanese_by_rfc_6266(client, staff, city):
    name = f"filename*=utf-8''{quote(f'地方公共団体_{timezone.localdate()}.xlsx')}"
    one = client.get(reverse("desk:sheet_export", args=["local_governments", "xlsx"]))
    two = client.post(
        reverse("admin:hosts_localgovernment_export"), {"format": "0", "resource": ""}
    )

    assert [each.headers["Content-Disposition"] for each in (one, two)] == [
        f"attachment; {name}"
    ] * 2


def test_what_shift_jis_lacks_is_said_and_no_file_comes(client, staff, city):
    LocalGovernment.objects.filter(pk=city.pk).update(name="𠮷野町")

    page = client.get(reverse("desk:sheet_export", args=["local_governments", "csv-cp932"]))
    index = str(list(FORMATS).index("csv-cp932"))
    admin_page = client.post(
        reverse("admin:hosts_localgovernment_export"), {"format": index, "resource": ""}
    )

    assert page.status_code == 302
    assert "Content-Disposition" not in admin_page.headers
    assert "𠮷" in admin_page.content.decode()
    assert client.get(reverse("desk:sheet_export", args=["hosts", "x"])).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_the_queries_of_an_export_do_not_grow_with_its_rows(client, staff, kind):
    client.get(reverse("desk:sheets"))  # the first page of a session asks more
    counts = []
    for _round in range(2):
        HostRequestFactory.create_batch(2)
        ApplicationFactory.create_batch(2)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("desk:sheet_export", args=[kind, "xlsx"]))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_audit_trail_says_who_took_out_and_who_took_in(client, staff, city):
    client.get(reverse("desk:sheet_export", args=["applications", "xlsx"]))
    exported(client, "hosts_localgovernment")
    address, seal = preview_of(client)
    client.post(address, {"seal": seal})

    acts = AuditRecord.objects.filter(act__in=["export", "import"]).order_by("pk")
    changed = AuditRecord.objects.filter(model="hosts.LocalGovernment", act="update").get()

    assert [(each.act, each.fields, each.actor_id) for each in acts] == [
        ("export", ["applications"], staff.pk),
        ("export", ["local_governments"], staff.pk),
        ("import", ["local_governments"], staff.pk),
    ]
    assert (changed.fields, changed.actor_id, changed.object_id) == (
        ["romaji"],
        staff.pk,
        str(city.pk),
    )
    seal_all()
    assert list(faults()) == []

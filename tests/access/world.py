"""The world that the access tests walk through: two prefectures, three years, every role.

Everything exists three times: what is one's own, what is the neighbour's (another municipality of
the same prefecture, another trainee of the same cycle and country) and what is foreign (another
prefecture, another country).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.access import AccessEvent
from accounts.models import (
    PERSONAL_ROLES,
    FormDraft,
    Membership,
    Organisation,
    PersonalLink,
    Role,
    User,
)
from accounts.succession import TakeOver
from desk.imports import keep_upload
from desk.models import Upload
from files.sheets.kinds import find_kind
from hosts.models import (
    LocalGovernment,
    SurveyAnswer,
    SurveyQuestion,
    WorkbookUpload,
)
from hosts.states import AnswerState, RequestState
from hosts.workbooks.book import SurveyBook
from hosts.workbooks.portal import Scope
from hosts.workbooks.waiting import keep_workbook
from notices.mails import queue_mail
from schedule.models import Cycle
from tests.access.abroad import abroad, hold_links
from tests.access.dossiers import abroad_before_the_marks, dossiers
from tests.access.marks import NOBODY, UNKNOWN, Owners, fresh, mark_all
from tests.access.offices import documents, offices, questions
from tests.access.recruiting import recruiting
from tests.access.rounds import (
    letter_files,
    parts_and_events,
    rounds_and_letters,
    versions,
    what_relays_keep,
)
from tests.access.selection import calendar_feeds, decisions, long_work, selection
from tests.factories import (
    ContributionFactory,
    CycleFactory,
    DemandSurveyFactory,
    HostRequestFactory,
    InvitationFactory,
    LocalGovernmentFactory,
    OrganisationFactory,
    OverseasOfficeFactory,
    PrefectureFactory,
    SurveyAnswerFactory,
    TieFactory,
    UserFactory,
    coordinator_of,
    member_of,
    relay_officer_of,
    staff_member,
    trainee_person,
)
from trainees.models import SendingGovernment

Kind = Organisation.Kind


@dataclass
class World:
    """Who is there, what there is, and under which name the table speaks of it."""

    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    objects: dict[str, dict[str, object]] = field(default_factory=dict)
    owners: Owners = field(default_factory=Owners)
    cycles: dict[str, Cycle] = field(default_factory=dict)
    governments: dict[str, LocalGovernment] = field(default_factory=dict)
    senders: dict[str, SendingGovernment] = field(default_factory=dict)
    links: list[PersonalLink] = field(default_factory=list)  # of the visitor without an account
    built_at: datetime = field(default_factory=timezone.now)


@contextmanager
def one_world() -> Iterator[World]:
    """The world in one transaction that is rolled back."""
    with translation.override("en"), transaction.atomic():
        cache.clear()
        yield build()
        transaction.set_rollback(True)
    cache.clear()


def build() -> World:
    world = World()
    _governments(world)
    _people(world)
    _survey(world)
    offices(world)
    questions(world)
    selection(world)
    dossiers(world)
    abroad_before_the_marks(world)
    world.objects["upload"] = {"known": _upload(world).public_id, "unknown": UNKNOWN}
    _workbooks(world)
    AccessEvent.objects.create(user=world.people["coordinator"], kind=AccessEvent.Kind.CODE_USED)
    SurveyAnswer.objects.update(first_opened_at=timezone.now())  # each has been looked at before
    parts_and_events(world)
    rounds_and_letters(world)
    mark_all(world.owners)
    what_relays_keep(world)
    letter_files()
    versions()
    documents(world)
    _secrets(world)
    decisions(world)
    long_work(world)
    calendar_feeds(world)
    abroad(world)
    recruiting(world)
    _sign_in(world)
    world.built_at = timezone.now()
    return world


def _governments(world: World) -> None:
    ours, others = PrefectureFactory(), PrefectureFactory()
    city = LocalGovernment.Kind.DESIGNATED_CITY
    found = {
        "own": LocalGovernmentFactory(prefecture=ours),
        "neighbour": LocalGovernmentFactory(prefecture=ours),
        "designated": LocalGovernmentFactory(prefecture=ours, kind=city),
        "foreign": LocalGovernmentFactory(prefecture=others),
        "prefecture": ours,
        "prefecturefar": others,
    }
    world.governments = found
    for name, government in found.items():
        world.owners.own(name, government, government.organisation)


def _people(world: World) -> None:
    places = world.governments
    institute = OrganisationFactory(kind=Kind.TRAINING_INSTITUTE)
    ministry = OrganisationFactory(kind=Kind.MINISTRY)
    office = OverseasOfficeFactory(countries=["ID"])
    officefar = OverseasOfficeFactory(countries=["BR"])
    prefecture = places["prefecture"].organisation
    people = {
        "coordinator": coordinator_of(places["own"]),
        "relay": relay_officer_of(places["prefecture"]),
        "tax": member_of(prefecture, Role.TAX_OFFICER),
        "office": member_of(office.organisation, Role.OVERSEAS_OFFICE),
        "institute": member_of(institute, Role.TRAINING_INSTITUTE),
        "mic": member_of(ministry, Role.MIC),
        "reviewer": member_of(ministry, Role.REVIEWER),
        "staff": staff_member(),
        "administrator": staff_member(Role.ADMINISTRATOR),
        "trainee": trainee_person(),
        "alumnus": _with_role(UserFactory(), Role.ALUMNUS),
        "nofactor": _with_role(UserFactory(), Role.COORDINATOR, places["own"].organisation),
        "inactive": coordinator_of(places["own"]),
        "former": coordinator_of(places["own"]),
        # They own rows and are not walked.
        "neighbourperson": coordinator_of(places["neighbour"]),
        "foreignperson": coordinator_of(places["foreign"]),
        "designatedperson": coordinator_of(places["designated"]),
        "relayfar": relay_officer_of(places["prefecturefar"]),
        "officefarperson": member_of(officefar.organisation, Role.OVERSEAS_OFFICE),
        "traineenear": trainee_person(),
        "traineefar": trainee_person(),
        "traineelate": trainee_person(),
    }
    world.people = people
    for name, person in people.items():
        world.owners.own(name, person)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    for name, body in [("institutebody", institute), ("ministrybody", ministry)]:
        world.owners.own(name, body)
    world.owners.own("officebody", office, office.organisation)
    world.owners.own("officefarbody", officefar, officefar.organisation)
    yesterday = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=people["former"]).update(ends_on=yesterday)
    User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
    keys = {
        name: Authenticator.objects.create(
            user=people[name],
            type=Authenticator.Type.WEBAUTHN,
            data={"name": name, "credential": webauthn_key()},
        )
        for name in ("coordinator", "neighbourperson")
    }
    world.objects["key"] = {
        "own": keys["coordinator"].pk,
        "neighbour": keys["neighbourperson"].pk,
        "unknown": 987654321,
    }


def _with_role(user: User, role: str, organisation: Organisation | None = None) -> User:
    Membership.objects.create(user=user, role=role, organisation=organisation)
    return user


def _survey(world: World) -> None:
    """The survey of the coming year: one's own and the foreign answer are drafts, the neighbour's
    was submitted.
    """
    cycle = world.cycles["next"] = CycleFactory(fiscal_year=2028)
    survey = DemandSurveyFactory(cycle=cycle)
    question = SurveyQuestion.objects.create(
        survey=survey, position=1, label_ja="宿舎", label_en="Lodging"
    )
    answers, requests, units, given = {}, {}, {}, {}
    for name in ("own", "neighbour", "foreign", "designated"):
        sent = name == "neighbour"
        answer = SurveyAnswerFactory(
            survey=survey,
            government=world.governments[name],
            state=AnswerState.SUBMITTED if sent else AnswerState.DRAFT,
            has_demand=True if sent else None,
            submitted_at=timezone.now() if sent else None,
        )
        answer.moves.create(from_state="not_opened", to_state="draft", reason="begun")
        request = HostRequestFactory(
            answer=answer,
            state=RequestState.SUBMITTED if sent else RequestState.DRAFT,
            countries=["ID"],
        )
        request.moves.create(from_state="draft", to_state="submitted", reason="sent")
        answer.replies.create(question=question, value="reply")
        answers[name], requests[name] = answer, request
        units[name] = request.training_programme.units.get()
        given[name] = ContributionFactory(training_programme=request.training_programme)
    ties = {name: TieFactory(government=world.governments[name]) for name in answers}
    for name, found in [
        ("answer", answers),
        ("request", requests),
        ("unit", units),
        ("contribution", given),
        ("tie", ties),
    ]:
        ids = {owner: row.public_id for owner, row in found.items()}
        world.objects[name] = {**ids, "unknown": UNKNOWN}


def _secrets(world: World) -> None:
    """Hashes, codes and tokens that no page may ever show to anybody."""
    world.owners.own(NOBODY)
    secret = world.owners.canaries[NOBODY]
    for person in User.objects.all():
        mark = "!" if person.roles <= PERSONAL_ROLES else ""  # trainees have no password
        User.objects.filter(pk=person.pk).update(password=f"{mark}{secret}")
    for key in Authenticator.objects.all():
        key.data = {**key.data, "secret": secret}
        key.save()
    InvitationFactory(email="somebody@example.org", token_hash=secret)
    TakeOver.objects.update(withdrawal_hash=secret)
    queue_mail(
        key="account:login_code:1",
        purpose="login_code",
        to=fresh(world.people["administrator"]).email,
        to_name="",
        language="ja",
        subject="確認コード",
        body=f"{secret}\n",
        related="accounts.adapter",
        forget_body=True,
    )
    for name in ("coordinator", "neighbourperson", "foreignperson"):
        request = world.objects["request"]["own"]
        FormDraft.objects.create(
            user=world.people[name],
            form=f"hosts.request:{request}:period",
            values={"length_reason": [world.owners.canaries[name]]},
        )


def _upload(world: World) -> Upload:
    """A spreadsheet that a member of staff has uploaded and not confirmed."""
    government = world.governments["own"]
    sheet = f"code,romaji\n{government.code},Saijo-city\n".encode()
    kind = find_kind("local_governments")
    return keep_upload(kind, sheet, "sheet.csv", by=fresh(world.people["staff"]))


def _workbooks(world: World) -> None:
    """A workbook of the survey that a coordinator has uploaded, and one of the staff."""
    answer = SurveyAnswer.objects.get(public_id=world.objects["answer"]["own"])
    for name, role, part, known in (
        ("workbook", "coordinator", WorkbookUpload.Part.OWN, "own"),
        ("deskworkbook", "staff", WorkbookUpload.Part.ALL, "known"),
    ):
        user = fresh(world.people[role])
        own = answer if part == WorkbookUpload.Part.OWN else None
        scope = Scope(answer.survey, user, part, own)
        upload = keep_workbook(scope, SurveyBook(scope).take_out(), "book.xlsx", by=user)
        world.objects[name] = {known: upload.public_id, "unknown": UNKNOWN}


def _sign_in(world: World) -> None:
    """A session for each person who can sign in, a moment after the sign-in."""
    for name, person in world.people.items():
        world.people[name] = person = fresh(person)
        client = Client()
        client.force_login(person)
        session = client.session
        asked = SimpleNamespace(session=session, path="")
        record_authentication(asked, person, "password", reauthenticated=True)
        session["roles"] = sorted(
            f"{m.role}:{m.organisation_id}" for m in person.active_memberships
        )
        session["began_at"] = time.time()
        session["seen_at"] = time.time() + 3600  # the walk is long; its sessions are not renewed
        session.save()
        world.sessions[name] = session.session_key
    link = Client()
    link.get(reverse("accounts:invitation", args=[world.objects["token"]["own"]]))
    link.post(reverse("accounts:accept"))
    hold_links(world, link)
    world.sessions["link"] = link.session.session_key


def webauthn_key() -> dict[str, object]:
    """What a browser sends when a passkey is registered; nobody signs in with this one."""
    public_key = ES256.from_cryptography_key(
        ec.derive_private_key(12345, ec.SECP256R1()).public_key()
    )
    credential = AttestedCredentialData.create(bytes(16), b"a passkey", public_key)
    data = AuthenticatorData.create(bytes(32), AuthenticatorData.FLAG.AT, 1, credential)
    id = websafe_encode(b"a passkey")
    response = {
        "clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"","origin":""}'),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    return {"id": id, "rawId": id, "type": "public-key", "response": response}

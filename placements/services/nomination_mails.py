"""Whom a nomination is told of, and in which words. Mails carry the name and the case, no more."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import PersonalLink, Role, User
from hosts.models import HostRequest
from hosts.services import people_of
from notices.mails import queue_or_refuse
from trainees.models import OverseasOffice

from ..models import Nomination
from ..nominating import Proposal
from .ground import PlacementError


class Change(models.TextChoices):
    """What has happened to a nomination, as those who nominated read it."""

    MADE = "made", gettext_lazy("was nominated")
    CONFIRMED = "confirmed", gettext_lazy("has confirmed the nomination")
    REFUSED = "refused", gettext_lazy("has declined the nomination")
    WITHDRAWN = "withdrawn", gettext_lazy("is no longer nominated")
    STATEMENT = "statement", gettext_lazy("has the statement of the employer")


@dataclass(frozen=True)
class Reader:
    """Somebody to be told."""

    email: str
    name: str
    language: str
    key: str


def readers_of(nomination: Nomination) -> Iterator[Reader]:
    """Who looks after a nomination: the holder of the link, the officers, the coordinators of a
    host that selected its own candidate.
    """
    link = nomination.link
    if link is not None and link.is_usable():
        yield Reader(link.email, link.name, link.language, f"l{link.pk}")
    yield from _officials(nomination.office, nomination.host_request)


def _officials(office: OverseasOffice | None, host_request: HostRequest | None) -> Iterator[Reader]:
    """The officers of an office, and the coordinators of a host, each once."""
    users: list[User] = []
    if office:
        users += people_of(office.organisation_id, Role.OVERSEAS_OFFICE)
    if host_request:
        government = host_request.answer.government
        users += people_of(government.organisation_id, Role.COORDINATOR)
    for user in {user.pk: user for user in users}.values():
        yield Reader(user.email, user.name, user.language, f"u{user.pk}")


def tell_nominators(
    nomination: Nomination, change: str, *, but: User | PersonalLink | None = None
) -> None:
    """Tell everybody who looks after a nomination what has happened, but whoever has done it."""
    nomination = Nomination.objects.with_people().get(pk=nomination.pk)
    for reader in readers_of(nomination):
        if but is None or reader.email != but.email:
            _queue(
                nomination,
                reader,
                "nomination_change",
                f"nomination-{change}:{nomination.public_id}:{_turn(nomination)}:{reader.key}",
                change=Change(change).label,
            )


def tell_of_elsewhere(other: Nomination, nomination: Nomination) -> None:
    """Both sides learn that a person is nominated in two ways, and nothing of each other's case."""
    nomination = Nomination.objects.with_people().get(pk=nomination.pk)
    for told, beside in ((other, nomination), (nomination, other)):
        for reader in readers_of(told):
            key = f"elsewhere:{told.public_id}:{beside.public_id}:{reader.key}"
            _queue(told, reader, "nominated_elsewhere", key)


def tell_of_refusal(others: list[Nomination], proposal: Proposal, name: str) -> None:
    """Both sides learn that a person who is nominated was to be nominated once more, and that it
    was refused. Neither learns who the other is; who tried reads the name that they typed and no
    case number. Where it is the same office, its page has said so.
    """
    office, host_request = proposal.office, proposal.host_request
    if office is None and host_request is None:
        return
    elsewhere = [
        other
        for other in others
        if (other.office_id, other.host_request_id)
        != (office.pk if office else None, host_request.pk if host_request else None)
    ]
    tried = f"o{office.pk}" if office else f"r{host_request.pk if host_request else ''}"
    for other in elsewhere:
        for reader in readers_of(other):
            key = f"elsewhere-refused:{other.public_id}:{tried}:{reader.key}"
            _queue(other, reader, "nominated_elsewhere_refused", key, stands="yes")
    for reader in _officials(office, host_request) if elsewhere else ():
        key = f"elsewhere-refused:{elsewhere[0].public_id}:{tried}:{reader.key}:tried"
        opening = proposal.opening
        request = opening.host_request if opening else host_request
        _queue(
            elsewhere[0],
            reader,
            "nominated_elsewhere_refused",
            key,
            stands="",
            nominee=name,
            case_number="",
            proposer="",
            request=request_words(request, reader.language),
        )


def tell_nominee(nomination: Nomination) -> None:
    """The nominee learns that the nomination was taken back, and whom to ask."""
    person = nomination.application.trainee
    invitation = nomination.invitation
    language = person.user.language if person.user else invitation.language
    to = person.user.email if person.user else person.email
    reader = Reader(to, person.called, language, "nominee")
    key = f"nomination-withdrawn:{nomination.public_id}:nominee"
    _queue(nomination, reader, "nomination_withdrawn", key)


def request_words(request: HostRequest | None, language: str) -> str:
    """A request as those outside know it: the host and the field; empty where there is none."""
    if request is None:
        return ""
    with translation.override(language):
        host = request.answer.government.full_name_in(language)
        return _("{host}: {field}").format(host=host, field=request.field_name)


def _turn(nomination: Nomination) -> int:
    return nomination.moves.count()


def _queue(nomination: Nomination, reader: Reader, template: str, key: str, **more: object) -> None:
    cycle = nomination.application.cycle
    with translation.override(reader.language):
        context = {
            "nominee": nomination.application.trainee.passport_name,
            "case_number": nomination.application.case_number,
            "request": request_words(nomination.named_request, reader.language),
            "programme": cycle.programme.name,
            "fiscal_year": cycle.year_label,
            "proposer": nomination.proposer_in(reader.language),
            "contact": cycle.programme.contact_email,
            "home": settings.SITE_URL + reverse("accounts:home"),
            **{name: str(value) for name, value in more.items()},
        }
    queue_or_refuse(
        refuse=PlacementError,
        key=key,
        to=reader.email,
        to_name=reader.name,
        language=reader.language,
        template=template,
        context=context,
        related=f"placements.Nomination:{nomination.pk}",
    )

"""All dossiers of a request's nominees in one archive: long work of the staff."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from files.long_work import Kind, end_all, long_work
from hosts.models import HostRequest
from trainees.consents import on_withdrawal
from trainees.models import Application

from .dossiers import dossier_name, dossier_pdf
from .models import Nomination, Placement
from .queries import nominees_of

FULL, EXCERPT = "full", "excerpt"
EXTENTS = (FULL, EXCERPT)


def subject_of_request(request: HostRequest, extent: str) -> str:
    """What the work is about, as its row keeps it: the request, and which version."""
    return f"{request.public_id}:{extent}"


@long_work("dossiers")
class Dossiers(Kind):
    """The dossiers of all nominees of one request, each a PDF of its own."""

    def may(self, user: Any, subject: str) -> bool:
        """Staff alone: passport and health stand in the full version."""
        return bool(user.is_active and user.is_staff)

    def pieces(self, subject: str) -> Sequence[str]:
        request, _extent = self._request(subject)
        return [str(application.public_id) for application in nominees_of(request)]

    def make(self, subject: str, piece: str, language: str) -> tuple[str, bytes]:
        _request, extent = self._request(subject)
        application = Application.objects.with_names().get(public_id=uuid.UUID(piece))
        is_full = extent == FULL
        content = dossier_pdf(application, is_full=is_full, language=language)
        return dossier_name(application, is_full=is_full), content

    def file_name(self, subject: str) -> str:
        request, extent = self._request(subject)
        year = request.answer.survey.cycle.fiscal_year
        name = request.government.short_name_in("en")
        what = "" if extent == FULL else " excerpts"
        return f"{year} {name} {str(request.public_id)[:8]} dossiers{what}.zip"

    def title(self, subject: str) -> str:
        request, extent = self._request(subject)
        words = (
            _("Full dossiers of the nominees for {request}")
            if extent == FULL
            else _("Dossiers without passport and health of the nominees for {request}")
        )
        return words.format(request=request)

    def _request(self, subject: str) -> tuple[HostRequest, str]:
        public_id, _colon, extent = subject.partition(":")
        found = HostRequest.objects.with_names().get(public_id=uuid.UUID(public_id))
        return found, extent


@on_withdrawal
def destroy_archives(application: Application, kind: str) -> None:
    """A consent that is taken back destroys the archives in which its answers may stand: those of
    the full dossiers of every request for which the person is or was nominated or placed.
    """
    nominated = Nomination.objects.filter(application=application)
    placed = Placement.objects.filter(application=application)
    requests = HostRequest.objects.filter(
        Q(pk__in=nominated.values("host_request"))
        | Q(pk__in=nominated.values("opening__host_request"))
        | Q(pk__in=placed.values("host_request"))
    )
    end_all("dossiers", [subject_of_request(request, FULL) for request in requests])

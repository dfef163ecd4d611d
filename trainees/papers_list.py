"""All that was sent to a person and all that they have sent, in one list, the newest first."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Application
from .reading import papers_that_count


@dataclass(frozen=True)
class Letter:
    """One line of the list: what it is, of which day, and where it is read."""

    title: str
    on: date
    url: str
    detail: str = ""
    check_url: str = ""
    check_code: str = ""
    state: str = ""
    mark: str = ""


def letters_of(application: Application, others: list[Letter]) -> list[Letter]:
    """Receipt, documents, and what the apps above know of (`others`)."""
    found = list(others)
    if application.submitted_at:
        found.append(
            Letter(
                title=_("Receipt of your application"),
                on=timezone.localtime(application.submitted_at).date(),
                url=reverse("trainees:receipt", args=[application.public_id]),
                detail="PDF",
            )
        )
    papers = papers_that_count(application)
    for document in sorted(papers, key=lambda paper: (paper.kind.order, paper.pk)):
        found.append(
            Letter(
                title=document.kind.name,
                on=timezone.localtime(document.handed_in_at).date(),
                url=reverse("trainees:document", args=[document.public_id]),
                detail=pgettext("document", "sent by you"),
                state=str(document.get_state_display()),
                mark=document.state_mark,
            )
        )
    return sorted(found, key=lambda each: each.on, reverse=True)

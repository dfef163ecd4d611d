"""What is missing of a nominee's dossier, in words, for the office that is to forward it."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from trainees.answers import progress_of
from trainees.models import Application
from trainees.states import ApplicationState

from .models import Nomination
from .states import NominationState

HANDED_IN = [ApplicationState.SUBMITTED, ApplicationState.COMPLETE, ApplicationState.FROZEN]


def gaps_of(nomination: Nomination) -> list[str]:
    """What speaks against forwarding this nomination as complete; nothing where it is."""
    application = nomination.application
    gaps = []
    if nomination.state == NominationState.PROPOSED:
        gaps.append(_("The nominee has not confirmed the nomination yet."))
    if application.state == ApplicationState.RETURNED:
        gaps.append(_("The application was returned to the nominee to be corrected."))
    elif application.state not in HANDED_IN:
        gaps.append(_("The application was not submitted yet."))
    if application.state not in HANDED_IN:
        gaps += missing_in(application)
    return gaps


def missing_in(application: Application) -> list[str]:
    """The sections of the dossier in which something is missing, each with what it is: few queries,
    however much is missing, and nothing of what the nominee has typed.
    """
    found = Application.objects.for_dossier().get(pk=application.pk)
    progress = progress_of(found, whole=False)
    return [
        _in_one_line(str(section.step.title), progress.named(section))
        for section in progress.sections
        if not section.is_done
    ]


def _in_one_line(section: str, names: list[str]) -> str:
    words = _("Not complete yet: {section}").format(section=section)
    if not names:
        return words
    return _("{section} ({fields})").format(
        section=words, fields=pgettext("between names", ", ").join(names)
    )

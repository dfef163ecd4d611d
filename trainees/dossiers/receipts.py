"""The receipt of a submission: what came in, when, and by which number one sees that nothing was
changed since. The passport is masked in it, and of health it says only that it was declared.
"""

from datetime import UTC
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.templatetags.portal import full_day

from ..models import Application
from ..services import open_until
from ..states import ApplicationState
from ..versions import judged
from .contents import check_number, parts_of


def receipt_context(application: Application) -> dict[str, Any]:
    """All that the receipt says, in the language in force: of the version that counts."""
    kept = judged(application)
    version = kept.version
    programme = application.cycle.programme
    language = get_language() or "en"
    submitted = application.submitted_at or timezone.now()  # asked for only once submitted
    return {
        "language": language,
        "application": application,
        "person": kept.person,
        "version": version.number if version else None,
        "programme": programme.name,
        "year": application.cycle.year_label,
        "operator": programme.operator.name,
        "at_japan": _at(timezone.localtime(submitted)),
        "at_utc": _at(submitted.astimezone(UTC)),
        "change": change_words(application),
        "number": check_number(kept),
        "parts": parts_of(kept, is_full=False),
        "contact_unit": (
            programme.contact_unit_ja if language == "ja" else programme.contact_unit_en
        ),
        "contact_email": programme.contact_email,
        "contact_telephone": programme.contact_telephone,
    }


def change_words(application: Application) -> str:
    """Whether and until when the person can still change it."""
    until = open_until(application, timezone.localdate())
    if application.state == ApplicationState.WITHDRAWN:
        return _("No. It has been withdrawn.")
    if application.is_editable and until:
        return _("Yes, until the end of {day} in Japan (15:00 UTC); then submit it again.").format(
            day=full_day(until)
        )
    if application.state == ApplicationState.SUBMITTED and until:
        return _(
            "Not by yourself. If we return it to you, you can change it until the end of {day} in "
            "Japan (15:00 UTC)."
        ).format(day=full_day(until))
    return _("Not by yourself. Write to us if something has changed.")


def _at(moment: Any) -> str:
    return f"{full_day(moment.date())} {moment:%H:%M:%S}"

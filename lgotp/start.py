"""What web, worker and beat do before they begin: in production, nothing unsound starts."""

from django.conf import settings
from django.core.management import call_command


def refuse_what_is_unsound() -> None:
    """Run the system checks with the database; raises SystemCheckError, which names each fault."""
    if settings.PRODUCTION:
        call_command("check", databases=["default"], fail_level="ERROR")

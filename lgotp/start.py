"""What web, worker and beat do before they begin: in production, nothing unsound starts (P31).

`python -m lgotp.start` says the same by itself, one line for each fault; `… web` also asks for
the static files, without which no page can be written.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.exceptions import ImproperlyConfigured

# gunicorn takes this code of a worker for "do not try again".
UNSOUND = 3


def faults(*, web: bool = False) -> list[str]:
    """Each fault of this installation in one line; none where it may start."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        return [str(error)]
    if not settings.PRODUCTION:
        return []
    serious = [fault for fault in run_checks(databases=["default"]) if fault.is_serious(ERROR)]
    found = [fault.msg for fault in serious if not fault.is_silenced()]
    if web and not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        found.append("STATIC_ROOT: holds no static files; run manage.py collectstatic first.")
    return found


def refuse_what_is_unsound(*, web: bool = False) -> None:
    """Print what is wrong and end the process, before it does anything else."""
    if found := faults(web=web):
        for fault in found:
            print(f"The portal does not start. {fault}", file=sys.stderr, flush=True)
        sys.exit(UNSOUND)


if __name__ == "__main__":
    refuse_what_is_unsound(web="web" in sys.argv)

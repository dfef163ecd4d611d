"""The process of a rehearsal: `python -m desk.rehearsal.child`, started by `run`, by nobody else.

It reads what to play from standard input and writes the folder that is to be looked at. It exits
with 1 and one line on standard error where a rule was broken.
"""

import json
import os
import random
import sys
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from . import sources


def main() -> int:
    asked = json.load(sys.stdin)
    first = date.fromisoformat(asked["first_day"])
    moment = datetime(first.year, first.month, first.day, tzinfo=UTC)
    clock = sources.install(asked["seed"], moment - timedelta(hours=9))  # midnight in Japan
    os.environ["DJANGO_SETTINGS_MODULE"] = "lgotp.settings"
    import django

    django.setup()
    _keep_apart(Path(asked["work"]))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)

    from .folder import write_folder
    from .parts import MODULES
    from .year import play

    for module in MODULES:
        import_module(f"desk.rehearsal.parts.{module}")
    for module in asked["modules"]:
        import_module(module)
    played = play(asked, clock, random.Random(asked["seed"]), say=_say)  # noqa: S311
    write_folder(Path(asked["out"]), played, asked["languages"])
    for line in played.summary():
        _say(line)
    for fault in played.faults:
        print(fault, file=sys.stderr)
    return 1 if played.faults else 0


def _keep_apart(work: Path) -> None:
    """Stop at once unless everything that is going to be written lies in the working folder."""
    from django.conf import settings

    stores: dict[str, Any] = settings.STORAGES
    places = [settings.DATABASES["default"]["NAME"], settings.DATA_DIR, settings.EMAIL_FILE_PATH]
    places += [stores[name]["OPTIONS"]["location"] for name in ("default", "letters")]
    outside = [str(each) for each in places if not Path(each).resolve().is_relative_to(work)]
    if outside or settings.REDIS_URL or settings.PRODUCTION:
        sys.exit(f"A rehearsal writes only into its own folder, not into: {', '.join(outside)}")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""The portal's processes with short leases and a quick beat, and with guards that can be taken out.

    celery -A tests.faults.quick_portal worker -B
    gunicorn tests.faults.quick_portal:application
    python -m tests.faults.quick_portal       # hands over once, when it is told so by a line

QUICK_LEASE, QUICK_BEAT are seconds. WITHOUT names the guards that are out, for controls only:
"sweeper", "breaker". Nothing in the product knows of this module.
"""

import os
import sys
from datetime import timedelta

import django
from django.conf import settings

from lgotp.celery import app

settings.STORAGES["staticfiles"]["BACKEND"] = (  # without collectstatic, as in every test
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
django.setup()

from notices import doorbell  # noqa: E402
from notices.mails import deliver_due, delivery, fates  # noqa: E402

LEASE = float(os.environ.get("QUICK_LEASE", "2"))
BEAT = float(os.environ.get("QUICK_BEAT", "0.5"))
WITHOUT = os.environ.get("WITHOUT", "").split(",")

fates.LEASE = timedelta(seconds=LEASE)
delivery.SECONDS = LEASE / 2  # type: ignore[assignment]
app.conf.beat_schedule = {
    name: app.conf.beat_schedule[name] for name in ("deliver-mails", "send-reminders")
}
for entry in app.conf.beat_schedule.values():
    entry["schedule"] = BEAT
    entry["options"] = {**entry["options"], "expires": 5}
app.conf.beat_max_loop_interval = BEAT

if "sweeper" in WITHOUT:
    fates.rescue_lost = lambda: None
if "breaker" in WITHOUT:
    doorbell.ring = doorbell._pull


def __getattr__(name: str):
    if name == "application":
        from django.core.wsgi import get_wsgi_application

        return get_wsgi_application()
    raise AttributeError(name)


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    deliver_due(seconds=LEASE / 2)
    print("delivered", flush=True)

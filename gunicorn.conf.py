"""How gunicorn runs the portal; it reads this file by itself when it is started in this folder."""

import os
import subprocess
import sys

from gunicorn import util

from lgotp.start import UNSOUND
from lgotp.web import write_error

util.write_error = write_error

wsgi_app = "lgotp.wsgi"
worker_class = "gthread"
logger_class = "lgotp.logs.WebLogger"
workers = 2
threads = 4
control_socket_disable = True
# A request in hand is finished when the service stops; compose and systemd wait longer than this.
graceful_timeout = 30
timeout = 60
keepalive = 5
# Longer than any of our addresses, shorter than what would cost us anything.
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
# Addresses carry tokens of personal links and people ask by name: neither belongs in a log.
accesslog = None


def on_starting(server: object) -> None:
    """Ask once, before any worker is started; in a process of its own, so that nothing stays."""
    os.environ["PORTAL_LOOKED_OVER_BY"] = str(os.getpid())
    asked = subprocess.run([sys.executable, "-m", "lgotp.start", "web"], check=False)
    if asked.returncode:
        sys.exit(UNSOUND)

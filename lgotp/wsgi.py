"""The entry point of the web processes."""

import os

from django.core.wsgi import get_wsgi_application

from .start import refuse_what_is_unsound

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")

if os.environ.get("PORTAL_LOOKED_OVER_BY") != str(os.getppid()):  # gunicorn has done it for all
    refuse_what_is_unsound(web=True)
application = get_wsgi_application()

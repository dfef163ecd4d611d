"""The entry point of the web processes."""

import os

from django.core.wsgi import get_wsgi_application

from .start import refuse_what_is_unsound

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lgotp.settings")

application = get_wsgi_application()
refuse_what_is_unsound()

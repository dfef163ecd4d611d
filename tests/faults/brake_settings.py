"""The portal's settings for real web processes of a test, with other counters for its controls."""

import os

from lgotp.settings import *  # noqa: F403
from lgotp.settings import REDIS_URL, STORAGES

STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

match os.environ.get("COUNTERS"):
    case "per process":
        CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    case "redis":
        CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": REDIS_URL,
            }
        }

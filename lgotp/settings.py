"""Every setting of the portal, read from the environment; `docs/settings.md` lists them.

Two ways to run, one code: `embedded` (the default: SQLite, a file queue, mail as files) and
`production`.
"""

import contextlib
import secrets
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from cryptography.fernet import Fernet
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

LGOTP_ENV = env("LGOTP_ENV", default="embedded")
if LGOTP_ENV not in {"embedded", "production"}:
    raise ImproperlyConfigured("LGOTP_ENV: must be 'embedded' or 'production'.")
PRODUCTION = LGOTP_ENV == "production"

DATA_DIR = Path(env("PORTAL_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
PORT = env.int("PORT", default=8000) if env("PORT", default="8000").isdigit() else 0
if not 0 < PORT < 65536:
    raise ImproperlyConfigured("PORT: must be a number from 1 to 65535.")


@contextlib.contextmanager
def _named(name: str, text: str = "cannot be read.") -> Iterator[None]:
    """A value that cannot be used is refused by its name; it is not repeated, it may be secret."""
    try:
        with warnings.catch_warnings(action="error"):  # environ's would print the whole address
            yield
    except (ValueError, KeyError, OSError, UserWarning, ImproperlyConfigured):
        raise ImproperlyConfigured(f"{name}: {text}") from None


def _own_secret(name: str, make: Callable[[], str]) -> str:
    """The embedded mode makes each of its own secrets once and keeps it beside the database."""
    path = DATA_DIR / name
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{name}.{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(make())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)  # the first of two processes wins, both read the same
        fresh.unlink()
    return path.read_text()


DEBUG = False
with _named("PORTAL_DATA_DIR", "names a folder that cannot be written."):
    SECRET_KEY = env("SECRET_KEY", default="") or (
        "" if PRODUCTION else _own_secret("secret_key", get_random_secret_key)
    )
    # Keys of encrypted columns (files.encrypted): the first encrypts, all of them decrypt.
    FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or (
        [] if PRODUCTION else [_own_secret("field_key", lambda: Fernet.generate_key().decode())]
    )
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"]
)
SITE_URL = env("SITE_URL", default="" if PRODUCTION else f"http://127.0.0.1:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

# Apps, from the top of the map to its ground. ------------------------------------------------
INSTALLED_APPS = [
    "desk",
    "outreach",
    "funding",
    "placements",
    "trainees",
    "hosts",
    "schedule",
    "accounts",
    "notices",
    "files",
    "japan",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "auditlog",
    "csp",
    "django_countries",
    "django_htmx",
    "import_export",
]

# What writes headers stands outside all else: redirects, refusals, static files get them as well.
MIDDLEWARE = [
    "desk.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "desk.middleware.AdminPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "desk.middleware.MalformedFormMiddleware",
    "accounts.middleware.MethodsMiddleware",
    "desk.middleware.UnavailableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "desk.middleware.BodyLimitMiddleware",
    "accounts.middleware.PersonLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.SessionAgeMiddleware",
    "accounts.middleware.RoleChangeMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.ChangeLogMiddleware",
    "accounts.middleware.SentOnlyMiddleware",
    "desk.middleware.ReadPagesMiddleware",
    "hosts.middleware.NotAskedMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "lgotp.urls"
WSGI_APPLICATION = "lgotp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.person",
                "schedule.context.contact",
            ],
            "builtins": ["accounts.templatetags.portal"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Where things are kept. -----------------------------------------------------------------------
with _named("DATABASE_URL"):
    DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
    DATABASES["default"]["ATOMIC_REQUESTS"] = False
    _engine = DATABASES["default"]["ENGINE"]
    if _engine not in {"django.db.backends.postgresql", "django.db.backends.sqlite3"}:
        raise ValueError(_engine)
if _engine.endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;"
        ),
    }
    # A file, not memory: threads of a test share it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # Nobody waits long for a database that is away: 2 s for a connection, 10 s for a statement; a
    # line that was cut is noticed by the kernels of both ends, and any other silence by our engine.
    if _engine == "django.db.backends.postgresql":
        DATABASES["default"]["ENGINE"] = "lgotp.database"
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "connect_timeout": 2,
            "tcp_user_timeout": 3000,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "options": (
                "-c statement_timeout=10000 -c tcp_keepalives_idle=10"
                " -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
            ),
        }
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
# The limits on sign-in are counted here, in the database in both modes: docs/decisions/0016.
CACHES = {"default": {"BACKEND": "accounts.counters.CounterCache", "LOCATION": "cache_table"}}

STORAGE_URL = env("STORAGE_URL", default="")
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "uploads"},
    },
    "letters": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "letters"},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
MEDIA_ROOT = DATA_DIR / "uploads"
# The scanner for harmful content (files.received.scanning); production asks for an answer, be it
# "none".
SCANNER = env("SCANNER", default="").strip()
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]

# Tasks. ---------------------------------------------------------------------------------------
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "visibility_timeout": 900,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "max_retries": 0,
        "health_check_interval": 5,  # a worker notices a Redis that fell silent within 11 s, not 51
    }
else:
    _queue = DATA_DIR / "queue"
    with _named("PORTAL_DATA_DIR", "names a folder that cannot be written."):
        for _name in ("messages", "control"):
            (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),  # the same folder on purpose
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.3,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # it comes back some day, and then work goes on
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SYNC_EVERY = 1  # the file then says when beat sent something last: is-ticking
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "deliver-mails": {
        "task": "notices.tasks.deliver_mails",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "render-letters": {
        "task": "notices.tasks.render_letters",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "announce-placements": {
        "task": "placements.tasks.announce_issued",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "close-openings": {
        "task": "placements.tasks.close_openings",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "seal-trail": {
        "task": "accounts.tasks.seal_trail",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "anchor-trail": {
        "task": "accounts.tasks.anchor_trail",
        "schedule": crontab(hour=6, minute=30),
        "options": {"expires": 3600},
    },
    "end-reopenings": {
        "task": "trainees.tasks.end_reopenings",
        "schedule": crontab(hour=0, minute=20),
        "options": {"expires": 3600},
    },
    "expire-take-overs": {
        "task": "hosts.tasks.expire_take_overs",
        "schedule": crontab(hour=3, minute=15),
        "options": {"expires": 3600},
    },
    "sweep-uploads": {
        "task": "desk.tasks.sweep_uploads",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "sweep-received": {
        "task": "files.tasks.sweep_received",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "scan-received": {
        "task": "files.tasks.scan_received",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "run-long-work": {
        "task": "files.tasks.run_long_work",
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "sweep-long-work": {
        "task": "files.tasks.sweep_long_work",
        "schedule": 900.0,
        "options": {"expires": 900},
    },
    "send-reminders": {
        "task": "schedule.tasks.send_reminders",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}

# Mail. ----------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL", default="" if PRODUCTION else "LGOTP <lgotp@example.jp>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if EMAIL_URL := env("EMAIL_URL", default=""):
    with _named("EMAIL_URL"):
        vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "notices.backends.FileBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 20

# People. --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.OpenAccountForm",
    "add_email": "accounts.forms.NewAddressForm",
    "request_login_code": "accounts.forms.RequestCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmCodeForm",
    "reset_password": "accounts.forms.ResetForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # mail across the world takes longer than allauth's 180 s
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # none is sent: the adapter only takes as long
# Two limits on failures: a reset lifts that of the account, nothing lifts that of the address.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key",
    "failed_from_address": "10/5m/ip",
    "request_login_code": "20/m/ip,3/5m/key",
    # A whole prefecture may stand behind one address; the key is the address that is typed.
    "take_over": "30/h/ip,3/h/key",
    # Codes of personal links: the key is the link; wrong ones count for the address they come from.
    "link_code": "60/h/ip,3/5m/key",
    "link_code_wrong": "15/5m/ip",
    "invitation_again": "30/h/ip,3/h/key",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_CHANGE_EMAIL = True  # a new address replaces the old one as soon as it is confirmed
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 3600
with _named("TRUSTED_PROXIES", "must be a number."):
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]  # printed codes are ours: accounts.sheets
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.AppForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "LGOTP"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_IDLE_SECONDS = {"staff": 30 * 60, "other": 2 * 60 * 60}
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Languages, days. -----------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_vendor"]
FORMAT_MODULE_PATH = ["lgotp.formats"]
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]  # import-export reads only this one
TIME_ZONE = "Asia/Tokyo"
CELERY_TIMEZONE = TIME_ZONE
USE_TZ = True
COUNTRIES_FIRST: list[str] = []

# What a browser may do with our pages. --------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "accounts.messages.Storage"
MESSAGE_COOKIE_NAME = "messages"
if PRODUCTION:
    with _named("SECURE_SSL_REDIRECT"):
        SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = (
        ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
    )
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    MESSAGE_COOKIE_NAME = "__Host-messages"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_PERMISSIONS = 0o600

# Spreadsheets, the staff desk, the audit trail. -------------------------------------------------
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = False  # ours is stricter: files.sheets
IMPORT_EXPORT_USE_TRANSACTIONS = True
AUDITLOG_INCLUDE_ALL_MODELS = False
AUDITLOG_DISABLE_REMOTE_ADDR = False
UNFOLD = {
    "SITE_TITLE": _("LGOTP staff desk"),
    "SITE_HEADER": _("LGOTP staff desk"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "diversity_3",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/portal/icon.svg"}],
    "SHOW_HISTORY": True,
    "SHOW_LANGUAGES": True,
    "STYLES": ["desk.base.style_sheet"],
    "SCRIPTS": ["desk.base.script"],
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "desk.menu.navigation",
    },
    "COLORS": {
        "primary": {
            "50": "#e9f7f9",
            "100": "#c8f8ff",
            "200": "#99f2ff",
            "300": "#79e2f2",
            "400": "#2bc8e4",
            "500": "#008da6",
            "600": "#006f83",
            "700": "#006173",
            "800": "#004c59",
            "900": "#003741",
            "950": "#00272e",
        }
    },
}

# Logs: one line of JSON each, ids only, never what somebody typed. -------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "lgotp.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "kombu.connection": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "django.request": {"level": "ERROR"},
    },
}

# Production names each setting it misses and does not start: desk.checks.
with _named("SQLITE_IN_PRODUCTION"):
    SQLITE_IN_PRODUCTION = env.bool("SQLITE_IN_PRODUCTION", default=False)
BACKUP_RECIPIENT = env("BACKUP_RECIPIENT", default="")
SILENCED_SYSTEM_CHECKS: list[str] = []

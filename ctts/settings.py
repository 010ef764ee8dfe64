"""Django settings: one file, typed readers, loud failure.

Three modes, decided here and nowhere else:

* **production**: `DATABASE_URL` is given; every other server setting must be given with it.
* **demo** and **test**: no `DATABASE_URL`; the state folder holds `stack.json`, written by `manage.py run` (mode
  "demo") or by the test plugin (mode "test") with the addresses of the embedded servers.
* **none**: neither. Commands that need no server (`makemigrations`, `check`, `collectstatic`) work; web, worker and
  beat refuse to start.

Every variable read here is described in docs/operations.md; a test compares the two.
"""

from __future__ import annotations

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from ctts.given import badly_written
from ctts.state import StateError, read_json

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(env.str("CTTS_STATE", default=str(BASE_DIR / "var"))).resolve()


def stack_file() -> dict[str, Any]:
    """What the launcher or the test plugin wrote about its embedded servers; empty when neither runs.

    Raises ImproperlyConfigured when the state folder or the file cannot be used.
    """
    if env.str("DATABASE_URL", default=""):
        return {}
    try:
        found = read_json(STATE_DIR / "stack.json", dict)
    except StateError as problem:
        raise ImproperlyConfigured(str(problem)) from problem
    if found and found.get("mode") not in {"demo", "test"}:
        raise ImproperlyConfigured("stack.json in the state folder names no known mode; remove it and run again.")
    return found


STACK = stack_file()
MODE: str = "production" if env.str("DATABASE_URL", default="") else STACK.get("mode", "none")
EMBEDDED = MODE in {"demo", "test"}


if wrong := badly_written(os.environ):
    raise ImproperlyConfigured(wrong)


def server_setting(name: str, embedded: str = "") -> str:
    """The value of a setting that production must give; in demo and test the stack's, else `embedded`.

    Raises ImproperlyConfigured in production when the variable is missing or empty.
    """
    if MODE == "production":
        value = env.str(name, default="")
        if not value:
            raise ImproperlyConfigured(f"{name} is not set; docs/operations.md says what it holds.")
        return str(value)
    return str(STACK.get(name.lower(), embedded))


DEBUG = False
SECRET_KEY = server_setting("SECRET_KEY", embedded="no-server-no-secret")
BASE_URL = server_setting("BASE_URL", embedded="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = (
    [host.strip() for host in server_setting("ALLOWED_HOSTS").split(",")]
    if MODE == "production"
    else ["localhost", "127.0.0.1", "[::1]", *filter(None, [urlsplit(BASE_URL).hostname])]
)
HTTPS = BASE_URL.startswith("https://")

# --- databases: the app role by default, the owner for migrations only (docs/operations.md, "Two roles")


def database(url_name: str) -> dict[str, Any]:
    """One connection, its limits and health checks; the same in all modes.

    `statement_timeout`, `lock_timeout` and `idle_in_transaction_session_timeout` are milliseconds.
    """
    url = server_setting(url_name, embedded="postgres://nobody@127.0.0.1:1/none")
    config: dict[str, Any] = env.db_url_config(url)
    options = "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
    config["OPTIONS"] = {**config.get("OPTIONS", {}), "options": options, "application_name": "ctts"}
    config["CONN_MAX_AGE"] = 0 if MODE == "test" else 300
    config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": database("DATABASE_URL"), "owner": database("MIGRATE_DATABASE_URL")}
DATABASES["owner"]["OPTIONS"]["options"] = "-c lock_timeout=10000"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = server_setting("REDIS_URL", embedded="redis://127.0.0.1:1/0")
_socket = REDIS_URL.startswith("unix://")
CACHES = {
    "default": {
        "BACKEND": "ctts.common.cache.ForgivingCache",
        "LOCATION": REDIS_URL.replace("db=0", "db=1") if _socket else REDIS_URL,
        "KEY_PREFIX": "ctts",
    }
}
# Celery names a socket differently from Django: redis+socket:///path?virtual_host=0
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("db=0", "virtual_host=0")

# --- people, sessions, second factor --------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    {
        "test": "django.contrib.auth.hashers.MD5PasswordHasher",
        "demo": "ctts.demo.hashing.DemoHasher",
    }.get(MODE, "django.contrib.auth.hashers.Argon2PasswordHasher")
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "ctts.accounts.passwords.NotLikeThem",
        "OPTIONS": {"user_attributes": ("email", "full_name", "preferred_name")},
    },
    {"NAME": "ctts.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "ctts.accounts.passwords.NotEndless", "OPTIONS": {"max_length": 200}},
    {"NAME": "ctts.accounts.passwords.NotCommon"},
    {"NAME": "ctts.accounts.passwords.NotNumeric"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:dashboard"
LOGOUT_REDIRECT_URL = "home:front"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "ctts.accounts.forms.NameAtSignUp"
ACCOUNT_ADAPTER = "ctts.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True  # one address a person; another replaces it once it is proved
ACCOUNT_FORMS = {
    "login": "ctts.accounts.allauth_forms.SignInForm",
    "change_password": "ctts.accounts.allauth_forms.OtherPasswordForm",
    "reset_password_from_key": "ctts.accounts.allauth_forms.NewPasswordForm",
    "signup": "ctts.accounts.allauth_forms.SignUpForm",
    "reset_password": "ctts.accounts.allauth_forms.ForgottenPasswordForm",
    "reauthenticate": "ctts.accounts.allauth_forms.PasswordAgainForm",
    "add_email": "ctts.accounts.allauth_forms.OtherAddressForm",
    "set_password": "ctts.accounts.allauth_forms.FirstPasswordForm",
}
ACCOUNT_RATE_LIMITS = (
    False
    if MODE == "test"
    else {
        "login_failed": "10/m/ip,5/5m/key",
        "signup": "20/m/ip",
        "confirm_email": "1/3m/key",  # the page that says when the next mail can go tells the same
        "enquiry": "10/h/ip",
        "named_supervisor": "20/h/user",  # the answer says whether an address can be named
    }
)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if MODE == "production" else 0)
MFA_ADAPTER = "ctts.accounts.adapter.MfaAdapter"
MFA_FORMS = {
    "activate_totp": "ctts.accounts.allauth_forms.FirstCodeForm",
    "authenticate": "ctts.accounts.allauth_forms.CodeForm",
    "reauthenticate": "ctts.accounts.allauth_forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Clinical Technologist Training Scheme"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs in without a proved address; a second one may be under way
SESSION_ENGINE = "ctts.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # idle limit in seconds; the absolute limit is SESSION_ABSOLUTE_SECONDS
SESSION_ABSOLUTE_SECONDS = 24 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "ctts.common.refusals.csrf_failure"

# --- what is installed, lowest rank first ---------------------------------------------------------
INSTALLED_APPS = [
    "ctts.common",
    "ctts.audit",
    "ctts.accounts",
    "ctts.documents",
    "ctts.notifications",
    "ctts.organisations",
    "ctts.scheme",
    "applications",
    "training",
    "assessments",
    "moderation",
    "ctts.home",
    *(["ctts.demo"] if MODE != "production" else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "pgtrigger",
    "template_partials",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ctts.common.middleware.see_other",
    "ctts.common.middleware.not_kept",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ctts.common.refusals.RefusalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ctts.accounts.middleware.LentDeviceMiddleware",
    "ctts.accounts.middleware.RefusedFormMiddleware",
    "ctts.accounts.middleware.SessionLimitMiddleware",
    "ctts.accounts.middleware.SecondFactorMiddleware",
]
ROOT_URLCONF = "ctts.urls"
WSGI_APPLICATION = "ctts.wsgi.application"
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
                "ctts.common.context.product",
                "ctts.home.context.navigation",
                "ctts.home.context.help_here",
            ],
            "builtins": ["ctts.common.templatetags.components"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False
DJANGO_TABLES2_TEMPLATE = "components/table.html"
FORM_RENDERER = "ctts.common.widgets.Renderer"

# --- words and time -------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"  # for display; the database and every `now` are UTC
USE_TZ = True
USE_I18N = False  # one language: each address and each number on a page would ask for the thread's

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = STATE_DIR / "static" if MODE != "production" else BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
_static_storage = {
    "test": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "none": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "demo": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
    "production": "whitenoise.storage.CompressedManifestStaticFilesStorage",
}[MODE]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["jpg", "jpeg", "png", "gif", "webp", "woff", "woff2", "gz", "br", "map", "ttf"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STATE_DIR / "files"}},
    "staticfiles": {"BACKEND": _static_storage},
}
STORAGE_URL = server_setting("STORAGE_URL", embedded=f"file://{STATE_DIR / 'files'}")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_HANDLERS = ["ctts.documents.uploads.CappedUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")  # host:port of a clamd; empty: files are marked "not scanned"

# --- mail -----------------------------------------------------------------------------------------
_mail = env.email_url_config(server_setting("EMAIL_URL", embedded="smtp://127.0.0.1:1"))
EMAIL_BACKEND = "ctts.common.mail.Backend"
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
MAIL_FROM = server_setting("MAIL_FROM", embedded="Clinical Technologist Training Scheme <scheme@ctts.example>")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
MAIL_DOMAIN = parseaddr(MAIL_FROM)[1].partition("@")[2]

# --- keys that outlive a deployment ---------------------------------------------------------------
DIPLOMA_KEY = server_setting("DIPLOMA_KEY")  # path of a PEM private key (EC P-256)
DIPLOMA_CERTIFICATE = server_setting("DIPLOMA_CERTIFICATE")  # path of its PEM certificate chain
VAULT_KEY = server_setting("VAULT_KEY")  # url-safe base64 of 32 bytes: encrypts adjustment health data
AUDIT_HEAD_DIR = Path(server_setting("AUDIT_HEAD_DIR", embedded=str(STATE_DIR / "audit-heads")))
AUDIT_HEAD_MAIL = env.str("AUDIT_HEAD_MAIL", default="")  # who receives the daily head outside the system

# --- Celery: the doorbell, never the memory (quality rules 3 and 5) -------------------------------
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    # One try: kombu would go on for six seconds each time a request rings at a dead broker.
    "max_retries": 0,
    "interval_start": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

# --- headers --------------------------------------------------------------------------------------
SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if MODE == "production" else None
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["pgtrigger.W001"]

# --- what goes to the log: events and keys, never free text of a record ---------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"tokens": {"()": "ctts.common.logs.HideTokens"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {
        "handlers": ["stderr"],
        "level": env.str("LOG_LEVEL", default="INFO" if MODE == "production" else "WARNING"),
    },
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
VERSION = os.environ.get("CTTS_VERSION", "development")

"""All settings, read from the environment (or a `.env` file); production is the default."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
# On one's own machine: plain HTTP, no collected files. The demonstration is local, not debugging.
LOCAL = env.bool("LOCAL", default=DEBUG)
# Without a key of its own, only a local server starts.
SECRET_KEY = env("SECRET_KEY", **({"default": "for-this-machine-only"} if LOCAL else {}))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"] |= {
        # One writer at a time, so a rule checked inside a transaction still holds when it commits.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        # A file: the threads of the race tests cannot share a database in memory.
        "TEST": {"NAME": BASE_DIR / "test.sqlite3"},
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in limits live in the cache: use a shared one (database, Redis) with several processes.
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}

EMAIL = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL.get("EMAIL_HOST")
EMAIL_PORT = EMAIL.get("EMAIL_PORT")
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20  # seconds: a page waits for the mail server no longer
EMAIL_FILE_PATH = EMAIL.get("EMAIL_FILE_PATH") or None
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Réseau Alizé <ne-pas-repondre@localhost>")

INSTALLED_APPS = [
    "alize",
    "reports",
    "support",
    "committee",
    "conventions",
    "companies",
    "accounts",
    "territories",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "auditlog",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "alize.health.HealthMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "alize.once.OnceMiddleware",
    "alize.oversized.OversizedKeyMiddleware",
]

ROOT_URLCONF = "alize.urls"
WSGI_APPLICATION = "alize.wsgi.application"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["alize.templatetags.alize"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Long work: done at once, unless a worker waits for it (`manage.py db_worker`).
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if env.bool("TASKS_WORKER", default=False)
        else "django_tasks.backends.immediate.ImmediateBackend"
    }
}
# Rows of the longest workbook that a click waits for.
EXPORT_AT_ONCE = env.int("EXPORT_AT_ONCE", default=20_000)

# Months after a decision at which companies are asked about their jobs.
CAMPAIGN_MONTHS = env.list("CAMPAIGN_MONTHS", cast=int, default=[12, 24, 36])

# What makes an antenna one that needs help (reports/network/help.py): percents, points, months.
HELP_PACE_POINTS = env.int("HELP_PACE_POINTS", default=25)
HELP_PACE_FROM_PERCENT = env.int("HELP_PACE_FROM_PERCENT", default=33)
HELP_LATE_PERCENT = env.int("HELP_LATE_PERCENT", default=10)
HELP_SESSION_MONTHS = env.int("HELP_SESSION_MONTHS", default=6)
HELP_SILENT_PERCENT = env.int("HELP_SILENT_PERCENT", default=50)
HELP_END_MONTHS = env.int("HELP_END_MONTHS", default=6)

# Who may come in: people are invited, nobody signs up.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "personal_link": "30/m/key",  # what is sent by one personal link
    "help_request": "10/h/ip",
}

# Who changed what: one line for each change of these models, in the same transaction.
AUDITLOG_INCLUDE_TRACKING_MODELS = (
    "accounts.User",
    "accounts.Membership",
    "territories.Antenna",
    "territories.Territory",
    "territories.Closure",
    "companies.Company",
    "companies.Contact",
    "companies.CompanyFigures",
    "companies.Sponsor",
    "companies.Expert",
    "companies.Offer",
    "companies.Absence",
    {  # what became of it, and nothing about who asked: that is erased on demand
        "model": "companies.Lead",
        "include_fields": ["antenna", "company", "dismissed_at", "dismissal", "settled_by"],
    },
    "conventions.Convention",
    "conventions.Terms",
    "conventions.Pledge",
    "conventions.PledgeCall",
    "conventions.BankBalance",
    "conventions.Receipt",
    "conventions.ReferenceRate",
    "committee.Motion",
    "committee.Committee",
    "committee.Seat",
    "committee.Application",
    "committee.FinancingLine",
    "committee.PlannedJobs",
    "committee.Decision",
    "committee.Condition",
    "committee.DeclaredAid",
    "committee.DeMinimisCeiling",
    "committee.Document",
    "committee.PieceKind",
    "committee.Recusal",
    "committee.LetterTemplate",
    "support.Aid",
    "support.Credit",
    "support.Declaration",
    "support.Disbursement",
    "support.PaymentOrder",
    "support.Release",
    "support.Repayment",
    "support.Rescheduling",
    "support.WriteOff",
    "support.Solicitation",
    "support.Statement",
    "support.BankColumns",
    "support.BankLine",
    "support.Mission",
    "support.Pause",
    "support.SkillDay",
    "support.Job",
    "support.ReminderStep",
    "reports.Verdict",
)

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("Anglais"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["alize.formats"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = LOCAL
# Papers of the files. Read through the pages that check who may, never served by an address.
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# A pasted text of some megabytes is answered beside its field, not by an error page.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

if not LOCAL:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "alize.logging.JSONFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", **({} if LOCAL else {"formatter": "json"})}
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
}

"""Django's settings: what can be chosen comes from ``environment``, the rest is fixed.

Django 6's names are used where this version has the thing from us: SECURE_CSP.
"""

from __future__ import annotations

import os
from datetime import timedelta

from django.conf.locale import LANG_INFO

from comitia.web.accounts.openid import openid_providers
from comitia.web.accounts.rates import MFA_RATES, RATES
from comitia.web.project import languages, logs
from comitia.web.project.environment import load_environment
from comitia.web.project.secret import read_secret

ENVIRONMENT = load_environment(os.environ)
DATA = ENVIRONMENT.data
ORGANISATION = ENVIRONMENT.organisation
RECORD_ORIGIN = ENVIRONMENT.origin
RECORD_TOKEN = ENVIRONMENT.record_token
WITNESSES = ENVIRONMENT.witnesses
DEBUG = ENVIRONMENT.debug
SECRET_KEY = read_secret(ENVIRONMENT.data)
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
PUBLIC_ADDRESS = ENVIRONMENT.public_address
DATABASES = {
    "default": dict(ENVIRONMENT.database),
    "secrets": dict(ENVIRONMENT.secrets_database),
}
DATABASE_ROUTERS = ["comitia.web.database.routing.SecretsApart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGGING = logs.LOGGING

INSTALLED_APPS = [
    "comitia.web.database",
    "comitia.web.acts",
    "comitia.web.notices",
    "comitia.web.deadlines",
    "comitia.web.documents",
    "comitia.web.accounts",
    "comitia.web.accounts.person_secrets",
    "comitia.web.interface",
    "comitia.web.organisation",
    "comitia.web.rulebook",
    "comitia.web.register",
    "comitia.web.register.founding",
    "comitia.web.publicrecord",
    "comitia.web.project",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",  # `auth` asks for it
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]
MIDDLEWARE = [
    "comitia.web.project.headers.ResponseHeaders",  # first: what the others answer gets them too
    "comitia.web.project.limits.RequestSize",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "comitia.web.register.founding.first.FoundedFirst",  # last: its page has head and foot
]
ROOT_URLCONF = "comitia.web.project.urls"
WSGI_APPLICATION = "comitia.web.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "comitia.web.project.context.describe_page",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.csrf",
                "django.template.context_processors.request",
            ],
        },
    },
]
FORM_RENDERER = "comitia.web.project.forms.PageRenderer"

# --- Language and time -----------------------------------------------------------------------

USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone
HOLIDAYS = ENVIRONMENT.holidays
LANGUAGE_CODE = ENVIRONMENT.language
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in languages.LANGUAGES]
LOCALE_PATHS = [languages.LOCALE]

# --- Mail ------------------------------------------------------------------------------------

globals().update(ENVIRONMENT.mail)  # MAIL_SERVER, and Django's EMAIL_... of that server
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
EMAIL_SUBJECT_PREFIX = ""

# --- Static files, collected when the application starts -------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False  # where a file is missing, a page without it beats no page

# --- Login -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["comitia.web.accounts.backend.PersonBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "comitia.web.accounts.sessions"
SESSION_ENDS_AFTER = timedelta(hours=12)  # after the login, whatever happens in between
ACCOUNTS_MAIL_AT_ONCE = False  # tests wait for their mails

ACCOUNT_ADAPTER = "comitia.web.accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # every login by mail shows whose the address is
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = RATES
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Behind a proxy every request comes from the proxy; the last address in X-Forwarded-For is its own
# word. Without one nobody's word is taken.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.tls else 0

MFA_ADAPTER = "comitia.web.accounts.adapters.MfaAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = MFA_RATES
MFA_RECOVERY_CODE_DIGITS = 12
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_TOTP_TOLERANCE = 1  # clocks of phones are half a minute off

SOCIALACCOUNT_ADAPTER = "comitia.web.accounts.adapters.SocialAdapter"
OIDC_ID = "other"
OIDC_NAME = ENVIRONMENT.oidc.name if ENVIRONMENT.oidc else ""
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = openid_providers(OIDC_ID, ENVIRONMENT.oidc)

# Counters of attempts: in the database, so that all processes have the same. Whoever asks for more
# and more of them cannot push out the one that is in the way.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- Security --------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": ["'none'"],
    "base-uri": ["'none'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "img-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"  # Django's check of a form's origin needs that much
SECURE_SSL_REDIRECT = ENVIRONMENT.tls
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked by what watches this machine, without the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.tls else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.tls else None

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = ENVIRONMENT.tls
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# With this prefix a browser takes the cookie from this host alone, and not from a neighbour.
_PREFIX = "__Host-" if ENVIRONMENT.tls else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "comitia.web.project.errors.form_refused"

REQUEST_MAX_BYTES = 16 * 2**20  # an import of a whole register; ``limits`` refuses more
DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
FILE_UPLOAD_PERMISSIONS = 0o600

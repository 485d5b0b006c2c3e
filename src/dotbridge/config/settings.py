"""Django's settings, all of them from the environment; `docs/reference/environment.md` lists every variable.

Without any variable dotbridge keeps everything in one folder of the user's data and needs no service.
"""

from __future__ import annotations

from dotbridge.config.environment import bodies, boolean, database, folder, secret_key, text, words

DATA = folder("DOTBRIDGE_DATA")

SECRET_KEY = secret_key(DATA)
DEBUG = False
ALLOWED_HOSTS = words("DOTBRIDGE_HOSTS", "127.0.0.1 localhost [::1]")
METRICS_TOKEN = text("DOTBRIDGE_METRICS_TOKEN", "")
KEY_FILE = text("DOTBRIDGE_KEY_FILE", str(DATA / "keys"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "dotbridge.accounts",
    "dotbridge.ledger",
    "dotbridge.web",
]
MIDDLEWARE = [
    "dotbridge.web.head.HeadWithoutBody",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dotbridge.web.policy.ContentSecurityPolicy",
]
ROOT_URLCONF = "dotbridge.config.urls"
WSGI_APPLICATION = "dotbridge.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

BROKER = text("DOTBRIDGE_BROKER", "")
#: What wakes workers, and what they are, where a broker stands between them (``ledger.wake``, ``cli.worker``).
WAKER = "dotbridge.config.celery.announce" if BROKER else ""
ENGINE = "dotbridge.config.celery.app"

#: For commands that copy from one database to another (``setup.move``).
DATABASE_OF = "dotbridge.config.environment.database_of"
DATABASES = {"default": database("DOTBRIDGE_DATABASE", DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "bodies": bodies("DOTBRIDGE_BODIES", DATA),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = boolean("DOTBRIDGE_TLS", default=False)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING_CONFIG = None

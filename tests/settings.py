"""The product's settings as tests run them: cheap passwords, files of their own.

The environment is set before config.settings reads it, so a developer's own data stays untouched.
"""

import os
from pathlib import Path

_DATA_DIR = Path(f"/tmp/plumbline-tests-{os.getuid()}")
# The middleware for static files warns of a directory that is not there.
(_DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
os.environ["PLUMBLINE_DATA_DIR"] = str(_DATA_DIR)
# Playwright keeps an event loop running in the thread that also asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
if "PLUMBLINE_DATABASE_URL" not in os.environ:
    os.environ.pop("PLUMBLINE_REDIS_URL", None)

from config.settings import *  # noqa: E402, F403

# There is no file to find in the empty directory, and this one middleware is asynchronous: with it
# each request of a test goes through three threads. Real servers have it (tests/runtime).
MIDDLEWARE = [each for each in MIDDLEWARE if not each.startswith("servestatic.")]  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ACCOUNT_RATE_LIMITS = False

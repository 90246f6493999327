"""The product's settings and the two floor pages, for the servers that are measured."""

import os

from config import settings as _product
from config.settings import *  # noqa: F403  # everything else as in production

ROOT_URLCONF = "benchmarks.urls"

# One Redis serves several runs and the tests: each run's messages and sessions bear its own name.
_PREFIX = os.environ.get("BENCHMARK_KEY_PREFIX", "")
if _product.REDIS_URL:
    _OPTIONS = {**_product.CELERY_BROKER_TRANSPORT_OPTIONS, "global_keyprefix": _PREFIX}
    globals()["CELERY_BROKER_TRANSPORT_OPTIONS"] = _OPTIONS
    CACHES = {"default": {**_product.CACHES["default"], "KEY_PREFIX": _PREFIX}}

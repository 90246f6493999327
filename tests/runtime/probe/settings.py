"""The product's settings and the probe app."""

from config.settings import *  # noqa: F403  # everything else as in production
from config.settings import INSTALLED_APPS as _PRODUCT

INSTALLED_APPS = [*_PRODUCT, "tests.runtime.probe"]

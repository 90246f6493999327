"""The one place that asks what time it is, so that tests can stop it."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return timezone.now()


def current_day() -> date:
    """Return the installation's day: what ends on a day ends for everybody at once.

    What is only shown goes by the reader's day instead, ``timezone.localdate()``.
    """
    return timezone.localdate(timezone=timezone.get_default_timezone())

"""What `manage.py check` finds wrong with the settings of the tenancy."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tenants.plans import LIMITS


@register()
def limits_have_names_that_exist(**_options: Any) -> list[CheckMessage]:
    """Report each name in PLUMBLINE_LIMITS that is no limit's: it would limit nothing."""
    return [
        Error(
            f"PLUMBLINE_LIMITS: there is no limit {name!r}.",
            hint=f"The limits are {', '.join(LIMITS)}.",
            id="tenants.E001",
        )
        for name in settings.PLAN_LIMITS
        if name not in LIMITS
    ]

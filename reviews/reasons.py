"""Why something does not apply: the reasons that the AWS Well-Architected Tool's API knows."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """A reason; the empty one is "none given"."""

    OUT_OF_SCOPE = "OUT_OF_SCOPE", _("Out of scope")
    BUSINESS_PRIORITIES = "BUSINESS_PRIORITIES", _("Business priorities")
    ARCHITECTURE_CONSTRAINTS = "ARCHITECTURE_CONSTRAINTS", _("Architecture constraints")
    OTHER = "OTHER", _("Another reason")


def label_of(code: str) -> str:
    """Return a reason in words; "No reason given" where there is none."""
    return str(Reason(code).label) if code in Reason.values else gettext("No reason given")

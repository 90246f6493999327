"""The pillars that most lenses share, in the order in which people know them. Pure."""

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WELL_KNOWN: "Final[dict[str, _StrPromise]]" = {
    "operationalExcellence": _("Operations"),
    "security": _("Security"),
    "reliability": _("Reliability"),
    "performance": _("Performance"),
    "costOptimization": _("Cost"),
    "sustainability": _("Sustainability"),
}
"""Short names by pillar id, for heads of columns."""

"""Plans and their limits.

The defaults are those that users of the AWS Well-Architected Tool expect. A self-hoster raises one
for all organisations with ``PLUMBLINE_LIMITS='{"workloads": 5000}'`` and for one organisation in
its ``limits``.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import LimitExceeded
from tenants.models import Organization

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: what people call it, and what it is where nobody set another.

    ``is_size`` says that it counts bytes.
    """

    label: "_StrPromise"
    default: int
    is_size: bool = False


LIMITS: Final = {
    "workloads": Limit(_("Workloads"), 1_000),
    "lenses_per_workload": Limit(_("Lenses of a workload"), 20),
    "milestones_per_workload": Limit(_("Milestones of a workload"), 100),
    "scenarios_per_workload": Limit(_("Scenarios of a workload"), 50),
    "custom_lenses": Limit(_("Lenses of your own"), 15),
    "lens_versions": Limit(_("Versions of a lens"), 100),
    "members": Limit(_("Members"), 1_000),
    "account_ids": Limit(_("Account ids of a workload"), 100),
    "regions": Limit(_("Regions of a workload"), 50),
    "other_regions": Limit(_("Other regions of a workload"), 5),
    "tags": Limit(_("Tags of a workload"), 50),
    "saved_views": Limit(_("Saved views of a person, and shared ones"), 50),
    "notes_characters": Limit(_("Characters in a note"), 2_084),
    "choice_notes_characters": Limit(_("Characters in a note on a choice"), 250),
    "comment_characters": Limit(_("Characters in a comment"), 5_000),
    "comments_per_question": Limit(_("Comments on a question"), 1_000),
    "evidence_per_practice": Limit(_("Pieces of evidence of a practice"), 20),
    "evidence_file_bytes": Limit(_("Size of a file of evidence"), 20 * 1024**2, is_size=True),
    "evidence_storage_bytes": Limit(_("Size of all files of evidence"), 1024**3, is_size=True),
    "waiting_reports": Limit(_("Reports that wait or are being written"), 10),
    "report_days": Limit(_("Days that a report is kept"), 30),
}


def limit(organization: Organization, name: str) -> int:
    """Return what the limit ``name`` (a key of LIMITS) allows in the organisation."""
    default: int = settings.PLAN_LIMITS.get(name, LIMITS[name].default)
    return int(organization.limits.get(name, default))


def limit_problem(
    organization: Organization, name: str, value: int, *, field: str = ""
) -> LimitExceeded | None:
    """Return the error that ``value`` is over the limit, or None.

    It names the limit in words, what the plan allows, the plan, and how many there would be;
    ``field`` is the form's field to show it beside.
    """
    allowed = limit(organization, name)
    if value <= allowed:
        return None
    show = filesizeformat if LIMITS[name].is_size else str
    message = gettext(
        "%(limit)s: the plan “%(plan)s” allows %(allowed)s, and this would make %(value)s."
    ) % {
        "limit": LIMITS[name].label,
        "plan": organization.plan,
        "allowed": show(allowed),
        "value": show(value),
    }
    fields = {field: [message]} if field else {}
    return LimitExceeded(message, limit=name, value=allowed, plan=organization.plan, fields=fields)


def require_within(organization: Organization, name: str, value: int, *, field: str = "") -> None:
    """Raise LimitExceeded when ``value`` is over the limit; see limit_problem."""
    problem = limit_problem(organization, name, value, field=field)
    if problem:
        raise problem

"""What an organisation's plan allows, and how much of it is used."""

from dataclasses import dataclass

from lenses.models import Lens
from reviews.selectors_evidence import storage_used
from tenants.models import Membership, Organization
from tenants.plans import LIMITS, limit
from workloads.models import Workload


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit. ``used`` is None where it holds for each thing apart (tags of a workload).

    ``is_size`` says that both count bytes.
    """

    label: str
    allowed: int
    used: int | None
    is_size: bool = False


def limit_rows(organization: Organization) -> list[LimitRow]:
    """Return all limits of the bound organisation, those with a count first."""
    used = {
        "workloads": Workload.objects.count(),
        "custom_lenses": Lens.objects.filter(organization=organization, deleted_at=None).count(),
        "members": Membership.objects.count(),
        "evidence_storage_bytes": storage_used(),
    }
    names = sorted(LIMITS, key=lambda name: name not in used)
    return [
        LimitRow(
            label=str(LIMITS[name].label),
            allowed=limit(organization, name),
            used=used.get(name),
            is_size=LIMITS[name].is_size,
        )
        for name in names
    ]

"""What else travels with a workload: higher apps add their own part to the JSON of a workload.

`reviews` knows answers, links and milestones. The plan belongs to `improvement`, which registers a
`Part` when it starts (its `AppConfig.ready`); pages, commands and the round trip need not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lenses.definition import LensDefinition
from lenses.schema.findings import Findings
from reviews.models import LensReview
from tenants.actors import Actor
from workloads.models import Workload

Definitions = Mapping[str, LensDefinition]
"""The lens version of each review of the file, by the key that the review names it by."""

Reviews = Mapping[str, LensReview]
"""The reviews by the same keys; a part names a review so too."""


def _accept(_value: Any, _path: str, _findings: Findings) -> None:
    """Find nothing wrong: for a part that snapshots do not have."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the file, under ``parts.<name>``. All values are plain JSON.

    ``write`` returns what the workload has, None for nothing. ``check`` puts what is wrong with a
    value into the findings, paths beginning with the one it is given. ``restore`` writes a checked
    value for a workload that was just made, inside the import's transaction. ``check_kept`` is
    ``check`` for what a milestone's snapshot keeps under the same name (reviews/snapshot_parts.py),
    which is kept as it is and must be fit to be shown.
    """

    name: str
    write: Callable[[Workload, Reviews], Any]
    check: Callable[[Any, str, Definitions, Findings], None]
    restore: Callable[[Actor, Workload, Reviews, Any], None]
    check_kept: Callable[[Any, str, Findings], None] = _accept


_parts: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Add a part; once a name."""
    if part.name in _parts:
        raise ValueError(f"There is a part {part.name} already.")
    _parts[part.name] = part


def parts() -> Sequence[Part]:
    """Return all parts, by name."""
    return [_parts[name] for name in sorted(_parts)]


def part_named(name: str) -> Part | None:
    """Return one part, if it is known here."""
    return _parts.get(name)

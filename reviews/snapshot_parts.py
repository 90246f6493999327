"""What other apps put into a milestone's snapshot: the plan, for one.

Imports go down only, so an app above this one registers its part when it is ready
(``AppConfig.ready``) and reviews know nothing of what is in it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

Read = Callable[[UUID], Any]
"""Takes a workload's id, its organisation bound; returns plain JSON: objects with text as keys,
lists, texts, numbers, true, false and null; None alone for nothing to keep. It asks a constant
number of queries, unless it has to catch up with answers of this moment."""


@dataclass(frozen=True, slots=True)
class _Part:
    read: Read
    template: str


_PARTS: Final[dict[str, _Part]] = {}


def register(name: str, read: Read, *, template: str = "") -> None:
    """Have each milestone keep what ``read`` returns at that moment under ``name``.

    ``template`` shows it on the milestone's page: it is given ``part`` (the data), ``milestone``
    and ``workload``. Raises ValueError where another part has the name.
    """
    part = _Part(read, template)
    if _PARTS.setdefault(name, part) != part:
        raise ValueError(f"The snapshot has a part “{name}” already.")


def read_parts(workload_id: UUID) -> dict[str, Any]:
    """Return what all parts have to say about a workload now, by name."""
    found = {name: part.read(workload_id) for name, part in _PARTS.items()}
    return {name: value for name, value in found.items() if value is not None}


def shown_parts(parts: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield template and data of the parts of a snapshot that have a template."""
    for name, part in _PARTS.items():
        if name in parts and part.template:
            yield part.template, parts[name]

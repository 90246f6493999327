"""The built-in lenses: `<alias>/<version>/`, built into the interchange format. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from lenses.catalog.source import LensSource, PillarSource, built
from lenses.schema import canonical

FOLDER: Final = Path(__file__).resolve().parent
LENS_FILE: Final = "lens.json"

_Source = TypeVar("_Source", bound=BaseModel)


class BrokenSource(ValueError):
    """A file of the catalogue is not what it has to be; the text names file and place."""


@dataclass(frozen=True, slots=True)
class BuiltInDocument:
    """One version of a built-in lens: `text` is its document in the interchange format."""

    alias: str
    version: str
    text: str


def built_in_documents() -> Iterator[BuiltInDocument]:
    """Every version of every built-in lens: by alias, then by version, the oldest first.

    Raises `BrokenSource`.
    """
    for folder in version_folders():
        yield BuiltInDocument(folder.parent.name, folder.name, text_of(folder))


def version_folders() -> list[Path]:
    """The folder of each version, in that order."""
    return sorted((path.parent for path in FOLDER.glob(f"*/*/{LENS_FILE}")), key=_order)


def pillar_sources(folder: Path) -> list[PillarSource]:
    """The pillars of one version in their order. Raises `BrokenSource`."""
    lens = read_source(folder / LENS_FILE, LensSource)
    return [read_source(folder / f"{pillar_id}.json", PillarSource) for pillar_id in lens.pillars]


def text_of(folder: Path) -> str:
    """The document of one version in the interchange format. Raises `BrokenSource`."""
    lens = read_source(folder / LENS_FILE, LensSource)
    return canonical(built(lens, pillar_sources(folder)))


def read_source(path: Path, kind: type[_Source]) -> _Source:
    """A file of the catalogue, checked. Raises `BrokenSource`."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BrokenSource(f"{path.relative_to(FOLDER)}: {error}") from error


def _order(folder: Path) -> tuple[str, tuple[tuple[int, str], ...]]:
    parts = folder.name.split(".")
    numbered = ((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
    return folder.parent.name, tuple(numbered)

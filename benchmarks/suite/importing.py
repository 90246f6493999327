"""Reading the largest published lens there is here, against parsing its JSON."""

import json
import os
from pathlib import Path

from benchmarks.lens import lens_document
from benchmarks.measuring import compare, timed
from benchmarks.report import Row
from benchmarks.run import Run
from lenses.schema import canonical, read_document, sha256

_ROOT = Path(__file__).resolve().parents[2]
_SHARED = Path(os.environ.get("PLUMBLINE_SHARED_DATA", _ROOT.parent / "shared" / "data"))
# 35 questions with 4 practices each: as large as the largest lens that is published.
_SHAPE = ((6, 6, 6, 6, 6, 6), (6,) * 6, (6,) * 6, (6,) * 6, (6,) * 6, (6,) * 5)


def measure(run: Run) -> list[Row]:
    """Measure reading, checking, compiling and hashing; the database is not part of it."""
    name, text = largest()
    comparison = compare(
        timed(lambda: json.loads(text)),
        timed(lambda: _import(text)),
        rounds=run.rounds,
        times=3 if run.is_quick else 10,
    )
    what = f"lens read, checked, compiled: {name}, {len(text) / 1000:.0f} kB"
    return [comparison.row("importing", what, "json.loads")]


def _import(text: str) -> str:
    return sha256(canonical(read_document(text).document))


def largest() -> tuple[str, str]:
    """Return name and text of the largest published lens, or of a synthetic one as large."""
    paths = sorted((_SHARED / "lenses").glob("*.json"), key=lambda path: path.stat().st_size)
    if paths:
        return paths[-1].name, paths[-1].read_text(encoding="utf-8")
    return "synthetic", json.dumps(lens_document("Benchmark", _SHAPE, seed=1), indent=2)

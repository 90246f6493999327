"""The page on which people answer, against an empty page in the same frame."""

import re
from urllib.parse import urljoin

from benchmarks.installation import Installation
from benchmarks.measuring import compare
from benchmarks.report import Budget, Row, query_row
from benchmarks.run import FEW, Run
from benchmarks.visitor import Visitor

_ASSETS = (
    re.compile(r"<(?:script|img)\b[^>]*?\ssrc=\"([^\"]+)\""),
    re.compile(r"<link\b[^>]*?\shref=\"([^\"]+)\""),
    re.compile(r"<use\b[^>]*?\shref=\"([^\"#]+)"),
)
# What a script or a style sheet asks for in turn.
_IMPORTS = (
    re.compile(r"^\s*(?:import|export)\b[^;\"']*[\"']([^\"']+)[\"']", re.MULTILINE),
    re.compile(r"\bimport\(\s*[\"']([^\"']+)[\"']"),
    re.compile(r"@import\s+(?:url\()?[\"']([^\"']+)[\"']"),
    re.compile(r"url\(\s*[\"']?(?!data:)([^\"')]+)"),
)


def measure(run: Run) -> list[Row]:
    """Measure each way to run; the weight is the same in both."""
    found = []
    for kind in run.installations.kinds:
        installation = run.installations.get(kind, FEW)
        path = _page(installation)
        found.append(_against_empty(run, installation, path))
        what = f"queries of the review page ({installation.name})"
        found.append(query_row("review_page", what, installation.get_queries(path), 12))
    return [*found, _weight(run.installations.get("embedded", FEW))]


def _page(installation: Installation) -> str:
    questions = list(installation.filled.questions)
    return installation.filled.question_path(questions[len(questions) // 2])


def _against_empty(run: Run, installation: Installation, path: str) -> Row:
    visitor = installation.visitor()
    empty = installation.filled.path("floor/page/")
    comparison = compare(
        lambda: visitor.get(empty).seconds,
        lambda: visitor.get(path).seconds,
        rounds=run.rounds,
        times=run.times,
    )
    return comparison.row(
        "review_page",
        f"review page, 57 questions ({installation.name})",
        "empty page in the frame",
        Budget(4, of="ratio"),
    )


def _weight(installation: Installation) -> Row:
    visitor = installation.visitor()
    weights: dict[str, int] = {}
    # The question with the most choices makes the heaviest page.
    questions = installation.filled.questions
    longest = max(questions, key=lambda question_id: len(questions[question_id]))
    _weigh(visitor, installation.filled.question_path(longest), weights, _ASSETS)
    page, *assets = weights.values()
    return Row(
        benchmark="review_page",
        what="review page cold, all its files, gzipped",
        value=sum(weights.values()) / 1000,
        unit="kB",
        note=f"page {page / 1000:.1f} kB, {len(assets)} files {sum(assets) / 1000:.1f} kB",
        budget=Budget(100),
        details={"bytes": weights},
    )


def _weigh(
    visitor: Visitor, path: str, weights: dict[str, int], patterns: tuple[re.Pattern[str], ...]
) -> None:
    if path in weights:
        return
    reply = visitor.get(path)
    weights[path] = reply.weight
    is_page = patterns is _ASSETS
    if not is_page and not path.endswith((".css", ".js")):
        return
    for pattern in patterns:
        for name in pattern.findall(reply.text):
            asked = urljoin(path, name)
            if asked.startswith("/static/"):
                _weigh(visitor, asked, weights, _IMPORTS)

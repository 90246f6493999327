"""What may pass by the walls, and where: the source is searched, and each place has a reason."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT

APPS = (
    *("accounts", "common", "config", "improvement", "lenses"),
    *("reviews", "tenants", "web", "workloads"),
)

BYPASSES = {
    "across_organizations": {
        "tenants.selectors.organization_by_slug": "a command names the organisation it works in",
        "tenants.selectors.all_organizations": "a command binds one organisation after another",
        "reviews.management.commands.rebuild_summaries._organizations": "an operator rebuilds "
        "each organisation's figures, bound to it in turn",
        "tenants.tasks.send_to_each_organization": "sweeps, and a built-in lens's new version, "
        "start one bound task for each",
    },
    "in_catalogue": {
        "lenses.services.built_in.load_built_in": "loads what is built in, as the tables' owner",
    },
    "cursor": {
        "tenants.context._tell_postgresql": "sets what the policies compare with",
        "tenants.rls.refuse_unsafe_role": "asks what the role may do; reads no row",
        "tenants.transactions.take_turn": "takes a lock; reads no row",
        "web.management.commands.prepare._refresh_statistics": "lets SQLite look at its tables",
        "web.views.health.ready": "asks whether the database answers; reads no row",
    },
    # Nobody: raw SQL and plain query sets pass by the managers.
    "raw": {},
    "extra": {},
    "RawSQL": {},
    "QuerySet": {},
    "RawQuerySet": {},
    "execute_sql": {},
}
"""The call of which name is allowed in which function, once each, with the reason."""


def sources() -> Iterator[Path]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            if "migrations" not in path.parts:
                yield path


def calls(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each function called, with the function it is called in."""
    waiting: list[tuple[ast.AST, str]] = [(tree, module)]
    while waiting:
        node, place = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            place = f"{place}.{node.name}"
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield called.attr, place
            elif isinstance(called, ast.Name):
                yield called.id, place
        waiting.extend((child, place) for child in ast.iter_child_nodes(node))


@pytest.fixture(scope="module")
def found() -> Counter[tuple[str, str]]:
    """Every call of a name in BYPASSES, with its place."""
    counted: Counter[tuple[str, str]] = Counter()
    for path in sources():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        counted.update(call for call in calls(ast.parse(path.read_text()), module))
    return Counter({call: n for call, n in counted.items() if call[0] in BYPASSES})


@pytest.mark.parametrize("name", BYPASSES)
def test_a_bypass_is_used_only_where_it_is_listed(
    found: Counter[tuple[str, str]], name: str
) -> None:
    used = {place: n for (called, place), n in found.items() if called == name}
    assert used == dict.fromkeys(BYPASSES[name], 1)


def test_every_app_is_searched() -> None:
    assert set(APPS) == {path.parent.name for path in ROOT.glob("*/apps.py")} | {"config"}
    assert len(list(sources())) > 50


def test_the_search_sees_a_call_wherever_it_stands() -> None:
    source = "class A:\n  def f(self):\n    with x.across_organizations(reason=''):\n      raw()"
    assert sorted(calls(ast.parse(source), "m")) == [
        ("across_organizations", "m.A.f"),
        ("raw", "m.A.f"),
    ]

"""Every form and every address of the product, with values that no browser would send.

The forms are read from the pages, so that a new one is tried without anybody adding it here.
"""

from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.conftest import Cast
from tests.tenancy.matrix import MATRIX
from tests.tenancy.places import Place, parts_of
from tests.tenancy.world import World
from tests.web.forms import Fields, PageForm, forms_on, send

HOSTILE = [
    "text\x00text",
    "\ud800\x1b\ufffe",
    "-1",
    "9" * 30,
    "٣²",
    "x" * 20_000,
    "İ" * 254,
    "<script>alert('x')</script>{{ 7 }}%s' OR 1=1; --",
    "a = b\n = c\na = d",
]
# What a page may answer to nonsense: with itself, with a page that says no, or by going on.
FINE = {200, 204, 302, 400, 403, 404, 409, 413, 422, 429}

# What never ends is tried by a real server (tests/runtime/test_stream.py); files have own tests.
STREAMS = {"workload-events", "evidence-file", "report-file"}
PAGES = sorted(
    name
    for name, method in MATRIX
    if method == "GET" and MATRIX[name, method][-1] in (200, 302) and name not in STREAMS
)
POSTED = {
    name for (name, method), statuses in MATRIX.items() if method == "POST" and 302 in statuses
}
ACCOUNTS = {
    "/accounts/login/": False,
    "/accounts/signup/": False,
    "/accounts/password/reset/": False,
    "/accounts/logout/": True,
    "/accounts/password/change/": True,
    "/accounts/reauthenticate/": True,
    "/accounts/email/": True,
}
"""The address of each form of an account, and whether one is signed in there."""

_PORTFOLIO = ("tag", "owner", "environment", "lens", "industry", "page")
_PLAN = ("risk", "pillar", "lens", "status", "owner", "overdue", "workload", "sort", "group")
QUERIES = {
    "portfolio": (*_PORTFOLIO, "sort"),
    "portfolio-filter": _PORTFOLIO,
    "saved-views": _PORTFOLIO,
    "common-risks": _PORTFOLIO,
    "common-risk": (*_PORTFOLIO, "lens", "question"),
    "palette": ("recent",),
    "search": ("q", "workload"),
    "my-questions": ("show", "who", "page"),
    "workloads": ("q", "environment", "lens", "sort", "page"),
    "workload-activity": ("kind", "person", "page"),
    "workload-restore": ("review", "at"),
    "lenses": ("q",),
    "lens": ("open", "q", "language"),
    "lens-version": ("q", "language"),
    "lens-diff": ("from", "to", "format"),
    "lens-export": ("for",),
    "lens-import": ("lens",),
    "lens-impact": ("renames",),
    "lens-copy": ("version", "purpose"),
    "lens-studio": ("view", "deleted", "base"),
    "lens-studio-question": ("view", "tick", "na"),
    "lens-studio-test": ("tick", "na"),
    "review": ("review", "question", "pillar"),
    "review-lens": ("pillar", "question"),
    "review-questions": ("show", "find", "question"),
    "question": ("show", "find", "part"),
    "review-print": ("blank",),
    "comments": ("page",),
    "comment": ("page",),
    "people": ("q",),
    "assignment": ("part",),
    "milestones": ("page", "trend"),
    "milestone-compare": ("from", "to"),
    "milestone-compare-csv": ("from", "to"),
    "workload-compare": ("q",),
    "workload-compare-with": ("lens", "from", "to"),
    "workload-compare-csv": ("lens", "from", "to"),
    "question-evidence": ("practice",),
    "evidence": ("q", "kind", "lens", "page"),
    "plan": (*_PLAN, "page"),
    "organization-plan": (*_PLAN, "page"),
    "plan-export": _PLAN,
    "organization-plan-export": _PLAN,
    "plan-item": ("part", "group", "scope"),
    "plan-next": ("days", "page"),
    "organization-plan-next": ("days", "page"),
    "plan-what-if": ("tick", "untick", "page"),
    "scenario": ("tick", "untick"),
    "scenario-dates": ("start", "pace", "owner", "replace"),
    "scenarios-compare": ("first", "second"),
    "question-acceptance": ("scope",),
    "reports": ("kind", "workload", "review", "from", "to", "name", *_PORTFOLIO),
}
"""What each page reads from its address's query."""

# Fields that no page shows as an input: the review's script or browser makes them.
BEHIND_THE_SCENES = {
    "question": (
        *("choice", "not_applicable", "does_not_apply", "reason", "notes", "revision"),
        *("reason.pillar_1_question_1_choice_1", "notes.pillar_1_question_1_choice_1"),
        *("reason.no_such_choice", "notes.", "reason.\x00"),
    )
}


# Forms that pages show only in a state that Place does not have.
RARELY_SHOWN = {
    "lens-impact": ("renames", "kind"),
    "comments-read": ("up_to",),
    "assignment-remove": ("seen",),
    "saved-views": ("name", "is_shared"),
    "scenario-dates": ("start", "pace", "owner", "replace", "seal"),
    # Buttons of the form of What if that lead elsewhere.
    "scenarios": ("name", "tick", "untick"),
    "scenario": ("name", "revision", "tick", "untick"),
    "workload-restore": ("review", "at", "answers_revision", "name"),
    # Sent by scripts.
    "notes-preview": ("text",),
    "workload-presence": ("review", "question", "tab"),
}


@pytest.fixture
def northwind(world: World) -> Place:
    """Northwind with something at every address."""
    return world.northwind


@pytest.fixture
def southridge(world: World) -> Place:
    """Southridge with something at every address: ids that Northwind must not know."""
    return world.southridge


@pytest.fixture
def owner(world: World) -> Client:
    """The owner's browser, to which a fault is a page."""
    return _browser(world.cast)


def _browser(cast: Cast | None) -> Client:
    client = Client(raise_request_exception=False)
    if cast:
        client.force_login(cast.owner)
    return client


def address_of(name: str, place: Place) -> str:
    return reverse(name, kwargs={part: place.ids[part] for part in parts_of(name)})


@pytest.fixture(scope="module")
def forms(whole_world: World) -> dict[str, PageForm]:
    """Return one form for each address that a page posts to, by the address's name."""
    with transaction.atomic():
        found = _all_forms(_browser(whole_world.cast), whole_world.northwind)
        transaction.set_rollback(True)
    return found


def _all_forms(client: Client, place: Place) -> dict[str, PageForm]:
    found: dict[str, PageForm] = {}
    for page in PAGES:
        if page.startswith("health"):
            continue
        for form in forms_on(client, address_of(page, place)):
            try:
                name = str(resolve(form.action).url_name)
            except Resolver404:
                pytest.fail(f"{page} has a form that goes nowhere: {form.action}")
            found.setdefault(name, form).names |= form.names
    for name, fields in RARELY_SHOWN.items():
        assert name not in found, f"{name} is on a page: take it out of RARELY_SHOWN"
        found[name] = PageForm(address_of(name, place), names=set(fields))
    return found


def tried(client: Client, action: str, fields: Fields) -> Any:
    """Send the fields, keep nothing, and check that the answer is an answer."""
    with transaction.atomic():
        response = send(client, action, fields)
        transaction.set_rollback(True)
    assert response.status_code in FINE, (action, fields, getattr(response, "exc_info", None))
    assert b"<script>alert(" not in response.content
    return response


def test_the_queries_are_of_pages() -> None:
    assert set(QUERIES) <= set(PAGES)


def test_every_address_that_takes_a_form_has_one_on_some_page(
    world: World, forms: dict[str, PageForm]
) -> None:
    assert set(forms) >= POSTED


@pytest.mark.parametrize("name", sorted(POSTED))
def test_no_value_of_any_field_is_a_fault(
    owner: Client, forms: dict[str, PageForm], southridge: Place, name: str
) -> None:
    form = forms[name]
    names = sorted(form.names | set(BEHIND_THE_SCENES.get(name, ())))
    values = (*HOSTILE, southridge.other_lens_id)
    # Each value in all fields at once, each field alone with one: all pairs take minutes.
    for value in values:
        tried(owner, form.action, [(field, value) for field in names])
    for place, field in enumerate(names):
        tried(owner, form.action, form.changed(field, values[place % len(values)]))
        tried(owner, form.action, [pair for pair in form.fields if pair[0] != field])
    for fields in ([], [("\x00", "\ud800")], [(key, "") for key in names]):
        tried(owner, form.action, fields)


@pytest.mark.parametrize("address", ACCOUNTS)
def test_no_value_is_a_fault_in_the_forms_of_accounts(world: World, address: str) -> None:
    person = world.cast if ACCOUNTS[address] else None
    fields = {name for form in forms_on(_browser(person), address) for name in form.names}
    for place, field in enumerate(sorted({*fields, "next", "\x00"})):
        for value in (HOSTILE[place % len(HOSTILE)], HOSTILE[-1 - place % len(HOSTILE)]):
            sent = dict.fromkeys(fields, "a@example.org") | {field: value}
            tried(_browser(person), address, list(sent.items()))


@pytest.mark.parametrize("name", PAGES)
def test_no_value_in_an_address_s_query_is_a_fault(
    owner: Client, northwind: Place, southridge: Place, name: str
) -> None:
    address, foreign = address_of(name, northwind), str(southridge.ids["lens_id"])
    everything = sorted({query for queries in QUERIES.values() for query in queries})
    read = QUERIES.get(name, ())
    values = (*HOSTILE, foreign, "-name", "now", "0", "1")
    asked = [dict.fromkeys([*everything, "next", "\x00"], "�\x00")]
    # All that is read at once with changing values, each alone with two: all pairs take minutes.
    shifted = [values[shift:] + values[:shift] for shift in (0, 5, 10)]
    asked += [dict(zip(read, cycle(some))) for some in shifted if read]
    for place, query in enumerate(read):
        asked += [{query: value} for value in values[place % 7 :: 7]]
    for pairs in asked:
        query = "&".join(
            f"{quote(key)}={quote(value.encode('utf-8', 'surrogatepass'))}"
            for key, value in pairs.items()
        )
        response = owner.get(f"{address}?{query}")
        assert response.status_code in FINE, (address, query)
        assert b"<script>alert(" not in response.content


def broken_addresses(name: str, place: Place, part: str) -> list[str]:
    """Return the address with what no part of an address can be in the place of one of them."""
    values = ("0", "9" * 30, "%00", "%ED%A0%80", "..", "%2e%2e", "x" * 3000, "٣", "'", "%")
    address, piece = address_of(name, place), f"/{place.ids[part]}"
    return [address.replace(piece, f"/{value}", 1) for value in values]


@pytest.mark.parametrize("name", PAGES)
def test_no_part_of_an_address_is_a_fault(
    bare_not_found: None, owner: Client, northwind: Place, name: str
) -> None:
    for part in parts_of(name):
        for broken in broken_addresses(name, northwind, part):
            assert owner.get(broken, follow=True).status_code in FINE, broken


@pytest.mark.parametrize("part", sorted({part for name in PAGES for part in parts_of(name)}))
def test_the_page_of_what_is_not_found_stands_any_address(
    owner: Client, northwind: Place, part: str
) -> None:
    name = next(name for name in PAGES if part in parts_of(name))
    for broken in broken_addresses(name, northwind, part):
        response = owner.get(broken, follow=True)
        assert response.status_code in FINE, broken
        assert b"<h1" in response.content, broken

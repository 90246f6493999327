"""Who may do what: every address, every method, every kind of visitor, and the status they get."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

VISITORS = (
    "signed out",
    "outsider",
    "stranger",
    "viewer",
    "contributor",
    "lead",
    "admin",
    "owner",
)
"""An outsider belongs to no organisation, the stranger to another one."""

_READ = (302, 404, 404, 200, 200, 200, 200, 200)
_GONE_ON = (302, 404, 404, 302, 302, 302, 302, 302)  # the page of a review leads to a question
_ALL_ARE_WRONG = (405,) * len(VISITORS)
_WRITE_AS_VIEWER = (302, 404, 404, 302, 302, 302, 302, 302)
_WRITE_AS_CONTRIBUTOR = (302, 404, 404, 403, 302, 302, 302, 302)
_WRITE_AS_LEAD = (302, 404, 404, 403, 403, 302, 302, 302)
_FORM_OF_CONTRIBUTOR = (302, 404, 404, 403, 200, 200, 200, 200)
_FORM_OF_LEAD = (302, 404, 404, 403, 403, 200, 200, 200)
_FORM_OF_ADMIN = (302, 404, 404, 403, 403, 403, 200, 200)
_WRITE_AS_ADMIN = (302, 404, 404, 403, 403, 403, 302, 302)
_WRITE_AS_OWNER = (302, 404, 404, 403, 403, 403, 403, 302)
_STREAM = (401, 404, 404, 200, 200, 200, 200, 200)
_BEACON_OF_VIEWER = (302, 404, 404, 204, 204, 204, 204, 204)
# The filter to save is in the address, and the matrix asks for none.
_EMPTY_FORM_OF_VIEWER = (302, 404, 404, 422, 422, 422, 422, 422)
_OPEN_TO_ALL = (200,) * len(VISITORS)

MATRIX: dict[tuple[str, str], tuple[int, ...]] = {
    # Outside any organisation. Home leads whoever belongs to one organisation to it.
    ("home", "GET"): (302, 200, 302, 302, 302, 302, 302, 302),
    ("home", "POST"): _ALL_ARE_WRONG,
    ("health-live", "GET"): _OPEN_TO_ALL,
    ("health-live", "POST"): _ALL_ARE_WRONG,
    ("health-ready", "GET"): _OPEN_TO_ALL,
    ("health-ready", "POST"): _ALL_ARE_WRONG,
    ("organization-new", "GET"): (302, 200, 200, 200, 200, 200, 200, 200),
    ("organization-new", "POST"): (302,) * len(VISITORS),
    # Find or do anything.
    ("palette", "GET"): _READ,
    ("palette", "POST"): _ALL_ARE_WRONG,
    ("search", "GET"): _READ,
    ("search", "POST"): _ALL_ARE_WRONG,
    # The portfolio.
    ("portfolio", "GET"): _READ,
    ("portfolio", "POST"): _ALL_ARE_WRONG,
    ("portfolio-filter", "GET"): _READ,
    ("portfolio-filter", "POST"): _ALL_ARE_WRONG,
    ("saved-views", "GET"): _READ,
    ("saved-views", "POST"): _EMPTY_FORM_OF_VIEWER,
    ("saved-view-delete", "GET"): _GONE_ON,
    ("saved-view-delete", "POST"): _WRITE_AS_LEAD,
    ("common-risks", "GET"): _READ,
    ("common-risks", "POST"): _ALL_ARE_WRONG,
    ("common-risk", "GET"): _READ,
    ("common-risk", "POST"): _ALL_ARE_WRONG,
    # Workloads.
    ("workloads", "GET"): _READ,
    ("workloads", "POST"): _ALL_ARE_WRONG,
    ("workload-new", "GET"): _FORM_OF_LEAD,
    ("workload-new", "POST"): _WRITE_AS_LEAD,
    ("workload", "GET"): _READ,
    ("workload", "POST"): _ALL_ARE_WRONG,
    ("workload-import", "GET"): _FORM_OF_LEAD,
    ("workload-import", "POST"): _WRITE_AS_LEAD,
    ("workload-import-preview", "GET"): _FORM_OF_LEAD,
    ("workload-import-preview", "POST"): _WRITE_AS_LEAD,
    ("answers-import", "GET"): _FORM_OF_CONTRIBUTOR,
    ("answers-import", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("answers-import-preview", "GET"): _FORM_OF_CONTRIBUTOR,
    ("answers-import-preview", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("workload-edit", "GET"): _FORM_OF_LEAD,
    ("workload-edit", "POST"): _WRITE_AS_LEAD,
    ("workload-delete", "GET"): _FORM_OF_LEAD,
    ("workload-delete", "POST"): _WRITE_AS_LEAD,
    ("workload-lenses", "GET"): _READ,
    ("workload-lenses", "POST"): _WRITE_AS_LEAD,
    ("workload-lens-remove", "GET"): _FORM_OF_LEAD,
    ("workload-lens-remove", "POST"): _WRITE_AS_LEAD,
    # Reviews.
    ("review", "GET"): _GONE_ON,
    ("review", "POST"): _ALL_ARE_WRONG,
    ("review-marks", "GET"): _READ,
    ("review-marks", "POST"): _ALL_ARE_WRONG,
    ("review-questions", "GET"): _READ,
    ("review-questions", "POST"): _ALL_ARE_WRONG,
    ("review-lens", "GET"): _GONE_ON,
    ("review-lens", "POST"): _ALL_ARE_WRONG,
    ("question", "GET"): _READ,
    ("question", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("beside", "GET"): _READ,
    ("beside", "POST"): _ALL_ARE_WRONG,
    ("question-since", "GET"): _GONE_ON,
    ("question-since", "POST"): _ALL_ARE_WRONG,
    ("workload-events", "GET"): _STREAM,
    ("workload-events", "POST"): _ALL_ARE_WRONG,
    ("workload-presence", "GET"): _ALL_ARE_WRONG,
    ("workload-presence", "POST"): _BEACON_OF_VIEWER,
    ("question-evidence", "GET"): _READ,
    ("question-evidence", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("evidence", "GET"): _READ,
    ("evidence", "POST"): _ALL_ARE_WRONG,
    ("evidence-file", "GET"): _READ,
    ("evidence-file", "POST"): _ALL_ARE_WRONG,
    ("evidence-edit", "GET"): _FORM_OF_CONTRIBUTOR,
    ("evidence-edit", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("evidence-remove", "GET"): _FORM_OF_CONTRIBUTOR,
    ("evidence-remove", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("comments", "GET"): _READ,
    ("comments", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("comments-read", "GET"): _ALL_ARE_WRONG,
    ("comments-read", "POST"): _WRITE_AS_VIEWER,
    ("comment", "GET"): _READ,
    ("comment", "POST"): _ALL_ARE_WRONG,
    # The comment is the owner's: others are led to its thread.
    ("comment-edit", "GET"): (302, 404, 404, 403, 302, 302, 302, 200),
    ("comment-edit", "POST"): (302, 404, 404, 403, 403, 403, 403, 302),
    ("comment-delete", "GET"): (302, 404, 404, 403, 302, 302, 200, 200),
    ("comment-delete", "POST"): (302, 404, 404, 403, 403, 403, 302, 302),
    ("comment-resolve", "GET"): _ALL_ARE_WRONG,
    ("comment-resolve", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("assignment", "GET"): _READ,
    ("assignment", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("assignment-remove", "GET"): _ALL_ARE_WRONG,
    ("assignment-remove", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("my-questions", "GET"): _READ,
    ("my-questions", "POST"): _ALL_ARE_WRONG,
    ("people", "GET"): _READ,
    ("people", "POST"): _ALL_ARE_WRONG,
    ("question-history", "GET"): _READ,
    ("question-history", "POST"): _ALL_ARE_WRONG,
    ("question-history-undo", "GET"): _ALL_ARE_WRONG,
    ("question-history-undo", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("question-history-restore", "GET"): _ALL_ARE_WRONG,
    ("question-history-restore", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("notes-preview", "GET"): _ALL_ARE_WRONG,
    ("notes-preview", "POST"): _READ,
    ("review-notes", "GET"): _READ,
    ("review-notes", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("pillar-notes", "GET"): _READ,
    ("pillar-notes", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("review-print", "GET"): _READ,
    ("review-print", "POST"): _ALL_ARE_WRONG,
    ("workload-restore", "GET"): _FORM_OF_LEAD,
    ("workload-restore", "POST"): _WRITE_AS_LEAD,
    ("workload-activity", "GET"): _READ,
    ("workload-activity", "POST"): _ALL_ARE_WRONG,
    ("review-upgrade", "GET"): _FORM_OF_LEAD,
    ("review-upgrade", "POST"): _WRITE_AS_LEAD,
    ("review-upgraded", "GET"): _READ,
    ("review-upgraded", "POST"): _ALL_ARE_WRONG,
    ("review-upgrade-undo", "GET"): _ALL_ARE_WRONG,
    ("review-upgrade-undo", "POST"): _WRITE_AS_LEAD,
    ("review-upgrade-dismiss", "GET"): _ALL_ARE_WRONG,
    ("review-upgrade-dismiss", "POST"): _WRITE_AS_VIEWER,
    ("milestones", "GET"): _READ,
    ("milestones", "POST"): _WRITE_AS_LEAD,
    ("milestone", "GET"): _READ,
    ("milestone", "POST"): _ALL_ARE_WRONG,
    ("milestone-compare", "GET"): _READ,
    ("milestone-compare", "POST"): _ALL_ARE_WRONG,
    ("milestone-compare-csv", "GET"): _READ,
    ("milestone-compare-csv", "POST"): _ALL_ARE_WRONG,
    ("workload-compare", "GET"): _READ,
    ("workload-compare", "POST"): _ALL_ARE_WRONG,
    ("workload-compare-with", "GET"): _READ,
    ("workload-compare-with", "POST"): _ALL_ARE_WRONG,
    ("workload-compare-csv", "GET"): _READ,
    ("workload-compare-csv", "POST"): _ALL_ARE_WRONG,
    ("plan", "GET"): _READ,
    ("plan", "POST"): _ALL_ARE_WRONG,
    ("plan-edit", "GET"): _ALL_ARE_WRONG,
    ("plan-edit", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("plan-status", "GET"): _ALL_ARE_WRONG,
    ("plan-status", "POST"): _WRITE_AS_LEAD,
    ("plan-item", "GET"): _READ,
    ("plan-item", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("plan-item-follow", "GET"): _ALL_ARE_WRONG,
    ("plan-item-follow", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("plan-next", "GET"): _READ,
    ("plan-next", "POST"): _ALL_ARE_WRONG,
    ("plan-what-if", "GET"): _READ,
    ("plan-what-if", "POST"): _WRITE_AS_VIEWER,
    ("scenarios", "GET"): _READ,
    ("scenarios", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("scenarios-compare", "GET"): _READ,
    ("scenarios-compare", "POST"): _ALL_ARE_WRONG,
    ("scenario", "GET"): _READ,
    ("scenario", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("scenario-delete", "GET"): _FORM_OF_CONTRIBUTOR,
    ("scenario-delete", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("scenario-dates", "GET"): _FORM_OF_CONTRIBUTOR,
    ("scenario-dates", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("plan-burn-down", "GET"): _READ,
    ("plan-burn-down", "POST"): _ALL_ARE_WRONG,
    ("plan-export", "GET"): _READ,
    ("plan-export", "POST"): _ALL_ARE_WRONG,
    ("organization-plan-next", "GET"): _READ,
    ("organization-plan-next", "POST"): _ALL_ARE_WRONG,
    ("organization-plan-burn-down", "GET"): _READ,
    ("organization-plan-burn-down", "POST"): _ALL_ARE_WRONG,
    ("organization-plan-export", "GET"): _READ,
    ("organization-plan-export", "POST"): _ALL_ARE_WRONG,
    ("organization-plan", "GET"): _READ,
    ("organization-plan", "POST"): _ALL_ARE_WRONG,
    ("organization-plan-edit", "GET"): _ALL_ARE_WRONG,
    ("organization-plan-edit", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("acceptances", "GET"): _READ,
    ("acceptances", "POST"): _ALL_ARE_WRONG,
    ("question-acceptance", "GET"): _READ,
    ("question-acceptance", "POST"): _WRITE_AS_CONTRIBUTOR,
    ("acceptance-decide", "GET"): _ALL_ARE_WRONG,
    ("acceptance-decide", "POST"): _WRITE_AS_ADMIN,
    # Somebody else asked for it: who may not decide is led to where it stands.
    ("acceptance-withdraw", "GET"): (302, 404, 404, 403, 302, 302, 302, 302),
    ("acceptance-withdraw", "POST"): _WRITE_AS_ADMIN,
    # Lenses.
    ("lenses", "GET"): _READ,
    ("lenses", "POST"): _ALL_ARE_WRONG,
    ("lens", "GET"): _READ,
    ("lens", "POST"): _ALL_ARE_WRONG,
    ("lens-version", "GET"): _READ,
    ("lens-version", "POST"): _ALL_ARE_WRONG,
    ("lens-findings", "GET"): _READ,
    ("lens-findings", "POST"): _ALL_ARE_WRONG,
    ("lens-export", "GET"): _READ,
    ("lens-export", "POST"): _ALL_ARE_WRONG,
    ("lens-import", "GET"): _FORM_OF_LEAD,
    ("lens-import", "POST"): _WRITE_AS_LEAD,
    ("lens-draft-discard", "GET"): _ALL_ARE_WRONG,
    ("lens-draft-discard", "POST"): _WRITE_AS_LEAD,
    ("lens-publish", "GET"): _FORM_OF_ADMIN,
    ("lens-publish", "POST"): _WRITE_AS_ADMIN,
    ("lens-impact", "GET"): _FORM_OF_LEAD,
    ("lens-impact", "POST"): _WRITE_AS_LEAD,
    ("lens-diff", "GET"): _READ,
    ("lens-diff", "POST"): _ALL_ARE_WRONG,
    ("lens-deprecate", "GET"): _ALL_ARE_WRONG,
    ("lens-deprecate", "POST"): _WRITE_AS_ADMIN,
    ("lens-delete", "GET"): _FORM_OF_ADMIN,
    ("lens-delete", "POST"): _WRITE_AS_ADMIN,
    ("job", "GET"): _READ,
    ("job", "POST"): _ALL_ARE_WRONG,
    # Reports. The report is the owner's: others may not delete it, unless they manage workloads.
    ("reports", "GET"): _READ,
    ("reports", "POST"): _WRITE_AS_VIEWER,
    ("report-file", "GET"): _READ,
    ("report-file", "POST"): _ALL_ARE_WRONG,
    ("report-delete", "GET"): (302, 404, 404, 302, 302, 200, 200, 200),
    ("report-delete", "POST"): _WRITE_AS_LEAD,
    # The studio.
    ("lens-new", "GET"): _FORM_OF_LEAD,
    ("lens-new", "POST"): _WRITE_AS_LEAD,
    ("lens-copy", "GET"): _FORM_OF_LEAD,
    ("lens-copy", "POST"): _WRITE_AS_LEAD,
    ("lens-studio", "GET"): _FORM_OF_LEAD,
    ("lens-studio", "POST"): _ALL_ARE_WRONG,
    ("lens-studio-pillar", "GET"): _FORM_OF_LEAD,
    ("lens-studio-pillar", "POST"): _ALL_ARE_WRONG,
    ("lens-studio-question", "GET"): _FORM_OF_LEAD,
    ("lens-studio-question", "POST"): _ALL_ARE_WRONG,
    ("lens-studio-test", "GET"): _FORM_OF_LEAD,
    ("lens-studio-test", "POST"): _ALL_ARE_WRONG,
    ("lens-studio-save", "GET"): _ALL_ARE_WRONG,
    ("lens-studio-save", "POST"): _WRITE_AS_LEAD,
    ("lens-studio-history", "GET"): _FORM_OF_LEAD,
    ("lens-studio-history", "POST"): _WRITE_AS_LEAD,
    # The organisation.
    ("settings", "GET"): _READ,
    ("settings", "POST"): _WRITE_AS_OWNER,
    ("members", "GET"): _READ,
    ("members", "POST"): _WRITE_AS_ADMIN,
    ("member-role", "GET"): _ALL_ARE_WRONG,
    ("member-role", "POST"): _WRITE_AS_ADMIN,
    ("member-remove", "GET"): _ALL_ARE_WRONG,
    ("member-remove", "POST"): _WRITE_AS_ADMIN,
}
"""(URL name, method) → the status for each of VISITORS, what is posted being valid."""

NOT_IN_THE_MATRIX = {
    "account_": "allauth's own pages of signing up, in and out: no organisation is known there",
}
"""Beginnings of URL names that the matrix leaves out, with the reason."""


def routes() -> dict[str, tuple[str, Callable[..., Any]]]:
    """Return every URL name with its route from the root and its view.

    Raises AssertionError for a pattern without a name and for a name that is given twice.
    """
    found: dict[str, tuple[str, Callable[..., Any]]] = {}
    waiting: list[tuple[str, URLPattern | URLResolver]] = [
        ("", pattern) for pattern in get_resolver().url_patterns
    ]
    for prefix, pattern in waiting:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            waiting.extend((route, inner) for inner in pattern.url_patterns)
            continue
        assert pattern.name, f"{route} has no name"
        assert pattern.name not in found, f"{pattern.name} is given twice"
        found[pattern.name] = (route, pattern.callback)
    return found


def is_left_out(name: str) -> bool:
    """Whether NOT_IN_THE_MATRIX says why a URL name is not in the matrix."""
    return name.startswith(tuple(NOT_IN_THE_MATRIX))

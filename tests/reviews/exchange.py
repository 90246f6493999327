"""A workload with something of everything that travels, and what tests do with it."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from reviews.exchange.document import read_workload_document
from reviews.exchange.restoring import import_workload
from reviews.exchange.writing import as_json, workload_values
from reviews.merge import ChoiceDetail
from reviews.models import LensReview
from reviews.services.evidence import Practice, add_link
from reviews.services.milestones import save_milestone
from reviews.services.upgrades import upgrade_review
from tenants.actors import Actor
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.versions import OTHER, QUESTION, RENAMES, A, B, C, next_version, rebuild
from workloads.models import Workload, WorkloadTag

FORMULAS = ("=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-1", "\t=1", "\r=1")
"""What a spreadsheet would run, were it not told that it is text."""


def filled_workload(cast: Cast) -> Workload:
    """Return a workload of Northwind: two lenses, one upgraded, answers, links, two milestones."""
    workload = make_workload("Payments")
    workload.account_ids, workload.regions = ["123456789012"], ["eu-west-1"]
    workload.notes = '=HYPERLINK("https://evil.example")\nSecond line.'
    workload.save()
    WorkloadTag.objects.create(workload=workload, key="team", value="+payments")
    own = make_review(workload)
    built_in = make_review(workload, make_lens_version(built_in=True))
    detail = {B: ChoiceDetail(not_applicable=True, reason="OUT_OF_SCOPE", notes="@SUM(A1)")}
    say(cast, own, A, details=detail, notes="=cmd|' /C calc'!A0\n  indented, “quoted”, _x000D_")
    say(cast, own, question=OTHER, is_applicable=False, reason="OTHER", notes="-1")
    say(cast, built_in, A, B, C)
    practice = Practice(workload.pk, own.pk, QUESTION, A)
    add_link(actor=cast.actor(), practice=practice, url="https://example.com/a", title="=1+1")
    save_milestone(actor=cast.actor(), workload_id=workload.pk, name="First")
    LensReview.objects.filter(pk=own.pk).update(notes="+1", pillar_notes={"pillar_1": "-1"})
    version = next_version(own.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES)
    own.refresh_from_db()
    upgrade_review(
        actor=cast.actor(),
        review_id=own.pk,
        to_version_id=version.pk,
        milestone_name="Second",
    )
    return workload


def exported(workload: Workload, actor: Actor) -> dict[str, Any]:
    """Return the values of a workload's file, read from its text."""
    values: dict[str, Any] = json.loads(
        as_json(workload_values(workload, by=actor.name, organization=actor.organization.name))
    )
    return values


def imported(actor: Actor, values: dict[str, Any], name: str = "") -> Workload:
    """Import a file's values."""
    document = read_workload_document(json.dumps(values))
    return import_workload(actor=actor, document=document, name=name)


def without_origin(values: dict[str, Any]) -> dict[str, Any]:
    """Return a file without where it came from, which is all that an import does not keep."""
    values = deepcopy(values)
    del values["exported"]
    return values


__all__ = ["FORMULAS", "exported", "filled_workload", "imported", "without_origin"]

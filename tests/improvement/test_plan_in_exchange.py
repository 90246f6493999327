"""The plan travels with its workload: in the JSON, and in the milestones of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from common.errors import Forbidden, InvalidDocument
from improvement.models import ImprovementItem, ItemEvent, RiskAcceptance
from improvement.plan_file import read_plan
from improvement.selectors_items import burn_down_events
from improvement.services.acceptances import (
    decide_on_acceptance,
    request_acceptance,
    withdraw_acceptance,
)
from improvement.services.items import edit_item
from improvement.services.restoring import restore_plan
from reviews.exchange.document import snapshot_sha256
from reviews.models import LensReview
from reviews.services.milestones import save_milestone
from tenants.context import in_organization
from tenants.models import AuditEvent, Membership, Organization
from tenants.permissions import Role
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, item, planned
from tests.reviews.exchange import exported, imported, without_origin
from workloads.models import Workload

DUE = date(2026, 6, 1)
State = RiskAcceptance.State


def said(
    cast: Cast, review: LensReview, practice: int, question: str = QUESTION, **to: Any
) -> None:
    found = item(review, question, practice)
    edit_item(actor=cast.actor(), item_id=found.pk, expected_revision=found.revision, changes=to)


def asked(cast: Cast, review: LensReview, question: str = QUESTION, days: int = 90) -> Any:
    return request_acceptance(
        actor=cast.actor("contributor"),
        review_id=review.pk,
        question_id=question,
        reason="It is retired in spring.",
        conditions="Nobody else may use it.",
        until=timezone.localdate() + timedelta(days=days),
    )


def approved(cast: Cast, review: LensReview, question: str = QUESTION) -> None:
    found = asked(cast, review, question)
    decide_on_acceptance(
        actor=cast.actor("admin"), acceptance_id=found.pk, is_approved=True, decision="Well."
    )


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    """A review of a workload whose plan has something of everything."""
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER)
    said(cast, made, 1, OTHER, owner_id=cast.lead.pk, due=DUE, team_effort=3, notes="=1+1")
    ticket = {"ticket_key": "PAY-1", "ticket_url": "https://example.com/PAY-1"}
    said(cast, made, 2, OTHER, status="in_progress", **ticket)
    said(cast, made, 3, OTHER, status="dismissed", reason="It costs too much.")
    withdraw_acceptance(actor=cast.actor("contributor"), acceptance_id=asked(cast, made).pk)
    approved(cast, made)
    asked(cast, made, OTHER, days=30)
    return made


@pytest.fixture
def file(cast: Cast, review: LensReview) -> dict[str, Any]:
    return exported(review.workload, cast.actor())


def plan_of(values: dict[str, Any]) -> dict[str, Any]:
    plan: dict[str, Any] = values["parts"]["plan"]
    return plan


def statuses(workload: Workload) -> list[str]:
    rows = ImprovementItem.objects.filter(workload=workload).order_by("question_id", "choice_id")
    return list(rows.values_list("status", flat=True))


def refusals(cast: Cast, values: dict[str, Any]) -> dict[str, str]:
    before = Workload.objects.count()
    with pytest.raises(InvalidDocument) as caught:
        imported(cast.actor(), values, name="Another")
    assert Workload.objects.count() == before
    return {problem.path: problem.rule for problem in caught.value.errors}


class TestRoundTrip:
    def test_out_and_in_is_the_identity(
        self, cast: Cast, review: LensReview, file: dict[str, Any]
    ) -> None:
        again = imported(cast.actor(), file, name="Again")
        values = exported(again, cast.actor())
        file["workload"]["name"] = "Again"
        assert without_origin(values) == without_origin(file)
        assert statuses(again) == statuses(review.workload)
        assert "accepted" in statuses(again)
        assert len(plan_of(file)["acceptances"]) == 3
        names = [each["owner"] for each in plan_of(file)["items"]]
        assert names.count("Lead") == 1
        assert cast.lead.email not in str(file)

    def test_a_done_item_stays_in_the_memory_of_the_plan(
        self, cast: Cast, review: LensReview
    ) -> None:
        said(cast, review, 1, OTHER, status="done")
        planned(cast.actor(), review, OTHER, 2)
        file = exported(review.workload, cast.actor())
        again = exported(imported(cast.actor(), file, name="Again"), cast.actor())
        assert plan_of(again) == plan_of(file)
        closed = {each["choice"]: each["closed_as"] for each in plan_of(again)["items"]}
        assert closed[f"{OTHER}_choice_2"] == "followed"

    def test_an_owner_that_is_not_here_leaves_the_item_to_nobody_and_is_named_in_its_history(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        with in_organization(cast.southridge.pk):
            workload = imported(cast.southridge_actor, file)
            values = plan_of(exported(workload, cast.southridge_actor))
            events = [
                event.changes["owner"]
                for event in ItemEvent.objects.all()
                if "owner" in event.changes
            ]
        for each in plan_of(file)["items"]:
            each["owner"] = ""
        assert values == plan_of(file)
        assert events == [["Lead", ""]]

    def test_a_name_that_two_members_have_is_nobody_s(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        type(cast.contributor).objects.filter(pk=cast.contributor.pk).update(name="Lead")
        workload = imported(cast.actor(), file, name="Again")
        assert not ImprovementItem.objects.filter(workload=workload, owner__isnull=False).exists()

    def test_who_may_only_read_owns_nothing(self, cast: Cast, file: dict[str, Any]) -> None:
        Membership.objects.filter(user=cast.lead).update(role=Role.VIEWER)
        workload = imported(cast.actor(), file, name="Again")
        assert not ImprovementItem.objects.filter(workload=workload, owner__isnull=False).exists()

    def test_the_burn_down_begins_with_what_is_left(self, cast: Cast, file: dict[str, Any]) -> None:
        workload = imported(cast.actor(), file, name="Again")
        events = burn_down_events([workload.pk])
        left = [row for row in ImprovementItem.objects.filter(workload=workload) if row.is_left]
        assert sum(event.items for event in events) == len(left)
        assert sum(event.half_days for event in events) == sum(row.effort for row in left)

    def test_items_follow_the_answers_of_the_file(self, cast: Cast, file: dict[str, Any]) -> None:
        """A file that was written by hand says nothing that the answers do not."""
        file["reviews"][0]["answers"].clear()
        workload = imported(cast.actor(), file, name="Again")
        assert set(statuses(workload)) == {"done", "dismissed"}

    def test_a_workload_without_a_plan_has_no_such_part(
        self, cast: Cast, in_northwind: Organization
    ) -> None:
        assert exported(make_workload("Empty"), cast.actor())["parts"] == {}


class TestAcceptances:
    def test_nobody_approves_by_importing(
        self, cast: Cast, review: LensReview, file: dict[str, Any]
    ) -> None:
        """A lead may import, and not accept risks: the approval ends and is asked for anew."""
        workload = imported(cast.actor(Role.LEAD), file, name="Again")
        assert "accepted" not in statuses(workload)
        rows = RiskAcceptance.objects.filter(workload=workload, question_id=QUESTION)
        ended = rows.get(decided_by_name="Admin")
        assert (ended.state, ended.decision) == (State.EXPIRED, "Well.")
        anew = rows.get(state=State.REQUESTED)
        assert (anew.requested_by, anew.until) == (cast.lead, ended.until)
        with pytest.raises(Forbidden):
            decide_on_acceptance(
                actor=cast.actor(Role.LEAD), acceptance_id=anew.pk, is_approved=True
            )
        decide_on_acceptance(actor=cast.actor(), acceptance_id=anew.pk, is_approved=True)
        assert "accepted" in statuses(workload)

    def test_what_is_asked_for_is_decided_by_somebody_else_than_who_imports_it(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        workload = imported(cast.actor(), file, name="Again")
        row = RiskAcceptance.objects.get(workload=workload, state=State.REQUESTED)
        assert (row.requested_by, row.requested_by_name) == (cast.owner, "Contributor")
        with pytest.raises(Forbidden, match="Somebody else"):
            decide_on_acceptance(actor=cast.actor(), acceptance_id=row.pk, is_approved=True)

    def test_an_approval_that_stands_is_written_to_the_audit_log(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        imported(cast.actor(), file, name="Again")
        events = AuditEvent.objects.filter(verb="acceptance.imported")
        assert {event.after["state"] for event in events} == {"approved", "requested"}

    def test_what_is_over_is_over(self, cast: Cast, file: dict[str, Any]) -> None:
        for each in plan_of(file)["acceptances"]:
            each["until"] = "2020-01-01"
        workload = imported(cast.actor(), file, name="Again")
        rows = RiskAcceptance.objects.filter(workload=workload)
        assert set(rows.values_list("state", flat=True)) == {State.EXPIRED, State.WITHDRAWN}
        assert "accepted" not in statuses(workload)

    def test_restoring_needs_who_may_make_workloads(self, cast: Cast, file: dict[str, Any]) -> None:
        with pytest.raises(Forbidden):
            restore_plan(
                actor=cast.actor(Role.CONTRIBUTOR),
                workload=Workload.objects.get(),
                reviews={},
                plan=read_plan({"items": [], "acceptances": []}),
            )


class TestRefusals:
    def test_every_bad_value_is_named_by_its_path(self, cast: Cast, file: dict[str, Any]) -> None:
        first, second, third, *_others = plan_of(file)["items"]
        first |= {"ticket_key": "x" * 101, "ticket_url": "javascript:alert(1)"}
        second |= {"question": "no_such", "team_effort": 5_000, "status": "done"}
        third |= {"choice": "no_such", "status": "dismissed", "reason": ""}
        dismissed = next(each for each in plan_of(file)["items"] if each["reason"])
        place = plan_of(file)["items"].index(dismissed)
        dismissed |= {"closed_as": "followed", "notes": "x" * 6_000}
        acceptances = plan_of(file)["acceptances"]
        for each in acceptances:
            each |= {"state": "approved", "question": QUESTION, "until": "2199-01-01"}
            each |= {"decided_by": "", "decided_at": None, "reason": " "}
        acceptances[0]["review"] = "no_such"
        found = refusals(cast, file)
        items = "parts.plan.items"
        assert (
            found.items()
            >= {
                f"{items}[0].ticket_key": "item.value",
                f"{items}[0].ticket_url": "item.value",
                f"{items}[1].question": "question.unknown",
                f"{items}[1].team_effort": "item.value",
                f"{items}[1].closed_at": "item.closed_at",
                f"{items}[2].choice": "choice.unknown",
                f"{items}[2].reason": "item.reason",
                f"{items}[{place}].closed_as": "item.closed_as",
                f"{items}[{place}].notes": "item.value",
                "parts.plan.acceptances[0].review": "review.unknown",
                "parts.plan.acceptances[1].state": "acceptance.repeated",
                "parts.plan.acceptances[2].decided_by": "acceptance.decided",
                "parts.plan.acceptances[2].decided_at": "acceptance.decided",
                "parts.plan.acceptances[2].reason": "text.empty",
                "parts.plan.acceptances[2].until": "acceptance.until",
            }.items()
        )

    def test_the_shape_is_checked_strictly(self, cast: Cast, file: dict[str, Any]) -> None:
        first, second, *_others = plan_of(file)["items"]
        first |= {"due": "tomorrow", "status": "started", "more": 1}
        second |= {"reopened": True, "owner": 5, "opened_at": "2026-06-01"}
        del plan_of(file)["acceptances"][0]["until"]
        assert refusals(cast, file) == {
            "parts.plan.items[0].due": "value.value_error",
            "parts.plan.items[0].status": "value.choice",
            "parts.plan.items[0].more": "key.unknown",
            "parts.plan.items[1].reopened": "type.number",
            "parts.plan.items[1].owner": "type.text",
            "parts.plan.items[1].opened_at": "value.value_error",
            "parts.plan.acceptances[0].until": "key.missing",
        }

    @pytest.mark.parametrize("value", [None, [], "plan", 5])
    def test_what_is_no_plan_at_all_is_named(
        self, cast: Cast, file: dict[str, Any], value: Any
    ) -> None:
        file["parts"]["plan"] = value
        assert list(refusals(cast, file)) == ["parts.plan"]

    def test_an_item_that_stands_twice_is_named(self, cast: Cast, file: dict[str, Any]) -> None:
        items = plan_of(file)["items"]
        items.append(dict(items[0]))
        place = len(items) - 1
        assert refusals(cast, file) == {f"parts.plan.items[{place}].choice": "item.repeated"}


def test_a_milestone_s_plan_travels_and_is_checked(cast: Cast, review: LensReview) -> None:
    save_milestone(actor=cast.actor(), workload_id=review.workload_id, name="First")
    file = exported(review.workload, cast.actor())
    with in_organization(cast.southridge.pk):
        again = exported(imported(cast.southridge_actor, file), cast.southridge_actor)
    assert again["milestones"] == file["milestones"]
    milestone = file["milestones"][0]
    kept = milestone["snapshot"]["parts"]["plan"]
    kept[0]["due"] = "tomorrow"
    kept[1]["status"] = "started"
    milestone["sha256"] = snapshot_sha256(milestone["snapshot"])
    path = "milestones[0].snapshot.parts.plan"
    assert refusals(cast, file) == {
        f"{path}[0].due": "value.value_error",
        f"{path}[1].status": "value.choice",
    }


def test_a_larger_plan_asks_no_more_queries(
    cast: Cast, review: LensReview, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    few = query_count(lambda: exported(review.workload, cast.actor()))
    planned(cast.actor(), review, "pillar_1_question_2")
    planned(cast.actor(), review, "pillar_2_question_1")
    assert query_count(lambda: exported(review.workload, cast.actor())) == few

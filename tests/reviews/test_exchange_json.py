"""A whole workload as JSON: out and in is the identity; what is wrong is named, nothing is made."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from common.errors import Conflict, Forbidden, InvalidDocument, LimitExceeded
from common.risk import Risk
from lenses.models import LensVersion
from lenses.schema import canonical, sha256
from reviews.exchange.document import read_workload_document, snapshot_sha256
from reviews.exchange.parts import Part, _parts
from reviews.models import (
    Answer,
    AnswerChange,
    Evidence,
    LensReview,
    Milestone,
    TrendDay,
    WorkloadSummary,
)
from reviews.selectors_milestones import snapshot_of
from reviews.services.trend import rebuild_trend
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tenants.permissions import Role
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.exchange import exported, filled_workload, imported, without_origin
from tests.reviews.versions import RENAMED, A, B, C
from workloads.models import Workload


@pytest.fixture
def file(cast: Cast, in_northwind: Organization) -> dict[str, Any]:
    """The file of a workload that has something of everything."""
    return exported(filled_workload(cast), cast.actor())


def refusals(actor: Actor, values: dict[str, Any]) -> dict[str, str]:
    """Import what cannot be imported: its problems, rule by path. Nothing may have been made."""
    before = Workload.objects.count()
    with pytest.raises(InvalidDocument) as caught:
        imported(actor, values, name="Another")
    assert Workload.objects.count() == before
    return {problem.path: problem.rule for problem in caught.value.errors}


class TestRoundTrip:
    def test_into_the_same_organisation_under_another_name(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        again = exported(imported(cast.actor(Role.LEAD), file, name="Again"), cast.actor())
        file["workload"]["name"] = "Again"
        assert without_origin(again) == without_origin(file)

    def test_into_an_organisation_that_has_no_such_lens(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        with in_organization(cast.southridge.pk):
            workload = imported(cast.southridge_actor, file)
            assert without_origin(exported(workload, cast.southridge_actor)) == without_origin(file)
            made = LensVersion.objects.all().of_ones_own().order_by("published_at")
            assert [(row.version, row.kind, row.status) for row in made] == [
                ("1.0", "major", "superseded"),
                ("2.0", "major", "published"),
            ]
            answer = Answer.objects.get(question_id=RENAMED)
            assert (answer.revision, answer.updated_by, answer.risk) == (1, None, Risk.NONE)
            change = AnswerChange.objects.get(answer=answer)
            assert (change.by_name, change.at) == ("Contributor", answer.updated_at)
            first = Milestone.objects.get(number=1)
            assert first.by_name == "Owner"
            assert {review.lens_name for review in snapshot_of(first).reviews} == {
                lens["name"] for lens in file["lenses"]
            }
            figures = WorkloadSummary.objects.get(workload=workload)
            assert (figures.none, figures.high, figures.medium) == (2, 0, 0)
            assert figures.milestone_at == Milestone.objects.get(number=2).at
            rebuilt = {row.on: row.questions for row in TrendDay.objects.all()}
            rebuild_trend()
            assert {row.on: row.questions for row in TrendDay.objects.all()} == rebuilt
            event = AuditEvent.objects.get(verb="workload.imported")
            assert (event.after["from"], event.after["milestones"]) == ("Northwind", 2)

    def test_one_whose_lens_moved_choices_and_dropped_a_pillar(
        self, cast: Cast, in_northwind: Organization
    ) -> None:
        workload = filled_workload(cast)
        # As the row keeps them that was answered when the lens had another order.
        ticked = Answer.objects.get(review__workload=workload, selected=[A, B, C])
        Answer.objects.filter(pk=ticked.pk).update(selected=[C, B, A])
        LensReview.objects.filter(pk=ticked.review_id).update(
            pillar_notes={"pillar_1": "Kept.", "pillar_of_before": "Gone with it."}
        )
        again = imported(cast.actor(), exported(workload, cast.actor()), name="Again")
        copied = Answer.objects.get(review__workload=again, selected=[A, B, C])
        assert copied.review.pillar_notes == {"pillar_1": "Kept."}

    def test_an_empty_workload(self, cast: Cast, in_northwind: Organization) -> None:
        file = exported(make_workload("Empty"), cast.actor())
        again = exported(imported(cast.actor(), file, name="Again"), cast.actor())
        file["workload"]["name"] = "Again"
        assert without_origin(again) == without_origin(file)

    def test_a_part_of_a_higher_app_travels_too(
        self, cast: Cast, in_northwind: Organization, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        restored: list[Any] = []
        part = Part(
            name="plan",
            write=lambda _workload, reviews: [{"review": key} for key in reviews],
            check=lambda value, path, reviews, findings: (
                None if value[0]["review"] in reviews else findings.error(path, "plan", "No.")
            ),
            restore=lambda _actor, _workload, reviews, value: restored.append((reviews, value)),
        )
        monkeypatch.setitem(_parts, "plan", part)
        review = make_review()
        file = exported(review.workload, cast.actor())
        key = file["reviews"][0]["lens"]
        assert file["parts"] == {"plan": [{"review": key}]}
        imported(cast.actor(), file, name="Again")
        ((reviews, value),) = restored
        assert (list(reviews), value) == ([key], [{"review": key}])
        file["parts"] = {"plan": [{"review": "x"}], "watching": {}}
        assert refusals(cast.actor(), file) == {
            "parts.plan": "plan",
            "parts.watching": "part.unknown",
        }


class TestRefusals:
    def test_a_byte_of_a_snapshot_that_was_changed_is_named(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        text = json.dumps(file["milestones"][0]["snapshot"]).replace("@SUM(A1)", "@SUM(A2)")
        file["milestones"][0]["snapshot"] = json.loads(text)
        assert refusals(cast.actor(), file) == {"milestones[0].sha256": "milestone.checksum"}

    def test_a_snapshot_that_was_changed_with_its_checksum_must_make_sense_still(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        first, second = (milestone["snapshot"]["reviews"][0] for milestone in file["milestones"])
        first["answers"]["no_such"] = deepcopy(next(iter(first["answers"].values())))
        second["counts"][0][1]["HIGH"] = 40
        file["milestones"][1]["snapshot"]["parts"] = {"no_such": {}}
        file["milestones"][0]["snapshot"]["reviews"][1]["answers"].clear()
        for milestone in file["milestones"]:
            milestone["sha256"] = snapshot_sha256(milestone["snapshot"])
        found = refusals(cast.actor(), file)
        assert found["milestones[0].snapshot.reviews[0].answers.no_such"] == "question.unknown"
        assert found["milestones[0].snapshot.reviews[1].counts"] == "milestone.counts"
        assert found["milestones[1].snapshot.reviews[0].counts"] == "milestone.counts"
        assert found["milestones[1].snapshot.parts.no_such"] == "part.unknown"

    def test_a_kept_address_that_is_no_web_address_is_refused(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        milestone = file["milestones"][0]
        (piece,) = milestone["snapshot"]["reviews"][0]["evidence"]
        piece["url"] = "javascript:alert(1)"
        milestone["sha256"] = snapshot_sha256(milestone["snapshot"])
        path = "milestones[0].snapshot.reviews[0].evidence[0].url"
        assert list(refusals(cast.actor(), file)) == [path]

    @pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59+00:00"])
    def test_a_moment_that_cannot_be_shown_everywhere_is_named(
        self, cast: Cast, file: dict[str, Any], at: str
    ) -> None:
        file["exported"]["at"] = at
        assert len(refusals(cast.actor(), file)) == 1

    def test_a_lens_that_was_changed_is_named(self, cast: Cast, file: dict[str, Any]) -> None:
        own = next(lens for lens in file["lenses"] if not lens["alias"])
        own["document"]["description"] = "Another."
        with in_organization(cast.southridge.pk):
            found = refusals(cast.southridge_actor, file)
        place = file["lenses"].index(own)
        assert found == {f"lenses[{place}].document": "lens.checksum"}

    def test_a_lens_that_is_missing_is_named_to_whom_may_not_publish_it(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        lead = Actor(cast.southridge, cast.stranger.pk, "Stranger", Role.LEAD)
        with in_organization(cast.southridge.pk):
            assert set(refusals(lead, file).values()) == {"lens.missing"}

    def test_a_built_in_lens_that_is_not_here_is_named(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        place = next(i for i, lens in enumerate(file["lenses"]) if lens["alias"])
        file["lenses"][place]["sha256"] = "0" * 64
        for milestone in file["milestones"]:
            for kept in milestone["snapshot"]["reviews"]:
                if kept["lens"] == file["lenses"][place]["key"]:
                    kept["document_sha256"] = "0" * 64
            milestone["sha256"] = snapshot_sha256(milestone["snapshot"])
        assert refusals(cast.actor(), file) == {f"lenses[{place}]": "lens.missing"}

    def test_another_text_under_the_name_of_a_lens_of_ones_own_is_refused(
        self, cast: Cast, file: dict[str, Any]
    ) -> None:
        own = next(lens for lens in file["lenses"] if not lens["alias"])
        review = make_review(make_workload("Other"))
        other = exported(review.workload, cast.actor())
        lens = other["lenses"][0]
        lens["document"] = {**lens["document"], "name": own["name"], "description": "Not ours."}
        lens |= {"name": own["name"], "sha256": sha256(canonical(lens["document"]))}
        assert refusals(cast.actor(), other) == {"lenses[0]": "lens.missing"}

    def test_every_problem_is_named_at_once(self, cast: Cast, file: dict[str, Any]) -> None:
        place = next(i for i, review in enumerate(file["reviews"]) if RENAMED in review["answers"])
        answer = file["reviews"][place]["answers"][RENAMED]
        answer["notes"] = "x" * 3000
        answer["selected"] = ["no_such"]
        file["workload"]["environment"] = "SPACE"
        file["workload"]["account_ids"] = ["12"]
        file["reviews"][place]["pillar_notes"]["no_such"] = "Said."
        file["reviews"][place]["links"].append(
            {
                "question": RENAMED,
                "choice": "no_such",
                "title": "x",
                "url": "https://user:word@example.com/",
                "at": "2026-01-01T00:00:00+00:00",
                "by": "Owner",
            }
        )
        last = len(file["reviews"][place]["links"]) - 1
        found = refusals(cast.actor(), file)
        assert found.keys() >= {
            "workload.environment",
            "workload.account_ids",
            f"reviews[{place}].answers.{RENAMED}.notes",
            f"reviews[{place}].answers.{RENAMED}.selected",
            f"reviews[{place}].pillar_notes.no_such",
            f"reviews[{place}].links[{last}].choice",
            f"reviews[{place}].links[{last}].url",
        }

    def test_shape_is_checked_strictly(self, cast: Cast, file: dict[str, Any]) -> None:
        file["schema_version"] = 2
        file["more"] = 1
        file["reviews"][0]["notes"] = 5
        del file["reviews"][1]["links"]
        file["milestones"][0]["at"] = "yesterday"
        file["milestones"][1]["number"] = True
        assert refusals(cast.actor(), file) == {
            "schema_version": "value.choice",
            "more": "key.unknown",
            "reviews[0].notes": "type.text",
            "reviews[1].links": "key.missing",
            "milestones[0].at": "value.value_error",
            "milestones[1].number": "type.number",
        }

    def test_what_stands_twice_is_named(self, cast: Cast, file: dict[str, Any]) -> None:
        file["lenses"].append(deepcopy(file["lenses"][0]))
        file["reviews"].append(deepcopy(file["reviews"][0]))
        file["milestones"][1]["number"] = 1
        assert set(refusals(cast.actor(), file).values()) == {"key.repeated"}

    @pytest.mark.parametrize(
        "source",
        [b"", b"PK\x03\x04", b"[]", b"null", b"{", b"[" * 50_000, b'{"a": NaN}', b"\xff\xfe{}"],
    )
    def test_any_other_file_is_refused_as_a_document(self, source: bytes) -> None:
        with pytest.raises(InvalidDocument):
            read_workload_document(source)

    def test_a_file_of_fifty_megabytes_is_refused_unread(self) -> None:
        with pytest.raises(InvalidDocument) as caught:
            read_workload_document(b" " * 50_000_000)
        assert [problem.rule for problem in caught.value.errors] == ["document.size"]


class TestWhoMay:
    def test_the_name_is_taken(self, cast: Cast, file: dict[str, Any]) -> None:
        with pytest.raises(Conflict) as caught:
            imported(cast.actor(), file)
        assert list(caught.value.fields) == ["name"]
        assert Workload.objects.count() == 1

    def test_only_a_lead_may(self, cast: Cast, file: dict[str, Any]) -> None:
        with pytest.raises(Forbidden):
            imported(cast.actor(Role.CONTRIBUTOR), file, name="Another")

    def test_the_limits_of_the_plan_hold(self, cast: Cast, file: dict[str, Any]) -> None:
        cast.northwind.limits = {"workloads": 1}
        with pytest.raises(LimitExceeded):
            imported(cast.actor(), file, name="Another")
        cast.northwind.limits = {"milestones_per_workload": 1, "lenses_per_workload": 1}
        assert refusals(cast.actor(), file) == {"milestones": "limit", "reviews": "limit"}

    def test_all_or_nothing(
        self, cast: Cast, file: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_arguments: Any, **_keywords: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("reviews.exchange.restoring.refresh_review_summaries", fail)
        with in_organization(cast.southridge.pk):
            with pytest.raises(ZeroDivisionError):
                imported(cast.southridge_actor, file)
            counts = [model.objects.count() for model in (Workload, Answer, Evidence, Milestone)]
            assert counts == [0, 0, 0, 0]
            assert not LensVersion.objects.all().of_ones_own().exists()


def test_the_practice_of_a_link_is_the_one_it_was_added_to(
    cast: Cast, file: dict[str, Any]
) -> None:
    (link,) = [link for review in file["reviews"] for link in review["links"]]
    assert (link["choice"], link["title"]) == (A, "=1+1")

"""Milestones: saved once, never changed, read as they were, compared with now."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from common.errors import Forbidden, Invalid, LimitExceeded, NotFound, UserError
from common.risk import Risk
from improvement.services.staleness import bring_up_to_date
from lenses.schema.compiling import compiled_versions
from reviews import snapshot_parts
from reviews.compare import compare
from reviews.comparison_texts import summary
from reviews.merge import AnswerState, ChoiceDetail
from reviews.models import Evidence, LensReview, Milestone
from reviews.selectors_milestones import (
    definitions_of,
    milestones_of,
    propose_name,
    snapshot_now,
    snapshot_of,
)
from reviews.services.milestones import save_milestone
from reviews.snapshots import EvidenceReference, lens_counts_from
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tenants.permissions import Role
from tenants.plans import limit
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import (
    NONE_OF_THESE,
    QUESTION,
    A,
    B,
    C,
    Save,
    flipped,
    saving,
    say,
    tamper,
)


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """A review of Payments, nothing answered."""
    return make_review()


@pytest.fixture
def save(cast: Cast) -> Save:
    return saving(cast)


class TestSaving:
    def test_a_milestone_keeps_what_was_answered(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        detail = {
            B: ChoiceDetail(not_applicable=True, reason="OUT_OF_SCOPE", notes="No such part.")
        }
        say(cast, review, A, details=detail, notes="Since *May*.")
        milestone = save(review)
        say(cast, review, NONE_OF_THESE)
        (kept,) = snapshot_of(Milestone.objects.get(pk=milestone.pk)).reviews
        answer = kept.answer(QUESTION)
        assert answer.state == AnswerState(
            selected=frozenset({A}), details=detail, notes="Since *May*."
        )
        assert (kept.lens_id, kept.version_id) == (review.lens_id, review.lens_version_id)
        assert (kept.version, kept.document_sha256) == ("1.0", review.lens_version.sha256)
        assert milestone.counts == {"MEDIUM": 1, "UNANSWERED": 5}
        assert (milestone.number, milestone.by_name) == (1, "Lead")
        (counted,) = lens_counts_from(milestone.lens_counts)
        assert (counted.lens_id, counted.version, counted.pillars) == (
            review.lens_id,
            "1.0",
            {
                "pillar_1": {Risk.MEDIUM: 1, Risk.UNANSWERED: 2},
                "pillar_2": {Risk.UNANSWERED: 3},
            },
        )

    def test_evidence_is_kept_by_name_and_practice(self, review: LensReview, save: Save) -> None:
        practice = {"review": review, "question_id": QUESTION, "choice_id": B}
        file: dict[str, Any] = {"filename": "plan.pdf", "size": 9, "sha256": "1" * 64}
        first = Evidence.objects.create(**practice, kind="file", title="The plan", **file)
        url = "https://example.com/runbook"
        Evidence.objects.create(**practice, kind="link", title="The runbook", url=url)
        milestone = save(review)
        Evidence.objects.all().delete()
        (kept,) = snapshot_of(Milestone.objects.get(pk=milestone.pk)).reviews
        assert kept.evidence[0] == EvidenceReference(
            first.pk, QUESTION, B, "file", "The plan", **file
        )
        assert (kept.evidence[1].title, kept.evidence[1].url) == ("The runbook", url)

    def test_other_apps_keep_their_part(
        self, review: LensReview, save: Save, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(snapshot_parts, "_PARTS", {})
        snapshot_parts.register("sums", lambda workload_id: {"of": str(workload_id), "n": [1, 2]})
        milestone = save(review)
        kept = snapshot_of(Milestone.objects.get(pk=milestone.pk)).parts
        assert kept == {"sums": {"of": str(review.workload_id), "n": [1, 2]}}

    def test_two_parts_cannot_have_one_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(snapshot_parts, "_PARTS", {})
        snapshot_parts.register("sums", str)
        snapshot_parts.register("sums", str)
        with pytest.raises(ValueError, match="sums"):
            snapshot_parts.register("sums", repr)

    def test_a_note_says_what_the_moment_was(self, cast: Cast, review: LensReview) -> None:
        milestone = save_milestone(
            actor=cast.actor(Role.LEAD),
            workload_id=review.workload_id,
            name="2026-Q1",
            note=" Before the *audit*.\r\nTwo gaps known. ",
        )
        assert Milestone.objects.get(pk=milestone.pk).note == "Before the *audit*.\nTwo gaps known."
        event = AuditEvent.objects.get(verb="milestone.saved")
        assert event.after is not None
        assert event.after["note"] == milestone.note

    @pytest.mark.parametrize("note", ["x" * 11, "a\x00b"])
    def test_a_note_that_cannot_be_kept_is_refused(
        self, cast: Cast, review: LensReview, note: str
    ) -> None:
        cast.northwind.limits = {"notes_characters": 10}
        with pytest.raises(Invalid) as refused:
            save_milestone(
                actor=cast.actor(Role.LEAD),
                workload_id=review.workload_id,
                name="2026-Q1",
                note=note,
            )
        assert list(refused.value.fields) == ["note"]
        assert not Milestone.objects.exists()

    def test_notes_on_lens_and_pillar_are_kept(self, review: LensReview, save: Save) -> None:
        review.notes, review.pillar_notes = "Of the lens.", {"pillar_2": "Of the pillar.", "x": ""}
        review.save(update_fields=["notes", "pillar_notes"])
        (kept,) = snapshot_of(save(review)).reviews
        assert (kept.notes, kept.pillar_notes) == ("Of the lens.", {"pillar_2": "Of the pillar."})

    def test_the_risks_that_are_kept_are_those_of_the_lens(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        for place, ticks in enumerate([(1, 2, 3), (1,), (3,)], start=1):
            question = f"pillar_2_question_{place}"
            say(cast, review, *(f"{question}_choice_{n}" for n in ticks), question=question)
        say(cast, review, is_applicable=False, reason="OTHER")
        snapshot = snapshot_of(save(review))
        (kept,) = snapshot.reviews
        definition = review.lens_version.definition
        for question_id, answer in kept.answers.items():
            state = answer.state
            question_ = definition.question(question_id)
            assert answer.risk == question_.risk(
                state.selected, state.not_applicable, state.is_applicable
            )
        assert snapshot.total == {
            Risk.NONE: 1,
            Risk.MEDIUM: 1,
            Risk.HIGH: 1,
            Risk.NOT_APPLICABLE: 1,
            Risk.UNANSWERED: 2,
        }

    def test_numbers_go_up_in_each_workload(self, review: LensReview, save: Save) -> None:
        other = make_review(make_workload("Ledger"), review.lens_version)
        numbers = [save(review, f"Number {place}").number for place in (1, 2, 3)]
        assert [*numbers, save(other).number] == [1, 2, 3, 1]

    @pytest.mark.parametrize("name", ["2026-Q1", " 2026-q1 ", "2026 - Q1"])
    def test_a_name_is_there_once_whatever_its_case_and_blanks(
        self, review: LensReview, save: Save, name: str
    ) -> None:
        save(review, "2026-Q1")
        with pytest.raises(Invalid) as refused:
            save(review, name)
        assert list(refused.value.fields) == ["name"]
        save(make_review(make_workload("Ledger"), review.lens_version), name)

    @pytest.mark.parametrize("name", ["", "ab", "   a  b".replace("b", ""), "x" * 101, "a\x00bc"])
    def test_a_name_that_cannot_be_used_is_refused(
        self, review: LensReview, save: Save, name: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            save(review, name)
        assert list(refused.value.fields) == ["name"]
        assert not Milestone.objects.exists()

    @pytest.mark.parametrize("name", ["abc", "x" * 100, "İ" * 50])
    def test_a_name_may_be_as_short_and_as_long_as_the_rule_says(
        self, review: LensReview, save: Save, name: str
    ) -> None:
        assert save(review, name).name == name

    def test_a_name_that_grows_in_lower_case_is_refused_and_no_crash(
        self, review: LensReview, save: Save
    ) -> None:
        with pytest.raises(Invalid):
            save(review, "İ" * 100)

    def test_the_plan_limits_how_many_there_are(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        cast.northwind.limits = {"milestones_per_workload": 2}
        save(review, "First"), save(review, "Second")
        with pytest.raises(LimitExceeded) as refused:
            save(review, "Third")
        assert Milestone.objects.count() == 2
        assert (refused.value.limit, refused.value.value) == ("milestones_per_workload", 2)

    def test_a_hundred_is_the_limit_unless_the_plan_says_otherwise(self, cast: Cast) -> None:
        assert limit(cast.northwind, "milestones_per_workload") == 100

    def test_a_workload_without_a_lens_has_nothing_to_save(self, cast: Cast) -> None:
        with in_organization(cast.northwind.pk), pytest.raises(Invalid):
            save_milestone(
                actor=cast.actor(Role.LEAD), workload_id=make_workload().pk, name="2026-Q1"
            )

    def test_others_than_leads_and_admins_may_not(self, cast: Cast, review: LensReview) -> None:
        for role in (Role.CONTRIBUTOR, Role.VIEWER):
            with pytest.raises(Forbidden):
                save_milestone(
                    actor=cast.actor(role), workload_id=review.workload_id, name="2026-Q1"
                )

    def test_another_organisation_finds_no_such_workload(
        self, cast: Cast, review: LensReview
    ) -> None:
        with in_organization(cast.southridge.pk), pytest.raises(NotFound):
            save_milestone(
                actor=cast.southridge_actor, workload_id=review.workload_id, name="2026-Q1"
            )

    def test_the_audit_log_says_who_saved_what(self, review: LensReview, save: Save) -> None:
        milestone = save(review)
        event = AuditEvent.objects.get(verb="milestone.saved")
        assert (event.actor_name, event.object_name) == ("Lead", "2026-Q1")
        assert event.after is not None
        assert event.after["sha256"] == milestone.sha256

    def test_saving_takes_few_queries_however_many_answers_and_lenses(
        self, cast: Cast, review: LensReview, query_count: Callable[[Callable[[], Any]], int]
    ) -> None:
        def save(name: str) -> Callable[[], Milestone]:
            # As the worker leaves it a moment after the last answer.
            bring_up_to_date(workload_id=review.workload_id)
            return lambda: save_milestone(
                actor=cast.actor(Role.LEAD), workload_id=review.workload_id, name=name
            )

        compiled_versions.clear()
        one_lens = query_count(save("First"))
        for _more in range(3):
            more = make_review(review.workload)
            for question in more.lens_version.definition.questions:
                say(cast, more, question.choice_ids[0], question=question.id)
        compiled_versions.clear()
        # The first of a workload that was never counted takes a few more.
        assert query_count(save("Second")) <= one_lens
        assert one_lens <= 30


class TestImmutability:
    def test_the_model_cannot_write_a_milestone_again(self, review: LensReview, save: Save) -> None:
        milestone = save(review)
        milestone.name = "Another"
        with pytest.raises(DatabaseError), transaction.atomic():
            milestone.save()

    @pytest.mark.parametrize(
        "field", ["name", "number", "sha256", "by_name", "at", "note", "lens_counts"]
    )
    def test_the_database_refuses_to_change_what_it_says(
        self, review: LensReview, save: Save, field: str
    ) -> None:
        milestone = save(review)
        values = {"number": 7, "at": review.created_at}
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Milestone.objects.filter(pk=milestone.pk).update(**{field: values.get(field, "other")})
        assert Milestone.objects.get(pk=milestone.pk).name == "2026-Q1"

    def test_it_outlives_the_account_of_who_saved_it(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        milestone = save(review)
        Milestone.objects.filter(pk=milestone.pk).update(by=None)
        assert Milestone.objects.get(pk=milestone.pk).by_name == "Lead"

    def test_it_goes_with_its_workload(self, review: LensReview, save: Save) -> None:
        save(review)
        review.workload.delete()
        assert not Milestone.objects.exists()


class TestReading:
    def test_a_broken_snapshot_is_an_error_in_words(
        self, review: LensReview, save: Save, client_of: Callable[[str], Client]
    ) -> None:
        milestone = save(review)
        tamper(milestone, snapshot=flipped(milestone))
        with pytest.raises(UserError) as refused:
            snapshot_of(Milestone.objects.get())
        assert "2026-Q1" in refused.value.message

    def test_now_is_what_a_milestone_saved_now_would_hold(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        say(cast, review, A, notes="Kept.")
        saved = snapshot_of(save(review))
        assert replace(saved, parts={}) == snapshot_now(review.workload)

    def test_what_was_taken_back_is_as_if_never_said(self, cast: Cast, review: LensReview) -> None:
        untouched = snapshot_now(review.workload)
        say(cast, review, A)
        say(cast, review)
        assert snapshot_now(review.workload) == untouched

    def test_a_milestone_keeps_its_lens_version_after_an_upgrade(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        say(cast, review, C)
        milestone = save(review)
        document = lens_document(name=review.lens.name, questions=4)
        upgraded = make_lens_version(document, version="2.0", lens=review.lens)
        review.lens_version = upgraded
        review.save(update_fields=["lens_version"])
        before, after = snapshot_of(milestone), snapshot_now(review.workload)
        compared = compare(before, after, definitions_of(before, after))
        assert [lens.has_other_version for lens in compared.lenses] == [True]
        assert "2 questions are new." in summary(compared)

    def test_a_version_that_is_gone_is_an_error_in_words(
        self, review: LensReview, save: Save
    ) -> None:
        # The database refuses to delete a published version; a restored backup may lack one.
        snapshot = snapshot_of(save(review))
        (part,) = snapshot.reviews
        snapshot = replace(
            snapshot, reviews=(replace(part, version_id=uuid4(), document_sha256="0" * 64),)
        )
        with pytest.raises(UserError, match=r"1\.0"):
            definitions_of(snapshot)

    def test_the_proposed_name_is_the_quarter_made_unique(
        self, review: LensReview, save: Save
    ) -> None:
        def proposed() -> str:
            return propose_name(review.workload_id, date(2026, 11, 22))

        assert proposed() == "2026-Q4"
        save(review, "2026-q4")
        assert proposed() == "2026-Q4 (2)"
        save(review, "2026-Q4(2)")
        assert proposed() == "2026-Q4 (3)"

    def test_the_list_leaves_the_snapshots_in_the_database(
        self, review: LensReview, save: Save
    ) -> None:
        save(review)
        (milestone,) = milestones_of(review.workload_id)
        assert milestone.get_deferred_fields() == {"snapshot"}

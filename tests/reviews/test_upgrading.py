"""A major version waits until somebody upgrades a review, which saves a milestone first."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.errors import Conflict, Forbidden, Invalid
from common.risk import Risk
from lenses.models import LensVersion
from reviews.compare import compare
from reviews.merge import AnswerState, ChoiceDetail
from reviews.models import Answer, LensReview, Milestone, ReviewUpgrade
from reviews.selectors_milestones import definitions_of, renames_from, snapshot_now, snapshot_of
from reviews.selectors_versions import renames_between, versions_of
from reviews.services.answers import answer_question
from reviews.services.upgrades import upgrade_review
from tenants.audit import first_broken_event
from tenants.models import AuditEvent, Organization
from tenants.plans import LIMITS
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.versions import (
    GONE,
    OTHER,
    QUESTION,
    RENAMED,
    RENAMES,
    A,
    B,
    C,
    everything,
    history_is_whole,
    next_version,
    rebuild,
    reword,
    states,
)
from tests.workloads.pages import page_of

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]


@pytest.fixture
def review(cast: Cast, in_northwind: Organization) -> LensReview:
    """A review at 1.0: one answer that moves, one that stays, one that goes."""
    found = make_review()
    details = {C: ChoiceDetail(notes="Since May.")}
    say(cast, found, A, C, notes="Mine.", details=details)
    say(cast, found, question=OTHER, is_applicable=False, reason="OUT_OF_SCOPE")
    say(cast, found, f"{GONE}_choice_1", question=GONE, notes="Will go.")
    found.refresh_from_db()
    return found


@pytest.fixture
def major(review: LensReview) -> LensVersion:
    return next_version(review.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES)


def upgrade(cast: Cast, review: LensReview, version: LensVersion, **values: Any) -> ReviewUpgrade:
    return upgrade_review(
        actor=cast.actor(values.pop("role", "lead")),
        review_id=review.pk,
        to_version_id=version.pk,
        milestone_name=values.pop("name", "Before 2.0"),
        **values,
    )


def address(review: LensReview) -> str:
    return page_of(review.workload, f"versions/{review.pk}")


def form(review: LensReview, version: LensVersion, **changes: Any) -> dict[str, Any]:
    values = {"name": "Before 2.0", "version": str(version.pk)}
    return {**values, "answers_revision": review.answers_revision, **changes}


class TestUpgrading:
    def test_answers_go_by_id_and_by_rename(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        applied = upgrade(cast, review, major)
        review.refresh_from_db()
        assert review.lens_version_id == major.pk
        assert states(review) == {
            RENAMED: AnswerState(selected=frozenset({A}), notes="Mine."),
            OTHER: AnswerState(is_applicable=False, reason="OUT_OF_SCOPE"),
        }
        answer = Answer.objects.get(review=review, question_id=RENAMED)
        assert (answer.risk, answer.updated_by_id) == (Risk.HIGH, cast.contributor.pk)
        assert applied.counts == {"carried": 2, "dropped": 2, "added": 1, "risk_changes": 1}
        assert applied.answers_revision == review.answers_revision
        assert history_is_whole(review)

    def test_a_milestone_of_before_is_saved_in_the_same_unit(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        applied = upgrade(cast, review, major)
        milestone = Milestone.objects.get()
        assert applied.milestone == milestone
        (kept,) = snapshot_of(milestone).reviews
        assert kept.version == "1.0"
        assert kept.answer(GONE).state.notes == "Will go."
        verbs = AuditEvent.objects.order_by("-sequence").values_list("verb", flat=True)
        assert list(verbs[:2]) == ["review.upgraded", "milestone.saved"]
        assert first_broken_event() is None

    def test_nothing_is_done_when_the_milestone_cannot_be_saved(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        with pytest.raises(Invalid):
            upgrade(cast, review, major, name="x")
        review.refresh_from_db()
        assert review.lens_version_id != major.pk
        assert not ReviewUpgrade.objects.exists()
        assert not Milestone.objects.exists()

    def test_nothing_is_done_when_it_fails_half_way(
        self,
        cast: Cast,
        review: LensReview,
        major: LensVersion,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(*_arguments: Any, **_keywords: Any) -> None:
            raise ZeroDivisionError

        before = everything(review)
        with monkeypatch.context() as patched:
            patched.setattr("reviews.services.moving.audit.record_all", fail)
            with pytest.raises(ZeroDivisionError):
                upgrade(cast, review, major)
        assert everything(review) == before
        assert not Milestone.objects.exists()
        assert upgrade(cast, review, major).milestone is not None

    def test_an_answer_after_the_preview_is_a_conflict(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        seen = review.answers_revision
        say(cast, review, B)
        with pytest.raises(Conflict):
            upgrade(cast, review, major, expected_answers_revision=seen)
        assert not Milestone.objects.exists()

    def test_a_contributor_may_not(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        with pytest.raises(Forbidden):
            upgrade(cast, review, major, role="contributor")

    def test_steps_in_between_are_taken_together(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        def rebuild_more(document: dict[str, Any]) -> None:
            rebuild(document)
            document["pillars"][0]["questions"][0]["id"] = "renamed_again"

        later = next_version(
            major,
            rebuild_more,
            version="3.0",
            kind="major",
            renames={RENAMED: "renamed_again"},
        )
        with pytest.raises(Conflict):
            upgrade(cast, review, major)
        upgrade(cast, review, later)
        assert states(review)["renamed_again"].notes == "Mine."

    def test_a_question_with_an_old_name_is_new(self, cast: Cast, review: LensReview) -> None:
        def swap(document: dict[str, Any]) -> None:
            first, second = document["pillars"][0]["questions"][:2]
            first["id"], second["id"] = second["id"], first["id"]

        renames = {QUESTION: OTHER, OTHER: QUESTION}
        version = next_version(
            review.lens_version, swap, version="2.0", kind="major", renames=renames
        )
        upgrade(cast, review, version)
        said = states(review)
        assert said[OTHER].notes == "Mine."
        assert said[QUESTION].is_applicable is False
        assert history_is_whole(review)


class TestEditingAcrossAnUpgrade:
    def save(self, cast: Cast, review: LensReview, **values: Any) -> Any:
        return answer_question(
            actor=cast.actor("contributor"),
            review_id=review.pk,
            question_id=QUESTION,
            state=AnswerState(
                selected=frozenset({A, B, C}),
                details={C: ChoiceDetail(notes="Since May.")},
                notes="Mine.",
            ),
            **values,
        )

    def test_an_open_page_saves_to_where_the_question_is_now(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        seen = review.lens_version_id
        upgrade(cast, review, major)
        outcome = self.save(cast, review, expected_revision=1, seen_version_id=seen)
        assert outcome.question.id == RENAMED
        assert outcome.differs
        assert outcome.conflicts == ()
        assert states(review)[RENAMED].selected == {A, B}

    def test_it_merges_with_what_was_said_since(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        seen = review.lens_version_id
        upgrade(cast, review, major)
        say(cast, review, question=RENAMED, notes="Theirs.")
        self.save(cast, review, expected_revision=1, seen_version_id=seen)
        assert states(review)[RENAMED] == AnswerState(selected=frozenset({B}), notes="Theirs.")

    def test_a_page_of_a_question_that_is_gone_says_so(
        self, cast: Cast, review: LensReview, major: LensVersion, client_of: ClientOf
    ) -> None:
        seen = review.lens_version_id
        upgrade(cast, review, major)
        response = client_of("contributor").post(
            page_of(review.workload, f"review/{review.pk}/{GONE}"),
            {"revision": 1, "version": str(seen), "notes": "More."},
        )
        assert response.status_code == 409

    def test_over_http_and_the_old_address_leads_to_the_new(
        self, cast: Cast, review: LensReview, major: LensVersion, client_of: ClientOf
    ) -> None:
        seen = review.lens_version_id
        upgrade(cast, review, major)
        client = client_of("contributor")
        old, new = (
            page_of(review.workload, f"review/{review.pk}/{name}") for name in (QUESTION, RENAMED)
        )
        data = {"revision": 1, "version": str(seen), "choice": [A, B], "notes": "Mine."}
        saved = client.post(old, data, headers={"HX-Request": "true"})
        assert saved.headers["HX-Redirect"] == new
        assert states(review)[RENAMED].selected == {A, B}
        assert client.get(old).headers["Location"] == new
        assert client.get(page_of(review.workload, f"review/{review.pk}/{GONE}")).status_code == 404


class TestPages:
    def test_the_banner_leads_to_the_page_and_the_page_upgrades(
        self, client_of: ClientOf, review: LensReview, major: LensVersion
    ) -> None:
        lead = client_of("lead")
        for page in (
            page_of(review.workload),
            page_of(review.workload, f"review/{review.pk}/{QUESTION}"),
        ):
            assert address(review) in lead.get(page).content.decode()
        shown = lead.get(address(review)).content.decode()
        for text in ("Will go.", "Since May.", "What is new?", "2 answers", "becomes"):
            assert text in shown
        response = lead.post(address(review), form(review, major))
        assert response.status_code == 302
        assert "Undo" in lead.get(response.headers["Location"]).content.decode()
        review.refresh_from_db()
        assert review.lens_version_id == major.pk

    def test_a_viewer_reads_the_banner_without_the_way(
        self, client_of: ClientOf, review: LensReview, major: LensVersion
    ) -> None:
        page = client_of("viewer").get(page_of(review.workload)).content.decode()
        assert "2.0 is published" in page
        assert address(review) not in page

    def test_an_answer_in_between_shows_the_preview_again(
        self, cast: Cast, client_of: ClientOf, review: LensReview, major: LensVersion
    ) -> None:
        lead = client_of("lead")
        stale = form(review, major, name="My own name")
        say(cast, review, A, B)
        response = lead.post(address(review), stale)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Nothing was upgraded" in page
        assert "My own name" in page
        assert not Milestone.objects.exists()
        review.refresh_from_db()
        again = lead.post(address(review), form(review, major, name="My own name"))
        assert again.status_code == 302

    def test_a_name_that_is_taken_is_said_beside_the_field(
        self, client_of: ClientOf, review: LensReview, major: LensVersion
    ) -> None:
        response = client_of("lead").post(address(review), form(review, major, name="x"))
        assert response.status_code == 422
        assert "aria-invalid" in response.content.decode()

    @pytest.mark.parametrize(("who", "status"), [("contributor", 403), ("stranger", 404)])
    def test_others_cannot(
        self, client_of: ClientOf, review: LensReview, major: LensVersion, who: str, status: int
    ) -> None:
        assert client_of(who).get(address(review)).status_code == status
        assert client_of(who).post(address(review), form(review, major)).status_code == status

    def test_the_limit_of_milestones_holds(
        self, cast: Cast, client_of: ClientOf, review: LensReview, major: LensVersion
    ) -> None:
        Organization.objects.filter(pk=cast.northwind.pk).update(
            limits={"milestones_per_workload": 0}
        )
        assert "milestones_per_workload" in LIMITS
        response = client_of("lead").post(address(review), form(review, major))
        assert response.status_code == 422
        assert not ReviewUpgrade.objects.exists()

    def test_a_review_that_is_up_to_date_says_so(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        assert "nothing to upgrade" in client_of("lead").get(address(review)).content.decode()

    def test_the_queries_do_not_grow(
        self, cast: Cast, client_of: ClientOf, in_northwind: Organization, query_count: QueryCount
    ) -> None:
        lead = client_of("lead")
        counts = []
        for number in (2, 8):
            workload = make_workload(f"With {number} lenses")
            for _n in range(number):
                found = make_review(workload, make_lens_version())
                next_version(found.lens_version, reword, version="2.0", kind="major")
            lead.get(page_of(workload))
            counts.append(query_count(lambda place=workload: lead.get(page_of(place))))  # type: ignore[misc]
        assert counts[0] == counts[1]


class TestComparing:
    def test_a_renamed_question_is_compared_with_itself(
        self, cast: Cast, review: LensReview, major: LensVersion
    ) -> None:
        before = snapshot_now(review.workload)
        upgrade(cast, review, major)
        after = snapshot_now(review.workload)
        for one, other, back in ((before, after, False), (after, before, True)):
            renames = renames_from(one, other)
            (lens,) = compare(one, other, definitions_of(one, other), renames).lenses
            pairs = {
                (
                    change.before.question.id if change.before else "",
                    change.after.question.id if change.after else "",
                )
                for change in lens.questions
            }
            expected = {(QUESTION, RENAMED), (GONE, ""), ("", "new_question")}
            assert pairs == ({(new, old) for old, new in expected} if back else expected)

    def test_the_page_compares_across_versions(
        self, cast: Cast, client_of: ClientOf, review: LensReview, major: LensVersion
    ) -> None:
        upgrade(cast, review, major)
        page = client_of("viewer").get(page_of(review.workload, "milestones/compare"))
        assert page.status_code == 200

    def test_renames_lead_both_ways(self, review: LensReview, major: LensVersion) -> None:
        versions = versions_of([review.lens_id])
        first = review.lens_version_id
        assert renames_between(first, major.pk, versions) == RENAMES
        assert renames_between(major.pk, first, versions) == {RENAMED: QUESTION}

"""A minor version comes to the reviews on the version before it: by itself, once each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.risk import Risk
from lenses.models import LensVersion
from lenses.signals import version_published
from reviews import tasks
from reviews.models import Answer, AnswerChange, LensReview, ReviewSummary, ReviewUpgrade
from reviews.selectors import reviews_of, summaries
from reviews.selectors_versions import news_of, unfinished_minor_versions
from reviews.services import upgrades
from reviews.services.summaries import refresh_review_summary
from reviews.services.upgrades import apply_minor, apply_minor_to_some, undo_upgrade
from reviews.tasks import (
    apply_built_in_version,
    apply_minor_version,
    requeue_stale_summaries_of,
)
from tenants.audit import first_broken_event
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.versions import (
    QUESTION,
    A,
    B,
    C,
    history_is_whole,
    loosen,
    next_version,
    question_of,
    reword,
)
from tests.workloads.pages import page_of

Sent = list[tuple[str, dict[str, Any]]]
QueryCount = Callable[[Callable[[], Any]], int]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The tasks that were sent, in order; none of them runs."""
    found: Sent = []

    def keep(task: Any, **message: Any) -> None:
        found.append((task.__name__, message))

    monkeypatch.setattr(tasks, "enqueue", keep)
    monkeypatch.setattr("reviews.services.moving.enqueue", keep)
    monkeypatch.setattr("reviews.receivers.enqueue", keep)
    monkeypatch.setattr("reviews.receivers.enqueue_unbound", keep)
    return found


@pytest.fixture
def review(cast: Cast, in_northwind: Organization) -> LensReview:
    """A review at 1.0 with one answer, at medium risk."""
    found = make_review()
    say(cast, found, A)
    found.refresh_from_db()
    return found


def run_to_the_end(version: LensVersion) -> int:
    """Do what the worker does: one task after another until none is sent."""
    runs, waiting = 0, [version.pk]
    while waiting:
        waiting += apply_minor_to_some(to_version_id=waiting.pop(0))
        runs += 1
    return runs


def test_the_risk_of_a_touched_question_is_computed_again(review: LensReview) -> None:
    version = next_version(review.lens_version, loosen)
    applied = apply_minor(review_id=review.pk, to_version_id=version.pk)
    assert applied is not None
    before = review.answers_revision
    review.refresh_from_db()
    answer = Answer.objects.get(review=review)
    assert (answer.risk, answer.selected, answer.revision) == (Risk.NONE, [A], 1)
    assert review.lens_version_id == version.pk
    assert review.answers_revision == applied.answers_revision == before + 1
    assert review.refresh_queued
    assert (applied.kind, applied.by_name, applied.milestone) == ("minor", "Plumbline", None)
    assert applied.counts == {"carried": 1, "dropped": 0, "added": 0, "risk_changes": 1}
    event = AuditEvent.objects.order_by("-sequence")[0]
    assert (event.verb, event.actor_name) == ("review.minor_applied", "Plumbline")
    assert event.after is not None
    assert event.after["version"] == "1.1"
    assert first_broken_event() is None
    assert history_is_whole(review)


def test_an_answer_that_changes_gets_a_new_revision(cast: Cast, review: LensReview) -> None:
    def without_the_second_choice(document: dict[str, Any]) -> None:
        question = question_of(document)
        del question["choices"][1]
        question["riskRules"] = [
            {"condition": f"{A} && {C}", "risk": "NO_RISK"},
            {"condition": "default", "risk": "HIGH_RISK"},
        ]

    say(cast, review, A, B, notes="Kept.")
    version = next_version(review.lens_version, without_the_second_choice)
    apply_minor(review_id=review.pk, to_version_id=version.pk)
    answer = Answer.objects.get(review=review)
    assert (answer.selected, answer.notes, answer.risk) == ([A], "Kept.", Risk.HIGH)
    assert answer.revision == 3
    assert answer.updated_by_id == cast.contributor.pk
    change = AnswerChange.objects.get(answer=answer, revision=3)
    assert (change.by_name, change.state["selected"]) == ("Plumbline", [A])
    assert history_is_whole(review)


def test_it_is_applied_once(review: LensReview) -> None:
    version = next_version(review.lens_version, loosen)
    assert apply_minor(review_id=review.pk, to_version_id=version.pk) is not None
    assert apply_minor(review_id=review.pk, to_version_id=version.pk) is None
    assert apply_minor_to_some(to_version_id=version.pk) == []
    assert ReviewUpgrade.objects.count() == 1


def test_only_reviews_on_the_version_before_are_touched(review: LensReview) -> None:
    other = make_review(make_workload("Other"))
    major = next_version(review.lens_version, reword, version="2.0", kind="major")
    minor = next_version(major, loosen, version="2.1")
    assert apply_minor(review_id=review.pk, to_version_id=major.pk) is None
    assert apply_minor(review_id=review.pk, to_version_id=minor.pk) is None
    assert apply_minor(review_id=other.pk, to_version_id=minor.pk) is None


def test_five_hundred_reviews_in_chunks_and_again_after_a_kill(
    cast: Cast, in_northwind: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make_lens_version()
    reviews = [make_review(make_workload(f"Workload {n}"), before) for n in range(500)]
    for review in reviews[::100]:
        say(cast, review, A)
    version = next_version(before, loosen)
    assert apply_minor_to_some(to_version_id=version.pk) == [version.pk]
    assert ReviewUpgrade.objects.count() == upgrades.CHUNK_SIZE

    # A worker dies in the middle of the second chunk: nothing of that chunk is kept.
    class Killed(BaseException):
        pass

    def die(*_arguments: Any, **_keywords: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("reviews.services.moving.audit.record_all", die)
        with pytest.raises(Killed):
            apply_minor_to_some(to_version_id=version.pk)
    assert ReviewUpgrade.objects.count() == upgrades.CHUNK_SIZE

    assert run_to_the_end(version) == 2
    assert ReviewUpgrade.objects.count() == 500
    assert not LensReview.objects.exclude(lens_version=version).exists()
    assert ReviewUpgrade.objects.values("review").distinct().count() == 500
    assert set(Answer.objects.values_list("risk", flat=True)) == {Risk.NONE}
    assert first_broken_event() is None


def test_the_queries_do_not_grow_with_the_reviews(
    cast: Cast, in_northwind: Organization, query_count: QueryCount, sent: Sent
) -> None:
    counts = []
    for number in (2, 20):
        before = make_lens_version()
        for n in range(number):
            say(cast, make_review(make_workload(f"Workload {number} {n}"), before), A)
        version = next_version(before, loosen)
        counts.append(query_count(lambda pk=version.pk: apply_minor_to_some(to_version_id=pk)))  # type: ignore[misc]
    assert counts[0] == counts[1]


def test_figures_of_which_nothing_moved_stay_true_without_a_refresh(
    review: LensReview, sent: Sent
) -> None:
    refresh_review_summary(review_id=review.pk)
    version = next_version(review.lens_version, reword)
    apply_minor(review_id=review.pk, to_version_id=version.pk)
    review.refresh_from_db()
    assert sent == []
    rows = ReviewSummary.objects.filter(review=review)
    assert {row.answers_revision for row in rows} == {review.answers_revision}


def test_figures_that_moved_are_true_at_once_and_refreshed(review: LensReview, sent: Sent) -> None:
    refresh_review_summary(review_id=review.pk)
    version = next_version(review.lens_version, loosen)
    apply_minor(review_id=review.pk, to_version_id=version.pk)
    assert [name for name, _message in sent] == ["refresh_summary"]
    (fresh,) = reviews_of(review.workload_id)
    assert summaries([fresh])[review.pk]["pillar_1"][Risk.NONE] == 1


def test_publishing_starts_the_task_and_the_task_sends_itself(
    review: LensReview, sent: Sent
) -> None:
    version = next_version(review.lens_version, loosen)
    owner = review.organization_id
    version_published.send(LensVersion, version_id=version.pk, organization_id=owner)
    message = {"organization_id": owner, "version_id": str(version.pk)}
    assert sent == [("apply_minor_version", message)]
    follower = next_version(version, reword, version="1.2")
    sent.clear()
    apply_minor_version(organization_id=str(owner), version_id=str(version.pk))
    assert ("apply_minor_version", message | {"version_id": str(follower.pk)}) in sent
    review.refresh_from_db()
    assert review.lens_version_id == version.pk


def test_a_major_version_does_not_apply_itself(review: LensReview) -> None:
    version = next_version(review.lens_version, loosen, version="2.0", kind="major")
    apply_minor_version(organization_id=str(review.organization_id), version_id=str(version.pk))
    review.refresh_from_db()
    assert review.lens_version_id != version.pk


def test_the_sweep_resumes_what_was_lost_but_not_what_was_taken_back(
    cast: Cast, review: LensReview, sent: Sent
) -> None:
    version = next_version(review.lens_version, loosen)
    assert unfinished_minor_versions(quiet_for=timedelta(minutes=1)) == []
    assert unfinished_minor_versions(quiet_for=timedelta(minutes=-1)) == [version.pk]
    applied = apply_minor(review_id=review.pk, to_version_id=version.pk)
    assert applied is not None
    assert unfinished_minor_versions(quiet_for=timedelta(minutes=-1)) == []
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    assert unfinished_minor_versions(quiet_for=timedelta(minutes=-1)) == []
    assert apply_minor(review_id=review.pk, to_version_id=version.pk) is None
    assert apply_minor_to_some(to_version_id=version.pk) == []


def test_the_sweep_sends_the_task(
    review: LensReview, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = next_version(review.lens_version, loosen)
    monkeypatch.setattr(tasks, "_OVERDUE", timedelta(minutes=-1))
    requeue_stale_summaries_of(organization_id=str(review.organization_id))
    assert "apply_minor_version" in [name for name, _message in sent]
    assert str(version.pk) in [message.get("version_id") for _name, message in sent]


def test_a_built_in_lens_reaches_every_organisation(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_organization(cast.northwind.pk):
        before = make_lens_version(built_in=True)
        ours = make_review(version=before)
    with in_organization(cast.southridge.pk):
        theirs = make_review(version=before)
    with in_organization(cast.northwind.pk):
        version = next_version(before, loosen)
    monkeypatch.setattr(
        apply_minor_version, "apply_async", lambda kwargs: apply_minor_version(**kwargs)
    )
    apply_built_in_version(version_id=str(version.pk))
    for organization, review in ((cast.northwind, ours), (cast.southridge, theirs)):
        with in_organization(organization.pk):
            review.refresh_from_db()
            assert review.lens_version_id == version.pk


def test_a_notice_tells_it_until_it_is_dismissed(
    client_of: Callable[[str], Client], review: LensReview
) -> None:
    version = next_version(review.lens_version, loosen)
    applied = apply_minor(review_id=review.pk, to_version_id=version.pk)
    assert applied is not None
    viewer, lead = client_of("viewer"), client_of("lead")
    page = viewer.get(page_of(review.workload)).content.decode()
    assert "was updated to 1.1" in page
    assert "1 question changed risk" in page
    address = page_of(review.workload, f"upgrades/{applied.pk}")
    assert address in page
    told = viewer.get(address).content.decode()
    assert "High risk" not in told.split("Risks that change")[1].split("carries over")[0]
    assert "Undo" not in told
    question = page_of(review.workload, f"review/{review.pk}/{QUESTION}")
    assert "was updated to 1.1" in viewer.get(question).content.decode()
    assert viewer.post(f"{address}dismiss/", {"from": "review"}).status_code == 302
    assert "was updated to 1.1" not in viewer.get(page_of(review.workload)).content.decode()
    assert "was updated to 1.1" in lead.get(page_of(review.workload)).content.decode()


def test_a_notice_goes_after_thirty_days(review: LensReview) -> None:
    version = next_version(review.lens_version, loosen)
    applied = apply_minor(review_id=review.pk, to_version_id=version.pk)
    assert applied is not None
    (item,) = news_of(reviews_of(review.workload_id))
    assert item.applied == applied
    assert item.can_be_undone
    applied.at = timezone.now() - timedelta(days=31)
    applied.save(update_fields=["at"])
    assert news_of(reviews_of(review.workload_id)) == []

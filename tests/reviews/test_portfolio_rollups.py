"""Figures over many reviews: what is kept is what counting anew gives, whatever happened."""

from collections import Counter
from datetime import timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common.clock import now
from common.risk import Risk
from lenses.models import LensVersion
from reviews.merge import AnswerState
from reviews.models import (
    Answer,
    CommonRisk,
    LensReview,
    Milestone,
    ReviewSummary,
    TrendDay,
    WorkloadSummary,
)
from reviews.rollups import behind
from reviews.selectors import reviews_with_lenses, summaries, total
from reviews.selectors_portfolio import Portfolio, Scope
from reviews.services.answers import answer_question
from reviews.services.milestones import save_milestone
from reviews.services.rebuilding import rebuild_summaries
from reviews.services.reviews import remove_lens, start_reviews
from reviews.services.summaries import refresh_review_summaries
from reviews.services.upgrades import apply_minor, upgrade_review
from reviews.tasks import refresh_behind, requeue_stale_summaries_of
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.web.portfolio import answer, kept, milestone
from workloads.models import Workload
from workloads.services import delete_workload

_STEPS = 45


def catch_up() -> None:
    refresh_review_summaries(review_ids=list(behind().values_list("pk", flat=True)))


def true_figures() -> tuple[Counter[Risk], Counter[tuple[Any, str]]]:
    """Return what counting all answers gives."""
    reviews = list(reviews_with_lenses())
    counts = total(total(pillars.values()) for pillars in summaries(reviews).values())
    high = Answer.objects.filter(risk=Risk.HIGH).values_list("review__lens", "question_id")
    return counts, Counter(high)


def require_true() -> None:
    """Require that the portfolio says what counting all answers gives."""
    counts, common = true_figures()
    portfolio = Portfolio()
    assert portfolio.figures.counts == counts
    assert {
        (each.lens_id, each.question_id): each.reviews for each in portfolio.common_risks()
    } == common
    ids = portfolio.workloads_by_risk
    assert sorted(ids[0:100]) == sorted(set(LensReview.objects.values_list("workload", flat=True)))
    assert len(ids) == len(ids[0:100])
    # A filter that lets all through counts for itself, and so finds the same.
    filtered = Portfolio(Scope(workloads=Workload.objects.all()))
    assert filtered.figures == portfolio.figures
    assert filtered.trend == portfolio.trend
    assert set(filtered.common_risks()) == set(portfolio.common_risks())


class Life:
    """An organisation to which things happen."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.actor, self.random, self.number = cast.actor("lead"), Random(seed), 0
        document = lens_document(name="First lens")
        self.lenses = [make_lens_version(document), make_lens_version(lens_document(name="Other"))]
        self.documents = [document, lens_document(name="Other")]

    def step(self) -> None:
        what = self.random.choices(
            [
                self.answer,
                self.add,
                self.milestone,
                self.refresh,
                self.remove,
                self.delete,
                self.move,
            ],
            weights=[20, 5, 4, 6, 1, 1, 2],
        )
        what[0]()

    def any(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return self.random.choice(found) if found else None

    def add(self) -> None:
        self.number += 1
        workload = make_workload(f"Workload {self.number}")
        lenses = self.random.sample(self.lenses, self.random.choice([1, 2]))
        start_reviews(
            actor=self.actor, workload_id=workload.pk, lens_ids=[each.lens_id for each in lenses]
        )

    def answer(self) -> None:
        review = self.any(reviews_with_lenses())
        if review is None:
            return self.add()
        question = self.random.choice(review.lens_version.definition.questions)
        stored = Answer.objects.filter(review=review, question_id=question.id).first()
        ticked = self.random.randint(0, len(question.choice_ids) - 1)
        answer_question(
            actor=self.actor,
            review_id=review.pk,
            question_id=question.id,
            state=AnswerState(
                selected=frozenset(question.choice_ids[-ticked - 1 : -1]),
                is_applicable=self.random.random() > 0.1,
            ),
            expected_revision=stored.revision if stored else 0,
        )
        return None

    def milestone(self) -> None:
        self.number += 1
        review = self.any(LensReview.objects.all())
        if review:
            name = f"Milestone {self.number}"
            save_milestone(actor=self.actor, workload_id=review.workload_id, name=name)

    def refresh(self) -> None:
        review = self.any(behind())
        if review:
            refresh_review_summaries(review_ids=[review.pk])

    def remove(self) -> None:
        review = self.any(LensReview.objects.all())
        if review:
            remove_lens(actor=self.actor, workload_id=review.workload_id, review_id=review.pk)

    def delete(self) -> None:
        workload = self.any(Workload.objects.all())
        if workload:
            delete_workload(actor=self.actor, workload_id=workload.pk, name=workload.name)

    def move(self) -> None:
        """Publish a version and bring some reviews to it: a minor one, or one that asks less."""
        self.number += 1
        kind = self.random.choice(["minor", "major"])
        document, before = self.documents[0], self.lenses[0]
        document = {**document, "description": f"As of {self.number}."}
        if kind == "major" and len(document["pillars"]) > 1:
            document["pillars"] = document["pillars"][:-1]
        LensVersion.objects.filter(pk=before.pk).update(status="superseded")
        after = make_lens_version(
            document, version=f"1.{self.number}", lens=before.lens, kind=kind, predecessor=before
        )
        self.documents[0], self.lenses[0] = document, after
        for review in list(LensReview.objects.filter(lens_version=before)[:2]):
            if kind == "minor":
                apply_minor(review_id=review.pk, to_version_id=after.pk)
            else:
                self.number += 1
                upgrade_review(
                    actor=self.actor,
                    review_id=review.pk,
                    to_version_id=after.pk,
                    milestone_name=f"Before {self.number}",
                )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_happens_what_is_kept_is_what_is_rebuilt(
    in_northwind: Organization, cast: Cast, seed: int
) -> None:
    life = Life(cast, seed)
    for number in range(_STEPS):
        life.step()
        if number % 9 == 0:
            require_true()
    catch_up()
    require_true()
    before = kept()
    for model in (ReviewSummary, WorkloadSummary, CommonRisk, TrendDay):
        model.objects.all().delete()
    LensReview.objects.update(counted_revision=-1)
    for _done in rebuild_summaries():
        pass
    assert kept() == before


def test_what_was_kept_wrong_is_right_once_rebuilt(in_northwind: Organization, cast: Cast) -> None:
    review, other = make_review(), make_review(make_workload("Ledger"))
    answer(review, 1, Risk.HIGH)
    milestone(cast, review.workload)
    catch_up()
    right = kept()
    CommonRisk.objects.update(reviews=99)
    TrendDay.objects.update(high=99)
    WorkloadSummary.objects.update(high=99, milestone_at=now())
    ReviewSummary.objects.filter(review=other).update(high=99, high_questions=["gone"])
    assert kept() != right
    out = StringIO()
    call_command("rebuild_summaries", organization="northwind", stdout=out)
    assert out.getvalue() == "northwind: counted 2 reviews.\n"
    assert kept() == right


def test_the_command_rebuilds_all_organisations_or_the_one_that_there_is(cast: Cast) -> None:
    out = StringIO()
    call_command("rebuild_summaries", stdout=out)
    assert out.getvalue().splitlines() == [
        "northwind: counted 0 reviews.",
        "southridge: counted 0 reviews.",
    ]
    with pytest.raises(CommandError, match="no organisation"):
        call_command("rebuild_summaries", organization="nowhere")


def test_an_older_milestone_that_comes_later_finds_its_place(
    in_northwind: Organization, cast: Cast
) -> None:
    review = make_review()
    for number, days, high in ((1, 30, 5), (2, 10, 1), (3, 20, 3)):
        Milestone.objects.create(
            workload=review.workload,
            number=number,
            name=f"M{number}",
            name_key=f"m{number}",
            at=now() - timedelta(days=days),
            snapshot=b"",
            sha256="0" * 64,
            counts={"HIGH": high, "UNANSWERED": 1},
        )
    assert [point.high for point in Portfolio().trend] == [5, 3, 1]
    (row,) = WorkloadSummary.objects.all()
    assert now() - timedelta(days=11) < row.milestone_at < now() - timedelta(days=9)
    before = kept()
    for _done in rebuild_summaries():
        pass
    assert kept()["days"] == before["days"]


def test_milestones_from_before_the_trend_are_counted_by_the_sweep(
    in_northwind: Organization, cast: Cast
) -> None:
    milestone(cast, make_review().workload)
    right = kept()
    TrendDay.objects.all().delete()
    WorkloadSummary.objects.update(milestone_at=None)
    requeue_stale_summaries_of(organization_id=str(in_northwind.pk))
    assert kept() == right


def test_a_minor_version_that_moves_nothing_leaves_no_review_behind(
    in_northwind: Organization,
) -> None:
    document = lens_document(name="Basics")
    version = make_lens_version(document)
    review = make_review(version=version)
    catch_up()
    newer = make_lens_version(
        document | {"description": "Next."},
        version="1.1",
        lens=version.lens,
        kind="minor",
        predecessor=version,
    )
    apply_minor(review_id=review.pk, to_version_id=newer.pk)
    assert not behind().exists()
    require_true()


def test_many_that_are_behind_are_caught_up_with_a_few_at_a_time(
    in_northwind: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = make_lens_version()
    for number in range(5):
        make_review(make_workload(f"Service {number}"), version)
    sent: list[str] = []
    monkeypatch.setattr("reviews.tasks.enqueue", lambda task, **_message: sent.append(task.name))
    monkeypatch.setattr(
        "reviews.services.rebuilding.refresh_some_behind.__kwdefaults__", {"size": 3}
    )
    refresh_behind(organization_id=str(in_northwind.pk))
    assert (behind().count(), sent) == (2, ["reviews.tasks.refresh_behind"])
    refresh_behind(organization_id=str(in_northwind.pk))
    assert (behind().count(), len(sent)) == (0, 1)


def test_deleting_is_one_with_its_figures(in_northwind: Organization, cast: Cast) -> None:
    review = make_review()
    answer(review, 1, Risk.HIGH)
    catch_up()
    milestone(cast, review.workload)
    assert CommonRisk.objects.exists()
    assert TrendDay.objects.exists()
    delete_workload(
        actor=cast.actor("lead"), workload_id=review.workload_id, name=review.workload.name
    )
    assert kept() == {"workloads": {}, "risks": set(), "days": set(), "behind": set()}

"""What pages tell about a draft's impact: the sums in lines, and reviews to the last choice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from common.risk import Risk
from lenses.definition import LensDefinition, Question, UnknownQuestion
from lenses.models import LensVersion
from reviews.changes import badness
from reviews.impact import Impact, Outcome, Row, Transition
from reviews.models import LensReview
from reviews.services.impact import SMALL, Measuring, begin_measuring, measure_impact
from reviews.services.impact_jobs import impact_of, latest_impact
from tenants.models import Job

Renames = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """How many answers go from one risk to another; ``tone`` is worse, better or empty."""

    before: Risk
    after: Risk
    count: int

    @property
    def tone(self) -> str:
        """Whether that is worse or better."""
        difference = badness(self.after) - badness(self.before)
        return "worse" if difference > 0 else "better" if difference < 0 else ""


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in the sum of all reviews; ``lost`` counts reviews."""

    title: str
    place: str
    steps: list[Step]
    lost: int
    lost_choices: int


@dataclass(frozen=True, slots=True)
class Detail:
    """What becomes of one answer of one review."""

    question: Question
    step: Step | None
    loses_answer: bool
    lost_choices: list[str]


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A review that would not stay as it is."""

    review: LensReview
    row: Row
    details: list[Detail]


@dataclass
class ShownImpact:
    """The impact of a draft as far as it is known: measured here, by a job, or not yet.

    ``reviews`` counts the reviews through the lens. ``impact`` is None while a worker has not
    measured it; ``job`` is then the one that does, or did and failed.
    """

    draft: LensVersion
    renames: Renames
    versions: Mapping[UUID, LensVersion]
    reviews: int
    impact: Impact | None
    job: Job | None
    measuring: Measuring

    @cached_property
    def by_version(self) -> list[tuple[str, int]]:
        """The reviews by the version they are on, most first."""
        if self.impact is None:
            return []
        return [
            (self.versions[UUID(key)].version if UUID(key) in self.versions else key, count)
            for key, count in self.impact.versions.most_common()
        ]

    @cached_property
    def steps(self) -> list[Step]:
        """All answers by what becomes of their risk, the worst first."""
        return _steps(self.impact.transitions if self.impact else Counter())

    @property
    def worse(self) -> int:
        """How many answers get a worse risk."""
        return sum(step.count for step in self.steps if step.tone == "worse")

    @property
    def better(self) -> int:
        """How many answers get a better risk."""
        return sum(step.count for step in self.steps if step.tone == "better")

    @property
    def lost(self) -> int:
        """How many whole answers have no question any more."""
        return self.impact.lost.total() if self.impact else 0

    @property
    def lost_choices(self) -> int:
        """How many ticks and notes have no choice any more."""
        return self.impact.lost_choices.total() if self.impact else 0

    @property
    def touched(self) -> int:
        """How many reviews would not stay as they are."""
        return self.impact.touched if self.impact else 0

    @cached_property
    def questions(self) -> list[QuestionLine]:
        """The questions of the draft whose answers move, then those whose answers are lost."""
        if self.impact is None:
            return []
        impact = self.impact
        lines = []
        after = {question.id: question for question in self.draft.definition.questions}
        for key, question in after.items():
            if key in impact.questions:
                lines.append(self._line(question, self.draft.definition, impact.questions[key]))
        for key in (*impact.lost, *impact.lost_choices):
            found = self._question_before(key)
            if found:
                lines.append(self._lost_line(*found))
        return lines

    def _line(
        self, question: Question, definition: LensDefinition, transitions: Counter[Transition]
    ) -> QuestionLine:
        return QuestionLine(question.title, _place(question, definition), _steps(transitions), 0, 0)

    def _lost_line(self, question: Question, definition: LensDefinition) -> QuestionLine:
        assert self.impact is not None  # noqa: S101 - what is lost was measured
        return QuestionLine(
            title=question.title,
            place=_place(question, definition),
            steps=[],
            lost=self.impact.lost[question.id],
            lost_choices=self.impact.lost_choices[question.id],
        )

    def _question_before(self, question_id: str) -> tuple[Question, LensDefinition] | None:
        for way in self.measuring.ways.values():
            try:
                return way.passage.before.question(question_id), way.passage.before
            except UnknownQuestion:
                continue
        return None

    def lines(self, rows: Sequence[Row]) -> list[ReviewLine]:
        """Return some reviews with all that becomes of them; two queries."""
        found = LensReview.objects.select_related("workload").filter(
            pk__in=[UUID(row.review_id) for row in rows]
        )
        reviews = {str(review.pk): review for review in found}
        outcomes = self.measuring.outcomes_of(
            {review.pk: review.lens_version_id for review in reviews.values()}
        )
        return [
            ReviewLine(review, row, self._details(review, outcomes.get(review.pk, [])))
            for row in rows
            if (review := reviews.get(row.review_id))
        ]

    def _details(self, review: LensReview, outcomes: Sequence[tuple[str, Outcome]]) -> list[Detail]:
        way = self.measuring.ways.get(review.lens_version_id)
        if way is None:
            return []
        return [
            _detail(way.passage.before.question(question_id), outcome)
            for question_id, outcome in outcomes
        ]


def _detail(question: Question, outcome: Outcome) -> Detail:
    change = outcome.change
    return Detail(
        question=question,
        step=Step(change.before, change.after, 1) if change else None,
        loses_answer=outcome.loses_answer,
        lost_choices=[
            question.choice(dropped.choice_id).title
            if dropped.choice_id in question.choice_ids
            else dropped.choice_id
            for dropped in outcome.dropped
            if dropped.choice_id
        ],
    )


def _steps(transitions: Counter[Transition]) -> list[Step]:
    steps = [Step(before, after, count) for (before, after), count in transitions.items()]
    return sorted(
        steps,
        key=lambda step: (badness(step.after) - badness(step.before), step.count),
        reverse=True,
    )


def _place(question: Question, definition: LensDefinition) -> str:
    return f"{definition.pillar(question.pillar_id).name} {question.number}"


def load_impact(
    draft: LensVersion, renames: Renames, versions: Sequence[LensVersion]
) -> ShownImpact:
    """Measure the impact of a draft where its lens has few reviews, else look for the job."""
    measuring = begin_measuring(draft, renames)
    reviews = measuring.total()
    impact: Impact | None = None
    job: Job | None = None
    if reviews <= SMALL:
        impact = measure_impact(measuring)
    else:
        job = latest_impact(draft, renames)
        if job is not None and job.status == Job.Status.DONE:
            job = Job.objects.get(pk=job.pk)
            impact = impact_of(job)
    return ShownImpact(
        draft=draft,
        renames=renames,
        versions={version.pk: version for version in versions},
        reviews=reviews,
        impact=impact,
        job=job,
        measuring=measuring,
    )

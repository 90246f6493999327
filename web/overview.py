"""The page of one workload: where its risk is, and what was done lately."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import charts
from common.errors import UserError
from lenses.definition import UnknownQuestion
from reviews.models import Answer, LensReview, Milestone
from reviews.selectors import Counts, PillarCounts, Progress, progress, total
from reviews.selectors_milestones import snapshot_of
from web.activity_words import sentence
from web.radar import Axis, axes, drawn
from workloads.models import Workload
from workloads.selectors import latest_events

_MOST_ACTIVITIES: Final = 8


@dataclass(frozen=True, slots=True)
class PillarCard:
    """A pillar's name and counts."""

    id: str
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class LensCard:
    """One review with its counts, over all and by pillar in the lens's order."""

    review: LensReview
    counts: Counts
    pillars: tuple[PillarCard, ...]

    @property
    def progress(self) -> Progress:
        """How far the review is."""
        return progress(self.counts)


def lens_cards(
    reviews: Sequence[LensReview], summaries: Mapping[Any, PillarCounts]
) -> list[LensCard]:
    """Return a card for each review; ``summaries`` as from reviews.selectors."""
    return [
        LensCard(
            review=review,
            counts=total(summaries[review.pk].values()),
            pillars=tuple(
                PillarCard(pillar.id, pillar.name, summaries[review.pk][pillar.id])
                for pillar in review.lens_version.definition.pillars
            ),
        )
        for review in reviews
    ]


@dataclass(frozen=True, slots=True)
class Radar:
    """The pillars now against the latest milestone, which may be missing or not readable."""

    axes: tuple[Axis, ...]
    milestone: Milestone | None
    problem: str = ""

    @property
    def chart(self) -> SafeString:
        """The drawing; the template has the same figures as a table."""
        return charts.radar(
            [axis.now or 0.0 for axis in self.axes],
            [axis.name for axis in self.axes],
            before=drawn([axis.before for axis in self.axes]),
        )


def radar_of(workload: Workload, cards: Sequence[LensCard]) -> Radar | None:
    """Return a workload's radar; None where its pillars are too few or too many. One query."""
    pillars = [(each.id, each.name, each.counts) for card in cards for each in card.pillars]
    if not axes(pillars):
        return None
    latest = Milestone.objects.filter(workload=workload).order_by("-number")
    milestone: Milestone | None = latest.first()
    if milestone is None:
        return Radar(axes(pillars), None)
    # A lens that was taken away since says nothing of the pillars that are left.
    lenses = {card.review.lens_id for card in cards}
    try:
        reviews = snapshot_of(milestone).reviews
    except UserError as error:
        return Radar(axes(pillars), None, problem=str(error))
    before = (review.counts for review in reviews if review.lens_id in lenses)
    return Radar(axes(pillars, before), milestone)


@dataclass(frozen=True, slots=True)
class Activity:
    """Who did what, when."""

    at: datetime
    who: str
    what: str


def latest_activity(workload: Workload, reviews: Sequence[LensReview]) -> list[Activity]:
    """Return what was done last on a workload, the newest first. Three queries.

    Of each question only the newest answer is told.
    """
    milestones = Milestone.objects.filter(workload=workload).values_list("pk", flat=True)
    subjects = [workload.pk, *milestones, *(review.pk for review in reviews)]
    events = latest_events(subjects, most=_MOST_ACTIVITIES)
    activities = [Activity(event.at, event.actor_name, sentence(event)) for event in events]
    activities += _answers(reviews)
    activities.sort(key=lambda activity: activity.at, reverse=True)
    return activities[:_MOST_ACTIVITIES]


def _answers(reviews: Sequence[LensReview]) -> Iterable[Activity]:
    definitions = {review.pk: review.lens_version.definition for review in reviews}
    # By the reviews' ids: a join would have SQLite read the answers of the whole organisation.
    answers = Answer.objects.filter(review__in=list(definitions)).select_related("updated_by")
    for answer in answers.order_by("-updated_at")[:_MOST_ACTIVITIES]:
        try:
            question = definitions[answer.review_id].question(answer.question_id)
        except UnknownQuestion:
            continue
        who = str(answer.updated_by or "")
        what = _("answered “%(question)s”") % {"question": question.title}
        yield Activity(answer.updated_at, who, what)

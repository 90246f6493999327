"""What happened in a workload, by whom and when, from the audit log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from improvement.models import ImprovementItem, RiskAcceptance, Scenario
from lenses.definition import UnknownQuestion
from reviews.models import Answer, Assignment, Comment, Evidence, LensReview, Milestone
from tenants.models import AuditEvent
from web.activity_words import ICONS, PREFIXES, ActivityKind, kind_of, sentence, value_of
from workloads.models import Workload

TOGETHER: Final = timedelta(minutes=15)
"""Changes of one person to one answer that follow each other within this are told as one."""

# Of these nothing is left but the log, which names the review.
_GONE: Final = ("comment.deleted", "evidence.removed", "question.unassigned")
_OF_ANSWERS: Final = ("answer.change_undone", "answer.restored")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who did something: ``key`` is for the address, empty for the system."""

    key: str
    name: str


@dataclass(slots=True)
class Line:
    """One thing that was done. ``count`` changes that began at ``since`` are told together."""

    event: AuditEvent
    question: str
    url: str
    since: datetime
    count: int = 1

    @property
    def at(self) -> datetime:
        """When it was done, the last time."""
        moment: datetime = self.event.at
        return moment

    @property
    def who(self) -> str:
        """Who did it."""
        return str(self.event.actor_name)

    @property
    def kind(self) -> ActivityKind:
        """What it is about."""
        return kind_of(self.event.verb)

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return ICONS[self.kind]

    @property
    def what(self) -> str:
        """What was done, to follow the name."""
        return sentence(self.event, self.question, count=self.count)

    @property
    def day(self) -> date:
        """The day, where the reader is."""
        return timezone.localtime(self.at).date()


def events_of(workload: Workload, reviews: Sequence[LensReview]) -> QuerySet[AuditEvent]:
    """Return all that was done in a workload, the newest first. Nine queries find the things."""
    ids = [review.pk for review in reviews]
    things: list[Any] = [workload.pk, *ids]
    for of_workload in (Milestone, Scenario):
        things += of_workload.objects.filter(workload=workload).values_list("pk", flat=True)
    for model in (Answer, Comment, Assignment, Evidence):
        things += model.objects.filter(review__in=ids).values_list("pk", flat=True)
    # Of items only those that anybody changed: what answers do to them is told by the answers.
    changed = ImprovementItem.objects.filter(review__in=ids, revision__gt=1)
    things += changed.values_list("pk", flat=True)
    things += RiskAcceptance.objects.filter(review__in=ids).values_list("pk", flat=True)
    keys = {str(thing) for thing in things}
    of_reviews = [str(key) for key in ids]
    gone = AuditEvent.objects.filter(
        Q(verb__in=_GONE, after__review_id__in=of_reviews)
        | Q(verb__in=_GONE, before__review_id__in=of_reviews)
        | Q(verb="scenario.deleted", before__workload_id=str(workload.pk))
    )
    keys |= set(gone.values_list("object_id", flat=True))
    events: QuerySet[AuditEvent] = AuditEvent.objects.filter(object_id__in=keys)
    return events.order_by("-sequence")


def filtered(
    events: QuerySet[AuditEvent], *, kind: ActivityKind | None, person: str
) -> QuerySet[AuditEvent]:
    """Return the events of a kind and of a person (their id, or ``system``), where given."""
    if person:
        events = events.filter(actor_id=None if person == "system" else UUID(person))
    if kind is None:
        return events
    wanted = [kind] if kind != ActivityKind.OTHER else list(PREFIXES)
    found = Q(pk__in=[])
    for prefix in (prefix for each in wanted for prefix in PREFIXES[each]):
        found |= Q(verb__startswith=prefix)
    return events.exclude(found) if kind == ActivityKind.OTHER else events.filter(found)


def people_in(events: QuerySet[AuditEvent]) -> list[Person]:
    """Return who did any of it, by name; a person is called as they were last."""
    names: dict[str, str] = {}
    rows = events.order_by("actor_id", "actor_name").values_list("actor_id", "actor_name")
    for key, name in rows.distinct():
        names[str(key) if key else "system"] = name
    people = [Person(key, name) for key, name in names.items()]
    return sorted(people, key=lambda person: person.name.lower())


def lines_of(
    events: Sequence[AuditEvent], workload: Workload, reviews: Sequence[LensReview], slug: str
) -> list[Line]:
    """Return events, the newest first, as lines. One query, for the answers."""
    places = _Places(workload, reviews, slug, events)
    told: dict[tuple[object, str], Line] = {}
    explained = {
        (event.object_id, event.sequence - 1) for event in events if event.verb in _OF_ANSWERS
    }
    lines = []
    for event in events:
        if event.verb == "answer.changed":
            if (event.object_id, event.sequence) in explained:
                continue  # the line before says more
            line = told.get((event.actor_id, event.object_id))
            if line is not None and line.since - event.at <= TOGETHER:
                line.count, line.since = line.count + 1, event.at
                continue
        line = Line(event, *places.of(event), since=event.at)
        if event.verb == "answer.changed":
            told[event.actor_id, event.object_id] = line
        lines.append(line)
    return lines


class _Places:
    """Where an event happened: the title of the question, and its address."""

    def __init__(
        self,
        workload: Workload,
        reviews: Sequence[LensReview],
        slug: str,
        events: Sequence[AuditEvent],
    ) -> None:
        self.workload, self.slug = workload, slug
        self.reviews: Mapping[str, LensReview] = {str(review.pk): review for review in reviews}
        keys = {event.object_id for event in events if event.object_type == "reviews.answer"}
        rows = Answer.objects.filter(pk__in=keys).values_list("pk", "review_id", "question_id")
        self.answers = {str(key): (str(review), name) for key, review, name in rows}

    def of(self, event: AuditEvent) -> tuple[str, str]:
        """Return the title of the question and an address; either may be empty."""
        review_id, question_id = self.answers.get(
            event.object_id,
            (str(value_of(event, "review_id")), str(value_of(event, "question_id"))),
        )
        review = self.reviews.get(review_id)
        if not question_id:
            return "", self._elsewhere(event)
        if review is None:
            return question_id, ""
        try:
            question = review.lens_version.definition.question(question_id)
        except UnknownQuestion:
            return question_id, ""
        return question.title, self._url("question", review_id=review.pk, question_id=question_id)

    def _elsewhere(self, event: AuditEvent) -> str:
        if event.verb == "milestone.saved" and (number := value_of(event, "number")):
            return self._url("milestone", number=number)
        upgrade_id = value_of(event, "upgrade_id")
        if upgrade_id and event.object_type == "reviews.lensreview":
            return self._url("review-upgraded", upgrade_id=upgrade_id)
        return ""

    def _url(self, name: str, **ids: Any) -> str:
        return reverse(name, kwargs={"slug": self.slug, "workload_id": self.workload.pk, **ids})

"""The plan as it travels: its part of a workload's JSON, and what a milestone keeps of it.

What stands in one place is checked here. A review is named by the key of its lens in the file, as
everywhere in it; people are names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from improvement.services.acceptances import LONGEST, LONGEST_DECISION, MOST_DAYS
from improvement.services.items import problems_of
from lenses.definition import LensDefinition, UnknownQuestion
from lenses.schema.findings import WHOLE, Findings, child
from lenses.schema.models import report_shape
from reviews.exchange.document import Id, Key, Moment, Person

_CLOSED: Final = ("done", "dismissed")
_LIVE: Final = ("requested", "approved")
_YEARS: Final = (2000, 2200)


def _day(value: object) -> object:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or not _YEARS[0] <= day.year <= _YEARS[1]:
        raise ValueError(_("This must be a day such as 2026-03-01."))
    return day


Day = Annotated[date, BeforeValidator(_day)]
AtRisk = Literal["HIGH", "MEDIUM"]
StatusText = Literal["open", "in_progress", "accepted", "done", "dismissed"]
StateText = Literal["requested", "approved", "rejected", "withdrawn", "expired"]
HalfDays = Annotated[int, Field(ge=0, le=1_000)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ItemPart(_Part):
    """One item: what its practice is, where it stands, and what the team set."""

    review: Key
    question: Id
    choice: Id
    risk: AtRisk
    risk_at_opening: AtRisk
    status: StatusText
    closed_as: Literal["", "followed", "risk_gone", "said_done"]
    reason: str
    owner: Person
    due: Day | None
    team_effort: int | None
    notes: str
    ticket_key: str
    ticket_url: str
    reopened: Annotated[int, Field(ge=0, le=1_000_000)]
    opened_at: Moment
    closed_at: Moment | None


class AcceptancePart(_Part):
    """What was asked and decided about the risk of a question."""

    review: Key
    question: Id
    risk: AtRisk
    state: StateText
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    conditions: Annotated[str, Field(max_length=LONGEST)]
    until: Day
    requested_by: Person
    requested_at: Moment
    decided_by: Person
    decided_at: Moment | None
    decision: Annotated[str, Field(max_length=LONGEST_DECISION)]
    ended_by: Person
    ended_at: Moment | None


class PlanPart(_Part):
    """The plan of a workload, as ``parts.plan`` has it."""

    items: list[ItemPart]
    acceptances: list[AcceptancePart]


class KeptAcceptance(_Part):
    """What was accepted, or asked for, when a milestone was saved."""

    state: Literal["requested", "approved"]
    until: Day


class KeptItem(_Part):
    """An item as a milestone keeps it; ``lens`` is the alias of its lens, or else the name."""

    lens: Annotated[str, Field(max_length=128)]
    question_id: Id
    question: Annotated[str, Field(max_length=128)]
    choice_id: Id
    practice: Annotated[str, Field(max_length=128)]
    risk: AtRisk
    status: StatusText
    owner: Person
    due: Day | None
    effort: HalfDays
    ticket_key: Annotated[str, Field(max_length=100)]
    acceptance: KeptAcceptance | None


_plan: Final = TypeAdapter(PlanPart)
_kept: Final = TypeAdapter(list[KeptItem])
_Shape = TypeVar("_Shape")


def read_plan(value: Any) -> PlanPart:
    """Return the values of a part that ``check_plan`` found nothing wrong with."""
    return _plan.validate_python(value)


def check_kept_plan(value: Any, path: str, findings: Findings) -> None:
    """Put what is wrong with a milestone's plan into the findings, each at its path."""
    _shape(_kept, value, path, findings)


def check_plan(
    value: Any, path: str, definitions: Mapping[str, LensDefinition], findings: Findings
) -> None:
    """Put what is wrong with a part into the findings, each at its path."""
    plan = _shape(_plan, value, path, findings)
    if plan is None:
        return
    _once(
        ((each.review, each.question, each.choice) for each in plan.items),
        child(path, "items"),
        findings,
    )
    for place, item in enumerate(plan.items):
        where = child(child(path, "items"), place)
        if _check_place(item, where, definitions, findings):
            _check_choice(item, where, definitions[item.review], findings)
        _check_item(item, where, findings)
    live = (each for each in plan.acceptances if each.state in _LIVE)
    most = Counter((each.review, each.question, each.state) for each in live)
    for place, acceptance in enumerate(plan.acceptances):
        where = child(child(path, "acceptances"), place)
        _check_place(acceptance, where, definitions, findings)
        _check_acceptance(acceptance, where, findings)
        if most[acceptance.review, acceptance.question, acceptance.state] > 1:
            message = _("Of a question one acceptance is asked for and one approved at most.")
            findings.error(f"{where}.state", "acceptance.repeated", message, acceptance.state)


def _shape(
    adapter: TypeAdapter[_Shape], value: Any, path: str, findings: Findings
) -> _Shape | None:
    try:
        return adapter.validate_python(value)
    except ValidationError as errors:
        inner = Findings()
        report_shape(errors, inner)
    for problem in inner.problems():
        findings.error(_under(path, problem.path), problem.rule, problem.message, problem.value)
    return None


def _under(path: str, inner: str) -> str:
    if inner == WHOLE:
        return path
    return f"{path}{inner}" if inner.startswith("[") else f"{path}.{inner}"


def _once(keys: Iterable[Hashable], path: str, findings: Findings) -> None:
    seen: set[Hashable] = set()
    for place, key in enumerate(keys):
        if key in seen:
            message = _("The practice has an item already.")
            findings.error(f"{path}[{place}].choice", "item.repeated", message)
        seen.add(key)


def _check_place(
    part: ItemPart | AcceptancePart,
    path: str,
    definitions: Mapping[str, LensDefinition],
    findings: Findings,
) -> bool:
    if part.review not in definitions:
        message = _("The file has no review of such a key.")
        findings.error(f"{path}.review", "review.unknown", message, part.review)
        return False
    try:
        definitions[part.review].question(part.question)
    except UnknownQuestion:
        message = _("The lens has no such question.")
        findings.error(f"{path}.question", "question.unknown", message, part.question)
        return False
    return True


def _check_choice(
    item: ItemPart, path: str, definition: LensDefinition, findings: Findings
) -> None:
    if item.choice not in definition.question(item.question).choice_ids:
        message = _("The question has no such choice.")
        findings.error(f"{path}.choice", "choice.unknown", message, item.choice)


def _check_item(item: ItemPart, path: str, findings: Findings) -> None:
    for name, messages in problems_of(item.model_dump()).items():
        field = "team_effort" if name == "effort" else name
        findings.error(f"{path}.{field}", "item.value", " ".join(messages))
    if (item.status == "dismissed") != bool(item.reason.strip()):
        message = _("A dismissed item says why, and no other has a reason.")
        findings.error(f"{path}.reason", "item.reason", message)
    if item.closed_as and item.status != "done":
        message = _("Only what is done says how it was closed.")
        findings.error(f"{path}.closed_as", "item.closed_as", message, item.closed_as)
    if (item.status in _CLOSED) != (item.closed_at is not None):
        message = _("What is done or dismissed has a time when it was closed, nothing else has.")
        findings.error(f"{path}.closed_at", "item.closed_at", message)


def _check_acceptance(acceptance: AcceptancePart, path: str, findings: Findings) -> None:
    if not acceptance.reason.strip():
        findings.error(f"{path}.reason", "text.empty", _("This must not be empty."))
    is_decided = acceptance.state in ("approved", "rejected")
    if is_decided and acceptance.decided_at is None:
        message = _("What was decided says when.")
        findings.error(f"{path}.decided_at", "acceptance.decided", message)
    if is_decided and not acceptance.decided_by.strip():
        message = _("What was decided says by whom.")
        findings.error(f"{path}.decided_by", "acceptance.decided", message)
    latest = timezone.localdate() + timedelta(days=MOST_DAYS)
    if acceptance.state in _LIVE and acceptance.until > latest:
        message = _("At most three years ahead: risks are to be looked at again.")
        findings.error(f"{path}.until", "acceptance.until", message, acceptance.until)

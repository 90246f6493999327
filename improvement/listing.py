"""Which items a plan shows and in which order, as its address says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.risk import Risk
from improvement.models import ImprovementItem
from improvement.statuses import LEFT, SHOWN, Status
from lenses.models import Lens
from reviews.models import LensReview

ALL: Final = "all"
MINE: Final = "me"
NOBODY: Final = "none"
BY_RANK: Final = "plan"

_STATUS_ORDER: Final = (
    Status.IN_PROGRESS,
    Status.OPEN,
    Status.ACCEPTED,
    Status.DONE,
    Status.DISMISSED,
)


def _status_place() -> Any:
    return Case(
        *(When(status=each.value, then=Value(place)) for place, each in enumerate(_STATUS_ORDER)),
        output_field=IntegerField(),
    )


_SORTS: Final[dict[str, Callable[[], Any]]] = {
    BY_RANK: lambda: F("rank"),
    "practice": lambda: F("practice_title"),
    "risk": lambda: Case(
        When(risk=Risk.HIGH.value, then=Value(0)), default=Value(1), output_field=IntegerField()
    ),
    "effort": lambda: Coalesce("team_effort", "lens_effort"),
    "owner": lambda: F("owner__name"),
    "due": lambda: F("due"),
    "status": _status_place,
    "ticket": lambda: Case(When(ticket_key="", then=None), default=F("ticket_key")),
}

_GROUPS: Final[dict[str, tuple[Callable[[], Any], ...]]] = {
    "": (),
    "question": (),
    "pillar": (lambda: F("pillar_name"), lambda: F("pillar_id")),
    "owner": (lambda: F("owner__name"), lambda: F("owner")),
    "status": (_status_place,),
    "workload": (lambda: F("workload__name_key"), lambda: F("workload")),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose, with a name; names from a lens are not translated."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """What was asked for; an empty value stands for all, as does one that makes no sense."""

    risk: str = ""
    pillar: str = ""
    lens: str = ""
    status: str = ""
    owner: str = ""
    overdue: str = ""
    workload: str = ""
    sort: str = BY_RANK
    group: str = ""

    @classmethod
    def read(
        cls,
        query: Mapping[str, str],
        *,
        pillars: Sequence[Option],
        lenses: Sequence[Option],
        group: str = "",
    ) -> PlanQuery:
        """Return what an address asks for. ``group`` is what it is grouped by unless it says."""
        sort = query.get("sort", BY_RANK)
        asked = query.get("group", group)
        return cls(
            risk=_one_of(query.get("risk", ""), [Risk.HIGH, Risk.MEDIUM]),
            pillar=_one_of(query.get("pillar", ""), [option.value for option in pillars]),
            lens=_one_of(query.get("lens", ""), [option.value for option in lenses]),
            status=_one_of(query.get("status", ""), [ALL, *Status]),
            owner=_person(query.get("owner", "")),
            overdue="1" if query.get("overdue") else "",
            workload=_uuid(query.get("workload", "")),
            sort=sort if sort.removeprefix("-") in _SORTS else BY_RANK,
            group=asked if asked in _GROUPS else group,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out, or more shown than usual."""
        return self != PlanQuery(sort=self.sort, group=self.group)

    def apply(
        self, items: QuerySet[ImprovementItem], *, user_id: UUID | None, lens_field: str
    ) -> QuerySet[ImprovementItem]:
        """Return those of the items that are asked for, in order.

        ``lens_field`` is what the value of the filter by lens names: ``review`` in a workload,
        ``review__lens`` in an organisation.
        """
        wanted: dict[str, Any] = {
            "risk": self.risk,
            "pillar_id": self.pillar,
            lens_field: self.lens,
            "workload": self.workload,
        }
        found = items.filter(**{name: value for name, value in wanted.items() if value})
        if self.status != ALL:
            found = found.filter(status__in=[self.status] if self.status else list(SHOWN))
        if self.owner:
            people = {MINE: user_id, NOBODY: None}
            found = found.filter(owner=people.get(self.owner, self.owner))
        if self.overdue:
            found = found.filter(due__lt=timezone.localdate(), status__in=LEFT)
        return found.order_by(*self._order(), "pk")

    def _order(self) -> list[Any]:
        name = self.sort.removeprefix("-")
        by_group: list[Any] = [key().asc(nulls_last=True) for key in _GROUPS[self.group]]
        if name == BY_RANK and not self.sort.startswith("-"):
            return [*by_group, "rank"]
        if self.group == "question":
            by_group = [F("question_title"), F("question_id")]
        key = _SORTS[name]()
        order = key.desc if self.sort.startswith("-") else key.asc
        return [*by_group, order(nulls_last=True), "rank"]


def _one_of(value: str, known: Sequence[str]) -> str:
    return value if value in list(known) else ""


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _person(text: str) -> str:
    return text if text in (MINE, NOBODY) else _uuid(text)


def pillars_among(items: QuerySet[ImprovementItem]) -> list[Option]:
    """Return the pillars that items are of, one for all lenses, by name. One query."""
    rows = items.order_by("pillar_name").values_list("pillar_id", "pillar_name").distinct()
    names: dict[str, str] = {}
    for pillar_id, name in rows:
        names.setdefault(pillar_id, name)
    return [Option(key, name) for key, name in names.items()]


def pillars_of(reviews: Sequence[LensReview]) -> list[Option]:
    """Return the pillars of a workload's lenses, one for all lenses, in their order."""
    names: dict[str, str] = {}
    for review in reviews:
        for pillar in review.lens_version.definition.pillars:
            names.setdefault(pillar.id, pillar.name)
    return [Option(key, name) for key, name in names.items()]


def lenses_reviewed() -> list[Option]:
    """Return the lenses that any workload is reviewed through, by name. One query."""
    in_use = LensReview.objects.order_by().values("lens")
    return [
        Option(str(lens.pk), lens.name)
        for lens in Lens.objects.filter(pk__in=in_use).order_by("name", "pk")
    ]


def lenses_of(reviews: Sequence[LensReview]) -> list[Option]:
    """Return the lenses of a workload, in its order, by review."""
    return [Option(str(review.pk), review.lens.name) for review in reviews]

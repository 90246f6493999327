"""The views of a workload as plain tables: what CSV, the workbook and Markdown have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from django.utils import timezone
from django.utils.translation import gettext as _

from common.marks import CHARACTERS, WORDS
from common.risk import BY_SEVERITY, Risk
from reviews.exchange.overview import Overview, reason_words
from workloads.models import Workload

Value: TypeAlias = str | int | float | datetime | Risk | None


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and how wide it is in characters."""

    title: str
    width: int = 14
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One view. Values are of their columns' kinds, or None."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]

    def as_text(self) -> list[list[object]]:
        """Return heading and rows with every value as people read it; numbers stay numbers."""
        rows: list[list[object]] = [[column.title for column in self.columns]]
        return rows + [[_plain(value) for value in row] for row in self.rows]


def risk_text(risk: Risk) -> str:
    """A risk as mark and word: "▲ High risk"."""
    return f"{CHARACTERS[risk]} {WORDS[risk]}"


def _plain(value: Value) -> object:
    if isinstance(value, Risk):
        return risk_text(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="minutes")
    return value


def _count_columns() -> list[Column]:
    return [Column(risk_text(risk), 14, Kind.NUMBER) for risk in BY_SEVERITY]


def pillar_table(overview: Overview) -> Table:
    """How the questions of each pillar stand."""
    rows: list[list[Value]] = []
    for review in overview.reviews:
        for pillar in review.definition.pillars:
            counts = review.counts(pillar)
            rows.append(
                [
                    *(review.lens_name, pillar.name, len(pillar.questions)),
                    *(counts[risk] for risk in BY_SEVERITY),
                    review.pillar_notes.get(pillar.id, ""),
                ]
            )
    columns = [
        *(Column(_("Lens"), 28), Column(_("Pillar"), 26), Column(_("Questions"), 11, Kind.NUMBER)),
        *_count_columns(),
        Column(_("Notes"), 40),
    ]
    return Table(_("Risks by pillar"), columns, rows)


def question_table(overview: Overview) -> Table:
    """Every question with its risk and what was said."""
    rows: list[list[Value]] = []
    for review, pillar, question in overview.questions():
        said = review.said(question)
        state = said.state
        practices = [choice for choice in question.choices if not choice.is_none_of_these]
        ticked = [choice for choice in question.choices if choice.id in state.selected]
        rows.append(
            [
                *(review.lens_name, pillar.name, question.number, question.title, said.risk),
                *("\n".join(choice.title for choice in ticked), len(practices)),
                *("" if state.is_applicable else _("Does not apply"), reason_words(state.reason)),
                *(state.notes, said.at, said.by),
            ]
        )
    columns = [
        *(Column(_("Lens"), 24), Column(_("Pillar"), 22), Column(_("No."), 6, Kind.NUMBER)),
        *(Column(_("Question"), 48), Column(_("Risk"), 16, Kind.RISK)),
        *(Column(_("Ticked"), 44), Column(_("Practices"), 10, Kind.NUMBER)),
        *(Column(_("Applies"), 15), Column(_("Reason"), 20), Column(_("Notes"), 48)),
        *(Column(_("Last change"), 17, Kind.MOMENT), Column(_("By"), 20)),
    ]
    return Table(_("Questions"), columns, rows)


def answer_table(overview: Overview) -> Table:
    """Every choice of every question with what was said about it."""
    rows: list[list[Value]] = []
    for review, pillar, question in overview.questions():
        said = review.said(question)
        for choice in question.choices:
            detail = said.state.detail(choice.id)
            rows.append(
                [
                    *(review.lens_name, pillar.name, question.id, question.title, said.risk),
                    *(choice.id, choice.title, _yes(choice.id in said.state.selected)),
                    *(_yes(detail.not_applicable), reason_words(detail.reason), detail.notes),
                ]
            )
    columns = [
        *(Column(_("Lens"), 24), Column(_("Pillar"), 22), Column(_("Question id"), 24)),
        *(Column(_("Question"), 48), Column(_("Risk"), 16, Kind.RISK)),
        *(Column(_("Choice id"), 24), Column(_("Choice"), 44), Column(_("Ticked"), 10)),
        *(Column(_("Not applicable"), 14), Column(_("Reason"), 20), Column(_("Notes"), 40)),
    ]
    return Table(_("Answers"), columns, rows)


def _yes(is_so: bool) -> str:
    return _("Yes") if is_so else _("No")


def trend_table(overview: Overview) -> Table:
    """The milestones from the first, then now."""
    rows: list[list[Value]] = [
        [
            *(milestone.number, milestone.name, milestone.at, milestone.by),
            *(milestone.total[risk] for risk in BY_SEVERITY),
            milestone.note,
        ]
        for milestone in overview.milestones
    ]
    total = overview.total
    rows.append([None, _("Now"), None, "", *(total[risk] for risk in BY_SEVERITY), ""])
    columns = [
        *(Column(_("No."), 6, Kind.NUMBER), Column(_("Milestone"), 30)),
        *(Column(_("When"), 17, Kind.MOMENT), Column(_("Who"), 22)),
        *_count_columns(),
        Column(_("Note"), 48),
    ]
    return Table(_("Milestones"), columns, rows)


PlanTable = Callable[[Workload], Table]

_plan_tables: list[PlanTable] = []


def register_plan_table(make: PlanTable) -> None:
    """Say how the plan of a workload looks as a table: `improvement` does, when it starts.

    A later one replaces an earlier one.
    """
    _plan_tables[:] = [make]


def plan_tables(workload: Workload) -> list[Table]:
    """Return the plan as a table, where an app has one."""
    return [make(workload) for make in _plan_tables]

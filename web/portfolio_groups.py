"""The portfolio by what workloads say of themselves, in words: for reports and workbooks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.selectors_groups import Group, groups_by
from reviews.selectors_portfolio import Portfolio
from workloads.models import Workload

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Grouping:
    """All groups by one thing; ``names`` are what they are called, in the same order."""

    key: str
    title: str
    groups: Sequence[Group]
    names: Sequence[str]


def _environment(value: str) -> str:
    return str(Workload.Environment(value).label)


def _tag(key: str, value: str) -> str:
    return f"{key}={value}" if value else key


def _text(value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class _By:
    key: str
    title: "str | _StrPromise"
    fields: tuple[str, ...]
    name: Callable[..., str] = _text


_BY: Final = (
    _By("environment", gettext_lazy("By environment"), ("environment",), _environment),
    _By("owner", gettext_lazy("By review owner"), ("review_owner",)),
    _By("industry", gettext_lazy("By industry"), ("industry_type",)),
    _By("tag", gettext_lazy("By tag"), ("tags__key", "tags__value"), _tag),
)


def groupings(portfolio: Portfolio) -> list[Grouping]:
    """Return the groupings that tell workloads apart: not those by what all say, or none."""
    found = [_grouping(portfolio, by) for by in _BY]
    return [each for each in found if len(each.groups) > 1]


def _grouping(portfolio: Portfolio, by: _By) -> Grouping:
    groups = groups_by(portfolio, *by.fields)
    names = [by.name(*group.said) if any(group.said) else _("not said") for group in groups]
    return Grouping(by.key, str(by.title), groups, names)


def rows_of(grouping: Grouping, most: int) -> list[tuple[str, Any]]:
    """Return the first groups with their names."""
    return list(zip(grouping.names, grouping.groups, strict=True))[:most]

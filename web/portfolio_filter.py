"""Which workloads the portfolio is about, as its address says it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from lenses.models import Lens
from reviews.selectors_portfolio import Scope
from workloads.models import Workload, WorkloadTag

LONGEST: Final = 400
"""The most characters of a part: a tag's key, a sign and its value."""


@dataclass(frozen=True, slots=True)
class PortfolioFilter:
    """What is asked for. ``tag`` is a key, or a key and a value: ``team=payments``."""

    tag: str = ""
    owner: str = ""
    environment: str = ""
    lens: str = ""
    industry: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.as_query())

    def as_query(self) -> dict[str, str]:
        """Return the address's parameters, without those that say nothing."""
        values = {each.name: str(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in values.items() if value}

    @property
    def query(self) -> str:
        """The address from the question mark on; empty when nothing is asked for."""
        values = self.as_query()
        return f"?{urlencode(values)}" if values else ""

    def scope(self) -> Scope:
        """Return the reviews that are meant."""
        is_about_workloads = replace(self, lens="").is_set
        return Scope(
            workloads=self._workloads() if is_about_workloads else None,
            lens_id=UUID(self.lens) if self.lens else None,
        )

    def _workloads(self) -> QuerySet[Workload]:
        found: QuerySet[Workload] = Workload.objects.all()
        if self.tag:
            found = found.filter(Exists(_tags(self.tag)))
        if self.owner:
            found = found.filter(review_owner=self.owner)
        if self.environment:
            found = found.filter(environment=self.environment)
        if self.industry:
            found = found.filter(Q(industry_type=self.industry) | Q(industry=self.industry))
        return found


def _tags(said: str) -> QuerySet[WorkloadTag]:
    # As one text, because keys and values may have equals signs themselves.
    whole = Concat("key", Value("="), "value", output_field=CharField())
    tags: QuerySet[WorkloadTag] = WorkloadTag.objects.annotate(whole=whole).filter(
        Q(key=said) | Q(whole=said), workload=OuterRef("pk")
    )
    return tags


def read_portfolio_filter(query: Mapping[str, str]) -> PortfolioFilter:
    """Return what an address asks for; what makes no sense in it counts as not said."""
    said = {
        each.name: " ".join(query.get(each.name, "").replace("\x00", "").split())[:LONGEST]
        for each in fields(PortfolioFilter)
    }
    if said["environment"] not in Workload.Environment.values:
        said["environment"] = ""
    said["lens"] = _uuid(said["lens"])
    return PortfolioFilter(**said)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a filter in words; ``without`` is the address's query once it is taken away."""

    words: str
    without: str


def chips(wanted: PortfolioFilter) -> list[Chip]:
    """Return the parts of a filter. One query when it names a lens."""
    words = {
        "tag": _("Tag: %(value)s"),
        "owner": _("Owner: %(value)s"),
        "environment": _("Environment: %(value)s"),
        "lens": _("Lens: %(value)s"),
        "industry": _("Industry: %(value)s"),
    }
    found = []
    for name, value in wanted.as_query().items():
        shown = value
        if name == "environment":
            shown = str(Workload.Environment(value).label)
        elif name == "lens":
            lens = Lens.objects.filter(pk=value).first()
            shown = lens.name if lens else _("not there any more")
        rest = replace(wanted, **{name: ""})
        found.append(Chip(words[name] % {"value": shown}, rest.query))
    return found

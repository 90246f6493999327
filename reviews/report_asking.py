"""What the page of reports offers: what can be asked for, and what the address says of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.errors import Invalid, NotFound
from reviews.models import LensReview, Milestone
from reviews.report_forms import About, Choices, Offered, ReportForm
from reviews.reports.kinds import SCOPE_LABELS, ReportKind, Scope
from reviews.selectors import reviews_of
from reviews.selectors_comparing import moments_offered
from reviews.selectors_milestones import NOW
from reviews.selectors_reports import kinds_of
from reviews.services.report_subjects import checked_options
from tenants.actors import Actor
from workloads.models import Workload
from workloads.selectors import load_workload


@dataclass(frozen=True, slots=True)
class KindOffered:
    """A kind with the words of what it is narrowed down to."""

    kind: ReportKind[Any]
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Choosing:
    """All that there is to choose from: ``groups`` are kinds by what they are about, with its name.

    ``problems`` are what of the address makes no sense as a kind's option.
    """

    about: About
    form: ReportForm
    groups: list[tuple[Scope, str, list[KindOffered]]]
    problems: list[str]

    @property
    def is_narrowed(self) -> bool:
        """Whether the address says any option."""
        return bool(self.about.options)


def what_about(given: Mapping[str, str], actor: Actor) -> About:
    """Return what an address or a form is about; raises NotFound."""
    workload, other = (_workload(given.get(name, "")) for name in ("workload", "other"))
    if workload is None:
        names = {
            name
            for kind in kinds_of(actor, (Scope.ORGANIZATION,))
            if kind.options
            for name in kind.options.names
        }
        return About(options={name: given[name] for name in sorted(names) if given.get(name)})
    if other is not None and other.pk == workload.pk:
        raise NotFound
    return About(workload, other)


def _workload(said: str) -> Workload | None:
    if not said:
        return None
    try:
        return load_workload(UUID(said))
    except ValueError:
        raise NotFound from None


def choosing(about: About, actor: Actor, *, sent: Any, asked: Mapping[str, str]) -> Choosing:
    """Return what can be chosen; ``sent`` is what the form came with, ``asked`` the address."""
    kinds = kinds_of(actor, about.scopes)
    offered = _offered(about, asked)
    lacking = {
        Scope.COMPARISON: not offered.before,
        Scope.LENS: not offered.reviews,
        Scope.WORKLOADS: not offered.lenses,
    }
    possible = [kind for kind in kinds if not lacking.get(kind.scope)]
    form = ReportForm(
        sent,
        kinds=possible,
        about=about,
        offered=offered,
        initial={
            "kind": asked.get("kind", possible[0].key if possible else ""),
            "review": asked.get("review", ""),
            "lens": asked.get("lens", ""),
            "before": asked.get("before", offered.before[0][0] if offered.before else ""),
            "after": asked.get("after", NOW),
        },
    )
    groups, problems = _groups(kinds, about)
    return Choosing(about, form, groups, problems)


def _groups(
    kinds: Sequence[ReportKind[Any]], about: About
) -> tuple[list[tuple[Scope, str, list[KindOffered]]], list[str]]:
    groups: dict[Scope, list[KindOffered]] = {}
    problems: dict[str, None] = {}
    for kind in kinds:
        try:
            words = checked_options(kind, about.options).get("words", ())
        except Invalid as error:
            words = ()
            problems |= dict.fromkeys(text for texts in error.fields.values() for text in texts)
        groups.setdefault(kind.scope, []).append(KindOffered(kind, words))
    named = [(scope, str(SCOPE_LABELS[scope]), found) for scope, found in groups.items()]
    return named, list(problems)


def _offered(about: About, asked: Mapping[str, str]) -> Offered:
    workload, other = about.workload, about.other
    now = (NOW, _("Now"))
    if workload is None:
        return Offered()
    moments = _named(moments_offered(workload))
    if other is None:
        reviews = reviews_of(workload.pk)
        if not moments:
            return Offered(reviews)
        return Offered(reviews, before=[*moments, now], after=[now, *moments])
    return Offered(
        lenses=_lenses_of_both(workload, other),
        before=[now, *moments],
        after=[now, *_named(moments_offered(other))],
    )


def _named(milestones: QuerySet[Milestone]) -> Choices:
    return [
        (
            str(milestone.number),
            f"{milestone.number}. {milestone.name}, "
            f"{date_format(timezone.localtime(milestone.at), 'j M Y')}",
        )
        for milestone in milestones
    ]


def _lenses_of_both(workload: Workload, other: Workload) -> Choices:
    theirs = LensReview.objects.filter(workload=other).values("lens")
    shared = LensReview.objects.filter(workload=workload, lens__in=theirs).select_related("lens")
    rows = shared.order_by("position", "pk").values_list("lens", "lens__name")
    return [(str(lens_id), name) for lens_id, name in rows]

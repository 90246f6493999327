"""What needs attention: a list of things to look at, each kind found by a function of its own.

A provider takes a Watch and returns an Attention in at most two queries, whatever the number of
workloads. A new kind is one more name in PROVIDERS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from improvement.models import RiskAcceptance
from improvement.selectors_items import expiring_acceptances, overdue_items
from improvement.services.acceptances import NOTICE_DAYS
from lenses.lineage import steps_to
from lenses.models import LensVersion
from reviews.models import LensReview
from reviews.selectors_portfolio import Scope

MOST: Final = 5
"""How many of a kind a page shows."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Where to look: an organisation's address, the reviews that are meant, and today."""

    slug: str
    scope: Scope
    today: date
    # All that were ever published, the newest first (reviews.selectors_portfolio).
    versions: Sequence[LensVersion] = ()
    most: int = MOST

    def url(self, name: str, **parts: object) -> str:
        """Return the address of a page of the organisation."""
        return reverse(name, kwargs={"slug": self.slug, **parts})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at: what, a few words beside it, and where that is done."""

    text: str
    note: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Attention:
    """The first few things of a kind, or of all; ``total`` counts those not shown too."""

    items: list[Item] = field(default_factory=list)
    total: int = 0


Provider = Callable[[Watch], Attention]


def needs_attention(watch: Watch) -> Attention:
    """Return what all providers found, kind by kind."""
    found = [provider(watch) for provider in PROVIDERS]
    return Attention(
        items=[item for each in found for item in each.items],
        total=sum(each.total for each in found),
    )


def overdue_reviews(watch: Watch) -> Attention:
    """Return the workloads whose next review should have been, the longest overdue first."""
    late = watch.scope.all_workloads().filter(next_review_on__lt=watch.today)
    rows = late.annotate(total=Window(Count("pk"))).order_by("next_review_on", "pk")
    found = list(rows.only("name", "next_review_on")[: watch.most])
    items = []
    for workload in found:
        days = (watch.today - (workload.next_review_on or watch.today)).days
        items.append(
            Item(
                text=_("Review overdue: %(name)s") % {"name": workload.name},
                note=ngettext("%(n)d day", "%(n)d days", days) % {"n": days},
                url=watch.url("review", workload_id=workload.pk),
                icon="calendar-clock",
            )
        )
    return Attention(items, found[0].total if found else 0)


def waiting_upgrades(watch: Watch) -> Attention:
    """Return the lenses with a version that some reviews wait for somebody to bring them to."""
    newer = _newer_versions(watch.versions)
    if not newer:
        return Attention()
    reviews = watch.scope.of(LensReview.objects.all(), "workload", "lens")
    reviews = reviews.filter(lens_version__in=list(newer)).order_by()
    counts = dict(reviews.values_list("lens").annotate(Count("pk")))
    newest = {version.lens_id: version for version in newer.values()}
    items = [
        _upgrade(watch, newest[lens_id], count)
        for lens_id, count in sorted(counts.items(), key=lambda each: -each[1])
    ]
    return Attention(items[: watch.most], len(items))


def _upgrade(watch: Watch, version: LensVersion, count: int) -> Item:
    words = ngettext(
        "%(lens)s %(version)s waits for %(n)d workload",
        "%(lens)s %(version)s waits for %(n)d workloads",
        count,
    )
    query = urlencode({"lens": str(version.lens_id)})
    return Item(
        text=words % {"lens": version.lens.name, "version": version.version, "n": count},
        note=str(version.get_kind_display()),
        url=f"{watch.url('workloads')}?{query}",
        icon="glasses",
    )


def _newer_versions(versions: Sequence[LensVersion]) -> dict[UUID, LensVersion]:
    """Return, by earlier version, the newest one that does not come to reviews by itself."""
    newest: dict[UUID, LensVersion] = {}
    for version in versions:
        if version.status == LensVersion.Status.PUBLISHED and not version.lens.deleted_at:
            newest.setdefault(version.lens_id, version)
    predecessors = {version.pk: version.predecessor_id for version in versions}
    kinds = {version.pk: version.kind for version in versions}
    found = {}
    for version in versions:
        latest = newest.get(version.lens_id)
        if latest is None or latest.pk == version.pk:
            continue
        steps = steps_to(version.pk, latest.pk, predecessors)
        if steps and any(kinds[step] != LensVersion.Kind.MINOR for step in steps):
            found[version.pk] = latest
    return found


def overdue_improvements(watch: Watch) -> Attention:
    """Return the workloads with items whose day has passed, those with most of them first."""
    items = watch.scope.of(overdue_items(watch.today), "workload", "review__lens").order_by()
    counted = list(
        items.values("workload", "workload__name")
        .annotate(late=Count("pk"), total=Window(Count("workload")))
        .order_by("-late", "workload__name")[: watch.most]
    )
    found = [
        Item(
            text=ngettext("%(n)d improvement overdue", "%(n)d improvements overdue", row["late"])
            % {"n": row["late"]},
            note=row["workload__name"],
            url=f"{watch.url('plan', workload_id=row['workload'])}?overdue=1",
            icon="alarm-clock",
        )
        for row in counted
    ]
    return Attention(found, counted[0]["total"] if counted else 0)


def ending_acceptances(watch: Watch) -> Attention:
    """Return the accepted risks whose last day comes within the month, the soonest first."""
    ending = expiring_acceptances(watch.today + timedelta(days=NOTICE_DAYS[0]))
    rows = watch.scope.of(ending, "workload", "review__lens")
    found = list(rows.annotate(total=Window(Count("pk")))[: watch.most])
    return Attention([_ending(watch, each) for each in found], found[0].total if found else 0)


def _ending(watch: Watch, acceptance: RiskAcceptance) -> Item:
    days = (acceptance.until - watch.today).days
    note = ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days} if days > 0 else _("today")
    return Item(
        text=_("Acceptance of a risk ends: %(name)s") % {"name": acceptance.workload.name},
        note=note,
        url=watch.url("acceptances", workload_id=acceptance.workload_id),
        icon="calendar-clock",
    )


PROVIDERS: Final[tuple[Provider, ...]] = (
    overdue_reviews,
    waiting_upgrades,
    overdue_improvements,
    ending_acceptances,
)


def watch_now(
    slug: str, scope: Scope, versions: Sequence[LensVersion], *, most: int = MOST
) -> Watch:
    """Return where to look today, in the reader's time zone; ``most`` of each kind are shown."""
    today = timezone.localdate()
    return Watch(slug=slug, scope=scope, today=today, versions=versions, most=most)

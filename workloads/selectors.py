"""Reads about workloads."""

from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from common.errors import NotFound
from tenants.models import AuditEvent
from workloads.models import SavedView, Workload, WorkloadTag


def load_workload(workload_id: UUID, *, for_update: bool = False) -> Workload:
    """Return a workload of the bound organisation; raises NotFound.

    ``for_update`` locks it until the transaction ends.
    """
    workloads = Workload.objects.select_for_update() if for_update else Workload.objects
    workload: Workload | None = workloads.filter(pk=workload_id).first()
    if workload is None:
        raise NotFound
    return workload


def tags_of(workload: Workload) -> dict[str, str]:
    """Return a workload's tags by key, in the keys' order."""
    rows = WorkloadTag.objects.filter(workload=workload).order_by("key")
    return dict(rows.values_list("key", "value"))


def find_workloads(*, words: str = "", environment: str = "") -> QuerySet[Workload]:
    """Return the workloads that hold every word somewhere: name, description, owner or a tag.

    ``key=value`` as a word finds the tag. An empty filter lets all through.
    """
    found: QuerySet[Workload] = Workload.objects.all()
    if environment:
        found = found.filter(environment=environment)
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(review_owner__icontains=word)
            | Exists(_tags_with(word))
        )
    return found


def _tags_with(word: str) -> QuerySet[WorkloadTag]:
    tags: QuerySet[WorkloadTag] = WorkloadTag.objects.filter(workload=OuterRef("pk"))
    key, sign, value = word.partition("=")
    if sign:
        return tags.filter(key__iexact=key, value__icontains=value)
    return tags.filter(Q(key__icontains=word) | Q(value__icontains=word))


def what_goes_with(workload: Workload, *, for_update: bool = False) -> dict[str, int]:
    """Count what would be deleted with a workload, by the rows' model (``reviews.answer``).

    Found through the models' own references, so that it holds for apps above this one too.
    ``for_update`` locks the rows that others hang on, as those who write them do.
    """
    counts: dict[str, int] = {}
    waiting: list[tuple[type[models.Model], list[UUID]]] = [(Workload, [workload.pk])]
    while waiting:
        model, keys = waiting.pop()
        for relation in _cascades(model):
            dependent = relation.related_model
            # By keys, level by level: each look-up is served by an index, on both databases.
            rows = dependent._base_manager.filter(**{f"{relation.field.name}__in": keys})
            if _cascades(dependent):
                if for_update:
                    rows = rows.select_for_update()
                found = list(rows.order_by("pk").values_list("pk", flat=True))
                waiting.append((dependent, found))
                counts[dependent._meta.label_lower] = len(found)
            else:
                # One model may refer to another twice: each row of it by one reference only.
                name = dependent._meta.label_lower
                counts[name] = counts.get(name, 0) + rows.count()
    return counts


def _cascades(model: type[models.Model]) -> list[models.ForeignObjectRel]:
    # A row that hangs on another of its own model (a reply) hangs on that one's parent too.
    return [
        relation
        for relation in model._meta.related_objects
        if relation.on_delete is models.CASCADE and relation.related_model is not model
    ]


def latest_events(object_ids: list[UUID], *, most: int) -> list[AuditEvent]:
    """Return the newest audit events about things, the newest first."""
    events = AuditEvent.objects.filter(object_id__in=[str(each) for each in object_ids])
    return list(events.order_by("-sequence")[:most])


def saved_views(user_id: UUID | None) -> list[SavedView]:
    """Return the shared views and a person's own, by name."""
    return list(_visible_views(user_id).order_by("name_key", "pk"))


def load_saved_view(user_id: UUID | None, view_id: UUID) -> SavedView:
    """Return a view that is shared or the person's own; raises NotFound."""
    view = _visible_views(user_id).filter(pk=view_id).first()
    if view is None:
        raise NotFound
    return view


def _visible_views(user_id: UUID | None) -> models.QuerySet[SavedView]:
    views: models.QuerySet[SavedView] = SavedView.objects.filter(
        Q(is_shared=True) | Q(is_shared=False, owner=user_id)
    )
    return views


def tags_in_use(*, most: int) -> list[str]:
    """Return the tags that workloads have, as ``key=value``, the most common first."""
    rows = WorkloadTag.objects.order_by().values_list("key", "value")
    common = rows.annotate(number=models.Count("pk")).order_by("-number", "key", "value")[:most]
    return [f"{key}={value}" if value else key for key, value, _number in common]


def values_in_use(field: str, *, most: int) -> list[str]:
    """Return what workloads say in a text field, the most common first; nothing is no value."""
    rows = Workload.objects.order_by().exclude(**{field: ""}).values_list(field)
    common = rows.annotate(number=models.Count("pk")).order_by("-number", field)[:most]
    return [value for value, _number in common]

"""Finding stored files that no row names: what a crash left behind."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.files.storage import Storage

from common.clock import now
from reviews.models import Evidence, Report
from tenants.context import in_organization

_Kept = type[Evidence] | type[Report]

KEPT: Final[dict[str, _Kept]] = {"evidence": Evidence, "reports": Report}
"""The folders of files, by organisation beneath, with the model whose rows name them."""

# A file is stored before its row names it: what is younger may be about to get one.
_GRACE: Final = timedelta(days=1)
_BATCH: Final = 500


def remove_orphans(folder: str) -> int:
    """Remove the files of a folder that no row names and that are older than a day; their number.

    The folders within say which organisations there are, so that those of a deleted one are found
    too.
    """
    model = KEPT[folder]
    storage: Storage = model._meta.get_field("file").storage
    return sum(
        _sweep(storage, model, f"{folder}/{organization_id}", organization_id)
        for organization_id in _organization_ids(storage, folder)
    )


def _organization_ids(storage: Storage, folder: str) -> Iterator[UUID]:
    try:
        folders, _files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in folders:
        try:
            yield UUID(name)
        except ValueError:
            continue


def _sweep(storage: Storage, model: _Kept, folder: str, organization_id: UUID) -> int:
    _folders, names = storage.listdir(folder)
    removed = 0
    for start in range(0, len(names), _BATCH):
        paths = {f"{folder}/{name}" for name in names[start : start + _BATCH]}
        with in_organization(organization_id):
            rows = model.objects.filter(file__in=paths)
            known = set(rows.values_list("file", flat=True))
        for path in sorted(paths - known):
            removed += _remove_if_old(storage, path)
    return removed


def _remove_if_old(storage: Storage, path: str) -> int:
    try:
        if storage.get_modified_time(path) > now() - _GRACE:
            return 0
    except FileNotFoundError:
        return 0
    storage.delete(path)
    return 1

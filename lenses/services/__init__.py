"""Writes about lenses: drafts, publishing, the end of a lens, and the built-in ones."""

from lenses.services.base import name_key, practice_count
from lenses.services.built_in import load_built_in
from lenses.services.drafts import discard_draft, import_lens
from lenses.services.publishing import MAX_NOTES, predecessor_of_draft, publish_version
from lenses.services.retiring import delete_lens, deprecate_version

__all__ = [
    "MAX_NOTES",
    "delete_lens",
    "deprecate_version",
    "discard_draft",
    "import_lens",
    "load_built_in",
    "name_key",
    "practice_count",
    "predecessor_of_draft",
    "publish_version",
]

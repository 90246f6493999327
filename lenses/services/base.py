"""What every write about lenses begins with: the names, the rows, and what a version is made of."""

from uuid import UUID

from django.utils.translation import gettext as _

from common import names
from common.errors import Conflict, Forbidden, NotFound
from lenses.definition import LensDefinition
from lenses.models import Lens, LensVersion
from lenses.schema import ParsedLens, canonical, sha256

Status = LensVersion.Status

# What the column holds: a few letters become several when case is put aside.
_KEY_LENGTH = 128


def name_key(name: str) -> str:
    """Return what two names of one lens have in common (docs/lenses.md).

    Letters and digits, case aside. A name that has none of them stands for itself.
    """
    key = names.name_key(name)
    return "".join(sign for sign in key if sign.isalnum())[:_KEY_LENGTH] or name


def fill(version: LensVersion, parsed: ParsedLens) -> None:
    """Give a version the document that was read, and what is stored beside it."""
    # No full_clean: the schema has checked everything that these fields are made from.
    version.document = canonical(parsed.document)
    version.sha256 = sha256(version.document)
    version.description = parsed.definition.description
    version.error_count = 0
    version.question_count = len(parsed.definition.questions)
    version.choice_count = practice_count(parsed.definition)
    version.warnings = [
        {"path": problem.path, "rule": problem.rule, "message": problem.message}
        for problem in parsed.warnings
    ]


def practice_count(definition: LensDefinition) -> int:
    """Return how many practices a lens asks about; "None of these" is none."""
    return sum(
        not choice.is_none_of_these
        for question in definition.questions
        for choice in question.choices
    )


def lock_own(lens_id: UUID) -> Lens:
    """Return a lens of the bound organisation, locked; raises NotFound, Forbidden (built in)."""
    readable = Lens.objects.filter(pk=lens_id, deleted_at=None)
    lens: Lens | None = readable.of_ones_own().select_for_update().first()
    if lens is not None:
        return lens
    if readable.exists():
        raise Forbidden(_("Built-in lenses cannot be changed."))
    raise NotFound


def draft_of(lens: Lens, draft_sha256: str) -> LensVersion:
    """Return the lens's draft; raises Conflict when there is none, or another than was read."""
    draft: LensVersion | None = LensVersion.objects.filter(lens=lens, status=Status.DRAFT).first()
    if draft is None:
        raise Conflict(_("This lens has no draft any more: it was published or discarded."))
    if draft_sha256 and draft.sha256 != draft_sha256:
        raise Conflict(
            _("The draft was replaced by another import since you opened it. Read it again first.")
        )
    draft.lens = lens
    return draft

"""The lists of a comparison: its questions by what became of them, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from reviews.changes import Comparison, LensChange, QuestionChange, TextChange, Verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A question in a list; ``review_id`` leads to it in the review, None where there is no way."""

    lens: LensChange
    change: QuestionChange
    review_id: UUID | None


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the page: ``id`` is its anchor."""

    id: str
    title: str
    hint: str
    entries: list[Entry]


def sections(
    comparison: Comparison,
    *,
    before: str,
    after: str,
    reviews: Mapping[UUID, UUID],
    of_workloads: bool = False,
) -> list[Section]:
    """Return the lists of the page that have entries.

    ``before`` and ``after`` name the moments; ``reviews`` holds, by lens id, the ids of the reviews
    that can be opened from here. The questions of a lens that only one moment has are not listed:
    the lens is, as a whole. With ``of_workloads`` the titles are those of two workloads.
    """
    titles = {
        **(_titles_of_workloads(before, after) if of_workloads else _titles_of_moments()),
        Verdict.ONLY_AFTER: (_("Only in %(name)s") % {"name": after}, ""),
        Verdict.ONLY_BEFORE: (_("Only in %(name)s") % {"name": before}, ""),
    }
    found = (
        Section(
            id=verdict.value.replace("_", "-"),
            title=title,
            hint=hint,
            entries=[
                Entry(lens, change, reviews.get(lens.lens_id) if change.after else None)
                for lens, change in comparison.questions(verdict)
                if not lens.is_in_one
            ],
        )
        for verdict, (title, hint) in titles.items()
    )
    return [section for section in found if section.entries]


def _titles_of_moments() -> dict[Verdict, tuple[str, str]]:
    return {
        Verdict.WORSE: (_("Got worse"), ""),
        Verdict.IMPROVED: (_("Improved"), ""),
        Verdict.ANSWERED: (
            _("Answered for the first time"),
            _("known now, neither better nor worse"),
        ),
        Verdict.TAKEN_BACK: (_("Answer taken back"), _("no longer known")),
        Verdict.CHANGED: (_("Changed"), _("as good or as bad as before")),
    }


def _titles_of_workloads(before: str, after: str) -> dict[Verdict, tuple[str, str]]:
    return {
        Verdict.WORSE: (_("Worse in %(name)s") % {"name": after}, ""),
        Verdict.IMPROVED: (_("Better in %(name)s") % {"name": after}, ""),
        Verdict.CHANGED: (_("Answered otherwise"), _("as good or as bad in both")),
        Verdict.ANSWERED: (_("Answered in %(name)s only") % {"name": after}, ""),
        Verdict.TAKEN_BACK: (_("Answered in %(name)s only") % {"name": before}, ""),
    }


def text_changes(comparison: Comparison) -> list[tuple[str, TextChange]]:
    """Return the notes on lenses and pillars that are not what they were, with what they are on."""
    return [
        (title, change)
        for lens in comparison.lenses
        for title, change in (
            (lens.name, lens.notes),
            *((f"{lens.name}, {pillar.name}", pillar.notes) for pillar in lens.pillars),
        )
        if change
    ]

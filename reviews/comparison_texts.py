"""What a comparison says in sentences, in the reader's language."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.risk import Risk
from reviews.changes import (
    Comparison,
    LensChange,
    PillarChange,
    QuestionChange,
    TextChange,
    Verdict,
    badness,
)


def headline(comparison: Comparison, *, before: str, after: str) -> str:
    """Return one sentence that sums up what became of a workload between two moments."""
    high, medium, improved, worse = _outcomes(comparison)
    texts = (
        (high, _high_cleared),
        (medium, _medium_cleared),
        (improved, _more_improved if high or medium else _some_improved),
        (worse, _got_worse),
    )
    parts = [text(n) % {"n": n} for n, text in texts if n]
    values = {"before": before, "after": after, "what": _listed(parts or [_("no risk moved")])}
    return _("Between %(before)s and %(after)s, %(what)s.") % values


def headline_of_workloads(comparison: Comparison, *, before: str, after: str) -> str:
    """Return one sentence that sums up how one workload stands beside another."""
    counts = [
        len(comparison.questions(verdict))
        for verdict in (Verdict.IMPROVED, Verdict.WORSE, Verdict.CHANGED)
    ]
    texts = (_stands_better, _stands_worse, _stands_alike)
    parts = [text(n) % {"n": n} for text, n in zip(texts, counts, strict=True) if n]
    values = {"before": before, "after": after, "what": _listed(parts or [_("the same answers")])}
    return _("%(after)s, compared with %(before)s: %(what)s.") % values


def _outcomes(comparison: Comparison) -> tuple[int, int, int, int]:
    """Count the high and the medium risks that were cleared, what else improved, what got worse."""
    cleared: Counter[Risk] = Counter()
    improved = comparison.questions(Verdict.IMPROVED)
    for _lens, change in improved:
        if change.before and change.after and badness(change.after.risk) == _WELL:
            cleared[change.before.risk] += 1
    high, medium = cleared[Risk.HIGH], cleared[Risk.MEDIUM]
    worse = len(comparison.questions(Verdict.WORSE))
    return high, medium, len(improved) - high - medium, worse


_WELL: Final = badness(Risk.NONE)


def _listed(parts: list[str]) -> str:
    """Join parts of a sentence."""
    if len(parts) == 1:
        return parts[0]
    separator = _("%(one)s, %(more)s")
    first = reduce(lambda one, more: separator % {"one": one, "more": more}, parts[:-1])
    return _("%(first)s and %(last)s") % {"first": first, "last": parts[-1]}


def _high_cleared(count: int) -> str:
    return ngettext("%(n)d high risk was cleared", "%(n)d high risks were cleared", count)


def _medium_cleared(count: int) -> str:
    return ngettext("%(n)d medium risk was cleared", "%(n)d medium risks were cleared", count)


def _more_improved(count: int) -> str:
    return ngettext("%(n)d more question improved", "%(n)d more questions improved", count)


def _some_improved(count: int) -> str:
    return ngettext("%(n)d question improved", "%(n)d questions improved", count)


def _got_worse(count: int) -> str:
    return ngettext("%(n)d question got worse", "%(n)d questions got worse", count)


def _stands_better(count: int) -> str:
    return ngettext("%(n)d question stands better", "%(n)d questions stand better", count)


def _stands_worse(count: int) -> str:
    return ngettext("%(n)d stands worse", "%(n)d stand worse", count)


def _stands_alike(count: int) -> str:
    return ngettext(
        "%(n)d is answered otherwise with the same risk",
        "%(n)d are answered otherwise with the same risk",
        count,
    )


def summary(comparison: Comparison) -> list[str]:
    """Return what a reader wants to know first, one sentence each."""
    if comparison.is_empty:
        return [_("Nothing differs between the two.")]
    return list(_sentences(comparison))


def _sentences(comparison: Comparison) -> Iterator[str]:
    before, after = comparison.before, comparison.after
    yield _high(before[Risk.HIGH], after[Risk.HIGH])
    yield _medium(before[Risk.MEDIUM], after[Risk.MEDIUM])
    if pillar := _most_improved(comparison):
        yield _("%(pillar)s improved most.") % {"pillar": pillar}
    yield from _counted(comparison, Verdict.WORSE, _worse, _worse_in)
    yield from _counted(comparison, Verdict.IMPROVED, _improved, _improved_in)
    for lens in comparison.lenses:
        yield from _lens(lens)


def _high(before: int, after: int) -> str:
    values = {"before": before, "after": after}
    if before == after:
        return _("High risks stayed at %(after)d.") % values
    if after < before:
        return _("High risks fell from %(before)d to %(after)d.") % values
    return _("High risks rose from %(before)d to %(after)d.") % values


def _medium(before: int, after: int) -> str:
    values = {"before": before, "after": after}
    if before == after:
        return _("Medium risks stayed at %(after)d.") % values
    if after < before:
        return _("Medium risks fell from %(before)d to %(after)d.") % values
    return _("Medium risks rose from %(before)d to %(after)d.") % values


def _most_improved(comparison: Comparison) -> str:
    """Return the pillar that lost most high, then most medium risks; none when several did."""
    gains: Counter[str] = Counter()
    for lens in comparison.lenses:
        if lens.is_in_one:
            continue
        for pillar in lens.pillars:
            high, medium = pillar.difference(Risk.HIGH), pillar.difference(Risk.MEDIUM)
            # A high risk that became a medium one is an improvement.
            gains[pillar.name] += -1_000 * high - medium
    best = gains.most_common(2)
    if not best or best[0][1] <= 0 or (len(best) > 1 and best[0][1] == best[1][1]):
        return ""
    return best[0][0]


def _counted(
    comparison: Comparison,
    verdict: Verdict,
    counted: Callable[[int], str],
    counted_in: Callable[[int], str],
) -> Iterator[str]:
    found = comparison.questions(verdict)
    pillars = {question.latest.pillar_name for _lens, question in found}
    if not found:
        return
    if len(pillars) == 1:
        yield counted_in(len(found)) % {"n": len(found), "pillar": pillars.pop()}
    else:
        yield counted(len(found)) % {"n": len(found)}


def _worse(count: int) -> str:
    return ngettext("%(n)d question got worse.", "%(n)d questions got worse.", count)


def _worse_in(count: int) -> str:
    return ngettext(
        "%(n)d question got worse, in %(pillar)s.",
        "%(n)d questions got worse, all in %(pillar)s.",
        count,
    )


def _improved(count: int) -> str:
    return ngettext("%(n)d question improved.", "%(n)d questions improved.", count)


def _improved_in(count: int) -> str:
    return ngettext(
        "%(n)d question improved, in %(pillar)s.",
        "%(n)d questions improved, all in %(pillar)s.",
        count,
    )


def _lens(lens: LensChange) -> Iterator[str]:
    if lens.before is None:
        yield _("The lens %(lens)s was added.") % {"lens": lens.name}
    elif lens.after is None:
        yield _("The lens %(lens)s was removed.") % {"lens": lens.name}
    elif lens.has_other_version:
        yield _("%(lens)s moved from version %(before)s to %(after)s.") % {
            "lens": lens.name,
            "before": lens.before.version,
            "after": lens.after.version,
        }
        verdicts = Counter(question.verdict for question in lens.questions)
        if new := verdicts[Verdict.ONLY_AFTER]:
            yield ngettext("%(n)d question is new.", "%(n)d questions are new.", new) % {"n": new}
        if gone := verdicts[Verdict.ONLY_BEFORE]:
            yield ngettext("%(n)d question is gone.", "%(n)d questions are gone.", gone) % {
                "n": gone
            }


@dataclass(frozen=True, slots=True)
class Movement:
    """How a pillar's risks moved: ``tone`` is better, worse or empty; ``spoken`` is for readers."""

    tone: str
    text: str
    spoken: str


def movement(pillar: PillarChange) -> Movement:
    """Return how the pillar's high risks moved or, when they did not, its medium ones."""
    if pillar.before is None or pillar.after is None:
        text = _("new") if pillar.before is None else _("gone")
        return Movement("", text, text)
    for risk, fewer, more, word in (
        (Risk.HIGH, _fewer_high, _more_high, _("high")),
        (Risk.MEDIUM, _fewer_medium, _more_medium, _("medium")),
    ):
        difference = pillar.difference(risk)
        count = abs(difference)
        if difference < 0:
            return Movement("better", f"▼ {count} {word}", fewer(count) % {"n": count})
        if difference > 0:
            return Movement("worse", f"▲ {count} {word}", more(count) % {"n": count})
    return Movement("", "–", _("no more and no fewer risks"))


def _fewer_high(count: int) -> str:
    return ngettext("%(n)d high risk fewer", "%(n)d high risks fewer", count)


def _more_high(count: int) -> str:
    return ngettext("%(n)d high risk more", "%(n)d high risks more", count)


def _fewer_medium(count: int) -> str:
    return ngettext("%(n)d medium risk fewer", "%(n)d medium risks fewer", count)


def _more_medium(count: int) -> str:
    return ngettext("%(n)d medium risk more", "%(n)d medium risks more", count)


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
        **(_titles_of_workloads(after) if of_workloads else _titles_of_moments()),
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
        Verdict.CHANGED: (_("Changed"), _("as good or as bad as before")),
    }


def _titles_of_workloads(after: str) -> dict[Verdict, tuple[str, str]]:
    return {
        Verdict.WORSE: (_("Worse in %(name)s") % {"name": after}, ""),
        Verdict.IMPROVED: (_("Better in %(name)s") % {"name": after}, ""),
        Verdict.CHANGED: (_("Answered otherwise"), _("as good or as bad in both")),
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

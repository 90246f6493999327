"""What a comparison says in sentences, in the reader's language."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.risk import Risk
from reviews.changes import (
    Comparison,
    LensChange,
    PillarChange,
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
        (len(comparison.questions(Verdict.ANSWERED)), _newly_answered),
        (len(comparison.questions(Verdict.TAKEN_BACK)), _taken_back),
    )
    parts = [text(n) % {"n": n} for n, text in texts if n]
    values = {"before": before, "after": after, "what": _listed(parts or [_("no risk moved")])}
    return _("Between %(before)s and %(after)s, %(what)s.") % values


def headline_of_workloads(comparison: Comparison, *, before: str, after: str) -> str:
    """Return one sentence that sums up how one workload stands beside another."""
    texts = (
        (Verdict.IMPROVED, _stands_better),
        (Verdict.WORSE, _stands_worse),
        (Verdict.CHANGED, _stands_alike),
        (Verdict.ANSWERED, _answered_only_after),
        (Verdict.TAKEN_BACK, _answered_only_before),
    )
    counts = [(len(comparison.questions(verdict)), text) for verdict, text in texts]
    parts = [text(n) % {"n": n, "before": before, "after": after} for n, text in counts if n]
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


def _newly_answered(count: int) -> str:
    return ngettext(
        "%(n)d question was answered for the first time",
        "%(n)d questions were answered for the first time",
        count,
    )


def _taken_back(count: int) -> str:
    return ngettext("%(n)d answer was taken back", "%(n)d answers were taken back", count)


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


def _answered_only_after(count: int) -> str:
    return ngettext(
        "%(n)d question is answered in %(after)s only",
        "%(n)d questions are answered in %(after)s only",
        count,
    )


def _answered_only_before(count: int) -> str:
    return ngettext(
        "%(n)d question is answered in %(before)s only",
        "%(n)d questions are answered in %(before)s only",
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
    yield from _counted(comparison, Verdict.ANSWERED, _answered, _answered_in)
    yield from _counted(comparison, Verdict.TAKEN_BACK, _not_answered, _not_answered_in)
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
    """Return the pillar that lost most high, then most medium risks; none when several did.

    A risk that is gone because an answer, or its question, is gone was not improved.
    """
    gains: Counter[str] = Counter()
    for _lens, question in comparison.questions(Verdict.IMPROVED, Verdict.WORSE):
        if question.before and question.after:
            gain = _WEIGHT[question.before.risk] - _WEIGHT[question.after.risk]
            gains[question.latest.pillar_name] += gain
    best = gains.most_common(2)
    if not best or best[0][1] <= 0 or (len(best) > 1 and best[0][1] == best[1][1]):
        return ""
    return best[0][0]


# A high risk that became a medium one is an improvement.
_WEIGHT: Final = Counter({Risk.HIGH: 1_000, Risk.MEDIUM: 1})


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


def _answered(count: int) -> str:
    return ngettext(
        "%(n)d question was answered for the first time.",
        "%(n)d questions were answered for the first time.",
        count,
    )


def _answered_in(count: int) -> str:
    return ngettext(
        "%(n)d question was answered for the first time, in %(pillar)s.",
        "%(n)d questions were answered for the first time, all in %(pillar)s.",
        count,
    )


def _not_answered(count: int) -> str:
    return ngettext("%(n)d answer was taken back.", "%(n)d answers were taken back.", count)


def _not_answered_in(count: int) -> str:
    return ngettext(
        "%(n)d answer was taken back, in %(pillar)s.",
        "%(n)d answers were taken back, all in %(pillar)s.",
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

"""What the diff of two lens versions says in words, in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.risk import Risk
from lenses.definition import Choice
from lenses.diff import ChoiceDiff, LensDiff, PillarDiff, QuestionDiff, RulesDiff
from lenses.wording import TextChange


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text that changed, with what it is called."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownRule:
    """The condition of one risk before and after; empty where there was none."""

    risk: Risk
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice that changed: ``words`` say how, ``texts`` show what was reworded."""

    choice: Choice
    diff: ChoiceDiff
    words: list[str]
    texts: list[ShownText]


@dataclass(frozen=True, slots=True)
class ShownWitness:
    """The state that two versions judge differently, as choices."""

    choices: list[Choice]
    before: Risk
    after: Risk


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question that changed, as the page lists it."""

    diff: QuestionDiff
    words: list[str]
    texts: list[ShownText]
    choices: list[ShownChoice]
    rules: list[ShownRule]
    is_other_order: bool
    witness: ShownWitness | None
    states: str
    place: str


@dataclass(frozen=True, slots=True)
class Section:
    """One list of the page; ``id`` is its anchor."""

    id: str
    title: str
    hint: str
    questions: list[ShownQuestion]


def summary(diff: LensDiff) -> list[str]:
    """Return what a reader wants to know first, one sentence each."""
    if diff.is_empty:
        return [_("Nothing differs between the two.")]
    counts = {section.id: len(section.questions) for section in sections(diff)}
    sentences = [
        _added(counts.get("added", 0)),
        _removed(counts.get("removed", 0)),
        _judged(counts.get("judged", 0)),
        _rest(counts.get("choices", 0) + counts.get("wording", 0)),
        _pillars(sum(pillar.is_change for pillar in diff.pillars)),
        _("The lens itself has other texts.") if diff.texts else "",
    ]
    return [sentence for sentence in sentences if sentence]


def _added(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)d question is new.", "%(n)d questions are new.", count) % {"n": count}


def _removed(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)d question is gone.", "%(n)d questions are gone.", count) % {"n": count}


def _judged(count: int) -> str:
    if not count:
        return _("Every answer that both versions know is judged alike.")
    return ngettext(
        "%(n)d question judges some answers differently.",
        "%(n)d questions judge some answers differently.",
        count,
    ) % {"n": count}


def _rest(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(n)d question changed in its choices, words or place.",
        "%(n)d questions changed in their choices, words or place.",
        count,
    ) % {"n": count}


def _pillars(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)d pillar changed.", "%(n)d pillars changed.", count) % {"n": count}


def sections(diff: LensDiff) -> list[Section]:
    """Return the lists of the page that have questions, the weightiest changes first."""
    titles = {
        "removed": (_("Gone"), _("their answers live on in milestones only")),
        "judged": (_("Judged differently"), _("the same answer may have another risk")),
        "choices": (_("Other choices"), _("the common ones are judged as before")),
        "added": (_("New"), _("unanswered in every review")),
        "wording": (_("Other words or another place"), _("every answer is judged as before")),
    }
    found: dict[str, list[ShownQuestion]] = {key: [] for key in titles}
    for question in diff.questions:
        found[_section_of(question)].append(_shown(question))
    return [
        Section(key, title, hint, found[key]) for key, (title, hint) in titles.items() if found[key]
    ]


def _section_of(question: QuestionDiff) -> str:
    if question.is_added:
        return "added"
    if question.is_removed:
        return "removed"
    if question.is_judged_differently:
        return "judged"
    return "choices" if question.has_other_choices else "wording"


def _shown(question: QuestionDiff) -> ShownQuestion:
    rules = question.rules
    return ShownQuestion(
        diff=question,
        words=question_words(question),
        texts=shown_texts(question.texts),
        choices=[
            ShownChoice(choice.latest, choice, _choice_words(choice), shown_texts(choice.texts))
            for choice in question.choices
        ],
        rules=_shown_rules(rules) if rules else [],
        is_other_order=rules is not None and _is_other_order(rules),
        witness=_shown_witness(question),
        states=_states(rules) if rules else "",
        place=_place(question),
    )


def question_words(question: QuestionDiff) -> list[str]:
    """Return what happened to a question, a word or two each."""
    if question.is_added or question.is_removed:
        return []
    words = []
    if question.is_renamed:
        words.append(_("renamed"))
    if question.is_moved:
        words.append(_("moved"))
    if question.texts or any(choice.texts for choice in question.choices):
        words.append(_("reworded"))
    if new := sum(choice.is_added for choice in question.choices):
        words.append(ngettext("%(n)d new choice", "%(n)d new choices", new) % {"n": new})
    if gone := sum(choice.is_removed for choice in question.choices):
        words.append(ngettext("%(n)d choice gone", "%(n)d choices gone", gone) % {"n": gone})
    if any(choice.is_moved or choice.is_renamed for choice in question.choices):
        words.append(_("choices moved or renamed"))
    if question.rules:
        words.append(_("rules"))
    return words


def _choice_words(choice: ChoiceDiff) -> list[str]:
    words = []
    if choice.is_renamed and choice.before and choice.after:
        names = {"old": choice.before.id, "new": choice.after.id}
        words.append(_("was %(old)s, is %(new)s") % names)
    if choice.is_moved:
        words.append(_("moved"))
    return words


def _place(question: QuestionDiff) -> str:
    pillar = question.pillar_after or question.pillar_before
    here = f"{pillar.name} {question.latest.number}" if pillar else ""
    if question.has_other_pillar and question.pillar_before:
        return _("%(here)s, was in %(there)s") % {
            "here": here,
            "there": question.pillar_before.name,
        }
    return here


def pillar_words(pillar: PillarDiff) -> str:
    """Return what happened to a pillar; empty when nothing did."""
    if pillar.before is None:
        return _("new")
    if pillar.after is None:
        return _("gone")
    words = [_("renamed")] if pillar.texts else []
    if pillar.is_moved:
        words.append(_("moved"))
    return ", ".join(words)


def _states(rules: RulesDiff) -> str:
    if not rules.differing:
        return _("The rules are written otherwise and mean the same.")
    return ngettext(
        "%(n)d of %(states)d states is judged differently.",
        "%(n)d of %(states)d states are judged differently.",
        rules.differing,
    ) % {"n": rules.differing, "states": rules.states}


def _shown_rules(rules: RulesDiff) -> list[ShownRule]:
    before = {rule.risk: rule.text for rule in rules.before}
    after = {rule.risk: rule.text for rule in rules.after}
    risks = dict.fromkeys(rule.risk for rule in chain(rules.after, rules.before))
    return [ShownRule(risk, before.get(risk, ""), after.get(risk, "")) for risk in risks]


def _is_other_order(rules: RulesDiff) -> bool:
    before = [rule.risk for rule in rules.before]
    after = [rule.risk for rule in rules.after]
    return set(before) == set(after) and before != after


def _shown_witness(question: QuestionDiff) -> ShownWitness | None:
    witness = question.rules.witness if question.rules else None
    if witness is None or question.after is None:
        return None
    choices = [question.after.choice(choice_id) for choice_id in witness.after_ids]
    return ShownWitness(choices, witness.before, witness.after)


def shown_texts(changes: Iterable[TextChange]) -> list[ShownText]:
    """Return text changes with what each text is called."""
    labels = {
        "name": _("Name"),
        "title": _("Title"),
        "description": _("Description"),
        "helpful_resource": _("Help"),
        "improvement_plan": _("How to improve"),
        "more_help": _("Read more"),
        "more_plans": _("More on how to improve"),
    }
    return [ShownText(labels[change.field], change.before, change.after) for change in changes]

"""The rules of a question in few words, by the letters of its choices."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.risk import Risk
from lenses.conditions import AllOf, AnyOf, Condition, Default, Name, Not
from lenses.definition import Question


@dataclass(frozen=True, slots=True)
class RuleInWords:
    """One rule as the review shows it: ``words`` like "a and (b or d)"."""

    risk: Risk
    words: str
    is_fired: bool


def rules_in_words(question: Question, fired: int | None) -> list[RuleInWords]:
    """Return the question's rules in order; ``fired`` is the index of the one that decides."""
    letters = {choice.id: choice.letter for choice in question.choices}
    return [
        RuleInWords(rule.risk, _in_words(rule.condition, letters), index == fired)
        for index, rule in enumerate(question.rules)
    ]


def _in_words(condition: Condition, letters: dict[str, str]) -> str:
    match condition:
        case Default():
            return _("otherwise")
        case Name(name):
            return letters[name]
        case Not(operand):
            return _("not %(what)s") % {"what": _in_brackets(operand, letters)}
        case AllOf(operands):
            return _(" and ").join(_in_brackets(operand, letters) for operand in operands)
        case AnyOf(operands):
            return _(" or ").join(_in_brackets(operand, letters) for operand in operands)
    raise TypeError(condition)


def _in_brackets(condition: Condition, letters: dict[str, str]) -> str:
    words = _in_words(condition, letters)
    return f"({words})" if isinstance(condition, AllOf | AnyOf) else words

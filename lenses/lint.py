"""What is wrong with the rules of a lens: found in its tables, so exact, never guessed. Pure.

Each question is looked at in all its *answers*: every set of ticked choices but the empty one,
which is UNANSWERED whatever the rules say. Sets of answers are the big integers of
`lenses.tables`; no answer is visited one by one.

A *practice* is a choice that is not "None of these". An answer is *coherent* where it does not
tick "None of these" beside a practice; browsers send coherent answers only. Reachability and
coverage are told of all answers, because the API stores whatever was sent; what is said about
doing more or less good (`practice.raises_risk`, `high.nothing_only`) is told of coherent ones.

What a choice that was marked not applicable does to the rules is not linted: that dimension has
3ⁿ states a question, and what is wrong there is nearly always wrong here too.

Severities: an *error* is wrong whatever the author meant (a team is worse off, or never done, for
doing everything right; a condition contradicts itself); a *warning* is something that the lens
says and nobody will ever see, or that it leaves unsaid; an *info* is right and worth a look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from common.problems import gettext_noop
from common.risk import Risk
from lenses.conditions import Default, names
from lenses.definition import Choice, LensDefinition, Question
from lenses.tables import StateSet, columns, every_state, first_true, smallest, states_where

Severity = Literal["error", "warning", "info"]

LEVELS: Final[Mapping[Risk, str]] = {
    Risk.NONE: "NO_RISK",
    Risk.MEDIUM: "MEDIUM_RISK",
    Risk.HIGH: "HIGH_RISK",
}
"""The names that a file has for the risks, lowest first."""

CODES: Final = (
    "practice.raises_risk",
    "no_risk.out_of_reach",
    "rule.never_fires",
    "level.unreachable",
    "answers.uncovered",
    "choice.unread",
    "high.nothing_only",
)
"""Every code a finding can have; docs/lenses.md explains each."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about the rules of one question.

    `path` is the JSON path of the place to mend. `witness` are the ids of the choices to tick to
    see it, in this order; empty where nothing can show it, because the fact is that no answer
    does. `message_template` is an English sentence with `%(…)s` places for `parameters`, which
    hold titles of choices, names of levels as in the file, and figures.
    """

    code: str
    severity: Severity
    path: str
    message_template: str
    parameters: dict[str, str]
    witness: tuple[str, ...]
    question_id: str

    @property
    def message(self) -> str:
        """The English sentence."""
        return self.message_template % self.parameters


def lint(definition: LensDefinition) -> tuple[Finding, ...]:
    """Everything there is to say about the rules of a lens, in the order of its questions."""
    found: list[Finding] = []
    for place, pillar in enumerate(definition.pillars):
        for number, question in enumerate(pillar.questions):
            found += lint_question(question, f"pillars[{place}].questions[{number}]")
    return tuple(found)


def lint_question(question: Question, path: str) -> tuple[Finding, ...]:
    """The findings of one question, whose JSON path is given; the graver codes first."""
    return tuple(_Question(question, path).findings())


class _Question:
    """A question with the sets of answers that its rules make."""

    def __init__(self, question: Question, path: str) -> None:
        ids = question.choice_ids
        self._question = question
        self._path = path
        self._everything = every_state(len(ids))
        self._columns = columns(len(ids))
        by_id = dict(zip(ids, self._columns, strict=True))
        self._true = [
            states_where(rule.condition, by_id, self._everything) for rule in question.rules
        ]
        self._firing = first_true(self._true, self._everything & ~1)
        # Disjoint, so that their sum is their union.
        self._uncovered = self._everything & ~1 & ~sum(self._firing)
        self._level = dict.fromkeys(LEVELS, 0)
        for rule, states in zip(question.rules, self._firing, strict=True):
            self._level[rule.risk] |= states
        self._level[Risk.HIGH] |= self._uncovered
        self._practices = [
            place for place, choice in enumerate(question.choices) if not choice.is_none_of_these
        ]
        none_ticked = 0
        for choice, column in zip(question.choices, self._columns, strict=True):
            none_ticked |= column if choice.is_none_of_these else 0
        # The coherent answers with a practice: at least one, and no "None of these".
        self._with_practice = self._everything & ~1 & ~none_ticked

    def findings(self) -> Iterator[Finding]:
        yield from self._raising_practices()
        yield from self._no_risk_out_of_reach()
        yield from self._rules_that_never_fire()
        yield from self._unreachable_levels()
        yield from self._uncovered_answers()
        yield from self._unread_choices()
        yield from self._high_only_for_nothing()

    def _raising_practices(self) -> Iterator[Finding]:
        """A practice that makes the risk higher where it is ticked beside other practices.

        One finding for each such practice. The witness is the smallest answer in which it does,
        fewest ticks first, and then the practice itself, last.
        """
        for place in self._practices:
            raising = self._raised_by(place)
            if not raising:
                continue
            choice = self._question.choices[place]
            state = smallest(raising, len(self._columns))
            yield self._finding(
                "practice.raises_risk",
                "error",
                f"choices[{place}]",
                gettext_noop(
                    "Ticking “%(choice)s” raises the risk from %(before)s to %(after)s. "
                    "A practice that is followed must never make the risk higher."
                ),
                {
                    "choice": choice.title,
                    "before": self._level_in(state),
                    "after": self._level_in(state | 1 << place),
                },
                witness=(*self._question.ids(state), choice.id),
            )

    def _raised_by(self, place: int) -> StateSet:
        """The coherent answers without a choice in which ticking it raises the risk."""
        column, shift = self._columns[place], 1 << place
        raising: StateSet = 0
        higher: StateSet = 0
        for risk in reversed(list(LEVELS)):
            raising |= self._level[risk] & ~column & (higher >> shift)
            higher |= self._level[risk] & column
        return raising & self._with_practice

    def _no_risk_out_of_reach(self) -> Iterator[Finding]:
        """With every practice ticked (and no "None of these") the risk is still above no risk."""
        if not self._practices:
            return
        state = sum(1 << place for place in self._practices)
        if self._level[Risk.NONE] >> state & 1:
            return
        yield self._finding(
            "no_risk.out_of_reach",
            "error",
            "riskRules",
            gettext_noop(
                "With every practice ticked the risk is still %(level)s: "
                "a team that does everything is never done."
            ),
            {"level": self._level_in(state)},
            witness=self._question.ids(state),
        )

    def _rules_that_never_fire(self) -> Iterator[Finding]:
        """A rule that decides in no answer, with the reason; `rule` counts from 1."""
        for number, states in enumerate(self._firing):
            if not states:
                yield self._never_firing(number)

    def _never_firing(self, number: int) -> Finding:
        rule = self._question.rules[number]
        true = self._true[number]
        witness: tuple[str, ...] = ()
        severity: Severity = "warning"
        if not true:
            severity = "error"
            template = gettext_noop(
                "Rule %(rule)s never decides: its condition contradicts itself."
            )
        elif true == 1:
            template = gettext_noop(
                "Rule %(rule)s never decides: its condition is true with nothing ticked only, and "
                "then the question is unanswered."
            )
        else:
            state = smallest(true & ~1, len(self._columns))
            witness = self._question.ids(state)
            template = gettext_noop(
                "Rule %(rule)s never decides: wherever its condition is true, "
                "an earlier rule decides."
            )
            # The format wants a default; one that is left nothing to do is no mistake.
            severity = "info" if isinstance(rule.condition, Default) else "warning"
        return self._finding(
            "rule.never_fires",
            severity,
            f"riskRules[{number}].condition",
            template,
            {"rule": str(number + 1)},
            witness=witness,
        )

    def _unreachable_levels(self) -> Iterator[Finding]:
        """A level that a rule declares and no answer has, also not for want of a rule."""
        for number, rule in enumerate(self._question.rules):
            if self._level[rule.risk]:
                continue
            yield self._finding(
                "level.unreachable",
                "warning",
                f"riskRules[{number}].risk",
                gettext_noop(
                    "The lens declares %(level)s for this question, and no answer leads to it."
                ),
                {"level": LEVELS[rule.risk]},
            )

    def _uncovered_answers(self) -> Iterator[Finding]:
        """Answers that no rule covers, counted; the witness is the smallest."""
        count = self._uncovered.bit_count()
        if not count:
            return
        state = smallest(self._uncovered, len(self._columns))
        yield self._finding(
            "answers.uncovered",
            "warning",
            "riskRules",
            gettext_noop(
                "No rule covers %(count)s of the %(answers)s possible answers; "
                "they count as HIGH_RISK."
            ),
            {"count": str(count), "answers": str(self._question.states - 1)},
            witness=self._question.ids(state),
        )

    def _unread_choices(self) -> Iterator[Finding]:
        """A practice that no condition names. "None of these" need not be named."""
        read = {name for rule in self._question.rules for name in names(rule.condition)}
        for place in self._practices:
            choice = self._question.choices[place]
            if choice.id not in read:
                yield self._unread(place, choice)

    def _unread(self, place: int, choice: Choice) -> Finding:
        return self._finding(
            "choice.unread",
            "warning",
            f"choices[{place}]",
            gettext_noop("No rule reads “%(choice)s”: ticking it changes no risk."),
            {"choice": choice.title},
            witness=(choice.id,),
        )

    def _high_only_for_nothing(self) -> Iterator[Finding]:
        """HIGH_RISK is declared, some answer has it, and none that ticks a practice does.

        "Ticks a practice" is a coherent answer with at least one practice. So the level is left to
        "None of these" alone (and to incoherent answers, which no browser sends): a team that
        follows any one practice, however small, is never at high risk. Where there is no "None of
        these" either, the level is unreachable, and that is the finding.
        """
        high = self._level[Risk.HIGH]
        if not high or high & self._with_practice:
            return
        for number, rule in enumerate(self._question.rules):
            if rule.risk is Risk.HIGH:
                yield self._finding(
                    "high.nothing_only",
                    "info",
                    f"riskRules[{number}]",
                    gettext_noop(
                        "Only an answer without any practice is HIGH_RISK: "
                        "one practice, whichever it is, is enough to leave it."
                    ),
                    {},
                    witness=self._question.ids(smallest(high, len(self._columns))),
                )

    def _level_in(self, state: int) -> str:
        return next(name for risk, name in LEVELS.items() if self._level[risk] >> state & 1)

    def _finding(
        self,
        code: str,
        severity: Severity,
        place: str,
        template: str,
        parameters: dict[str, str],
        *,
        witness: Sequence[str] = (),
    ) -> Finding:
        return Finding(
            code=code,
            severity=severity,
            path=f"{self._path}.{place}",
            message_template=template,
            parameters=parameters,
            witness=tuple(witness),
            question_id=self._question.id,
        )

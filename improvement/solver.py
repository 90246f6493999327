"""What to do next, and what to do with a budget: most risk for least effort. Pure.

A plan is for any reviews at once: one, those of a workload, those of a portfolio. A step brings
one question to a lower risk by one set of changes. What steps there are is exact (options.py); what
they take is in efforts.py, what they are worth in worth.py.

**The order** (``next_best``) clears everything that can be cleared, the most worth for each half
day first. A question at high risk comes to medium first where that is the better bargain, and its
rest follows as a step of its own; otherwise it goes all the way at once. Of equal bargains the one
worth more comes first, then the reviews' and the lenses' own order. Cut after any step it is the
best there is for what it takes, and ``is_exact`` says so. The exception is a question whose two
steps take longer than going all the way at once, because the lens's rules ask for other practices.

**With a budget** (``within_budget``) each question is left, brought to medium or brought to none,
and the worth of all together is the most that the budget pays for (knapsack.py). That is exact
unless budget and questions are too many together; then ``bound`` says what the best is worth at
most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from common.risk import Risk
from improvement.efforts import HALF_DAYS_A_DAY, NOTHING_SET, TeamEfforts
from improvement.knapsack import MAX_CELLS, pack, ratio_ranks
from improvement.options import KnownOptions, Option, Options
from improvement.plan import ReviewedLens
from improvement.worth import NO_PRIORITIES, Priorities, Worth
from lenses.definition import Pillar, Question
from reviews.merge import risk_of


@dataclass(frozen=True, slots=True)
class Subject:
    """A review with what counts more in its workload."""

    review: ReviewedLens
    priorities: Priorities = NO_PRIORITIES


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A question at high or medium risk, and what can be done about it."""

    subject: Subject
    pillar: Pillar
    question: Question
    risk: Risk
    options: Options


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One question brought to a lower risk, and the figures that put it where it stands.

    ``is_rest`` marks the second step of a question: its changes are those that are left once its
    first step is done.
    """

    at: AtRisk
    option: Option
    worth: Worth
    is_rest: bool = False

    @property
    def half_days(self) -> int:
        """What it takes: the sum of ``option.efforts``."""
        return self.option.half_days

    @property
    def is_detour(self) -> bool:
        """Whether both steps of its question take longer than going all the way at once."""
        options = self.at.options
        if not (self.is_rest and options.to_medium and options.to_none):
            return False
        return options.to_medium.half_days + self.half_days > options.to_none.half_days

    @property
    def worth_a_day(self) -> Fraction | None:
        """Points for each day, which is what the order goes by; None where it takes no time."""
        if not self.half_days:
            return None
        return Fraction(self.worth.hundredths * HALF_DAYS_A_DAY, self.half_days * 100)


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step at its place, from 1, with the sums up to it and with it.

    ``left`` is how many questions are at which risk, of those that were when the plan begins.
    """

    place: int
    step: PlanStep
    half_days_so_far: int
    hundredths_so_far: int
    left: Counter[Risk]


@dataclass(frozen=True)
class Order:
    """Steps in order.

    ``risks`` is how many questions are at which risk now, ``stuck`` are those that no change
    brings to a lower one.
    """

    steps: tuple[PlanStep, ...]
    risks: Counter[Risk]
    stuck: tuple[AtRisk, ...]

    @property
    def is_exact(self) -> bool:
        """Whether, cut after any step, nothing that takes as long is worth more.

        What takes nothing is one step in this: it is all done at once.
        """
        return not any(step.is_detour for step in self.steps)

    @cached_property
    def half_days(self) -> int:
        """What all steps take."""
        return sum(step.half_days for step in self.steps)

    @cached_property
    def hundredths(self) -> int:
        """What all steps are worth, in hundredths of a point."""
        return sum(step.worth.hundredths for step in self.steps)

    @property
    def left(self) -> Counter[Risk]:
        """How many of the questions are at high and at medium risk once all steps are done."""
        left = Counter({risk: self.risks[risk] for risk in (Risk.HIGH, Risk.MEDIUM)})
        for placed in self.placed():
            left = placed.left
        return left

    def placed(self, limit: int | None = None) -> Iterator[PlacedStep]:
        """Go through the first ``limit`` steps, or all, with the sums so far."""
        half_days = hundredths = 0
        left = Counter({risk: self.risks[risk] for risk in (Risk.HIGH, Risk.MEDIUM)})
        for place, step in enumerate(self.steps[:limit], start=1):
            half_days += step.half_days
            hundredths += step.worth.hundredths
            left[step.option.before] -= 1
            if step.option.lowers_to is Risk.MEDIUM:
                left[Risk.MEDIUM] += 1
            yield PlacedStep(place, step, half_days, hundredths, left.copy())


@dataclass(frozen=True)
class BudgetPlan(Order):
    """The steps that a budget pays for, the best bargains first.

    No steps that the budget pays for are worth more than ``bound`` hundredths of a point.
    """

    budget: int
    bound: int

    @property
    def is_exact(self) -> bool:
        """Whether no other steps within the budget are worth more."""
        return self.hundredths == self.bound

    @property
    def gap(self) -> Fraction:
        """How much more the best could be worth at most, as a share of it: 0 where exact."""
        return Fraction(self.bound - self.hundredths, self.bound or 1)


def at_risk(subjects: Iterable[Subject], efforts: TeamEfforts = NOTHING_SET) -> list[AtRisk]:
    """Return the questions at risk with their options, as the subjects and their lenses have them.

    Answers to questions that the lens does not have are left out. Raises UnknownChoice.
    """
    known = KnownOptions()
    return [found for subject in subjects for found in _at_risk(subject, efforts, known)]


def next_best(questions: Sequence[AtRisk]) -> Order:
    """Return all steps in the order in which to take them; ``questions`` are from ``at_risk``."""
    return _order(questions, (step for at in questions for step in _stages(at)))


def within_budget(
    questions: Sequence[AtRisk], half_days: int, *, max_cells: int = MAX_CELLS
) -> BudgetPlan:
    """Return the steps that are worth most for so many half days.

    Of choices that are worth as much, it is the one that takes least. Raises ValueError for a
    negative budget.
    """
    # Where several choices are as good, the knapsack takes from the questions that come first.
    ordered = _first_by_ratio(questions)
    steps = [_single_steps(at) for at in ordered]
    groups = [tuple((step.half_days, step.worth.hundredths) for step in each) for each in steps]
    packed = pack(groups, half_days, max_cells=max_cells)
    chosen = [
        each[place] for each, place in zip(steps, packed.chosen, strict=True) if place is not None
    ]
    order = _order(questions, chosen)
    return BudgetPlan(order.steps, order.risks, order.stuck, half_days, packed.bound)


def _at_risk(subject: Subject, efforts: TeamEfforts, known: KnownOptions) -> Iterator[AtRisk]:
    review = subject.review
    for pillar in review.definition.pillars:
        for question in pillar.questions:
            state = review.answers.get(question.id)
            if state is None:
                continue
            risk = risk_of(question, state)
            if risk.is_at_risk:
                own = efforts.of(review.review_id, question.id)
                options = known.of(question, risk, state, own)
                yield AtRisk(subject, pillar, question, risk, options)


def _order(questions: Sequence[AtRisk], steps: Iterable[PlanStep]) -> Order:
    return Order(
        steps=tuple(_by_bargain(list(steps))),
        risks=Counter(at.risk for at in questions),
        stuck=tuple(at for at in questions if not at.options),
    )


def _by_bargain(steps: Sequence[PlanStep]) -> list[PlanStep]:
    ranks = ratio_ranks({_pair(step) for step in steps})
    # Stable: what is as good a bargain and as much worth stays in the lenses' order.
    return sorted(steps, key=lambda step: ranks[_pair(step)])


def _first_by_ratio(questions: Sequence[AtRisk]) -> list[AtRisk]:
    firsts = [(at, stages[0]) for at in questions if (stages := _stages(at))]
    ranks = ratio_ranks({_pair(step) for _at, step in firsts})
    return [at for at, _step in sorted(firsts, key=lambda first: ranks[_pair(first[1])])]


def _pair(step: PlanStep) -> tuple[int, int]:
    return step.half_days, step.worth.hundredths


def _stages(at: AtRisk) -> list[PlanStep]:
    """The one or two steps by which a question gets as low as it can."""
    options = at.options
    if options.to_medium is None or options.to_none is None or options.rest is None:
        return _single_steps(at)
    first, whole = _step(at, options.to_medium), _step(at, options.to_none)
    if first.worth.hundredths * whole.half_days <= whole.worth.hundredths * first.half_days:
        return [whole]
    return [first, _step(at, options.rest, is_rest=True)]


def _single_steps(at: AtRisk) -> list[PlanStep]:
    """Its steps from where it stands now, of which one can be taken."""
    options = (at.options.to_medium, at.options.to_none)
    return [_step(at, option) for option in options if option is not None]


def _step(at: AtRisk, option: Option, *, is_rest: bool = False) -> PlanStep:
    worth = at.subject.priorities.worth(at.question, option.before, option.lowers_to)
    return PlanStep(at, option, worth, is_rest)

"""Lenses of a realistic size, made of words that compress about as prose does."""

import random
from typing import Any, Final

# Practices a question, pillar by pillar: the shape of the AWS Well-Architected Framework, 57
# questions with 307 practices, and a choice "None of these" beside each question's.
FRAMEWORK_SHAPE: Final = (
    (6, 6, 7, 5, 10, 4, 6, 5, 3, 7, 9),
    (8, 6, 9, 4, 4, 5, 4, 4, 3, 8, 8),
    (6, 5, 3, 4, 7, 7, 4, 5, 4, 3, 7, 5, 5),
    (7, 6, 5, 7, 7),
    (9, 6, 6, 5, 6, 4, 5, 3, 3, 2, 1),
    (1, 6, 5, 8, 4, 5),
)
# The other lenses of a workload with several: 35 questions, as the larger published ones have.
SMALLER_SHAPE: Final = (
    (5, 4, 6, 5, 3, 5, 6),
    (4, 6, 5, 5, 7, 4),
    (5, 3, 6, 4, 5, 5),
    (6, 4, 5, 5, 3),
    (4, 5, 5, 6, 3, 4),
    (5, 4, 4, 6, 3),
)

_TITLE, _RESOURCE, _DESCRIPTION = 52, 340, 270  # characters, as published lenses have on average
_TEXT: Final = (
    "access account agree alarm answer apply approve archive area ask assign audit automate "
    "backup balance batch begin behind below blame bound branch break budget build burst business "
    "calendar capacity carry catalogue cause change check choose clear clean client close cloud "
    "code collect compare component contract control copy cost count cover create customer data "
    "database decide defect delay delete demand depend deploy design detect device discover "
    "document drift early effect encrypt engineer ensure error estimate evaluate event evidence "
    "exercise expect expire failure fast feature figure find follow forecast game goal group grow "
    "guard handle health history hour idle impact improve incident inform input install instance "
    "interval isolate journey keep key know label latency launch layer learn least level library "
    "limit link load local log loss machine maintain manage measure message metric minute model "
    "month move name network notice number object observe often operate order owner own part pass "
    "pattern people period person plan point policy practice predict prevent price priority "
    "process production protect prove purpose quarter queue question quick rate read reason record "
    "recover reduce region release rely remove repair replace report request require resource "
    "restore retain review risk role rotate rule run safe scale schedule secret segment separate "
    "service share signal simple size software source spend stage standard start state step stop "
    "storage store supply support switch system table tag target task team test threat time tool "
    "trace track traffic train transfer trust unit update usage user value verify version volume "
    "wait warn week work workload write zone a and at before by each every for from in into is it "
    "not of on only or so that the their they this to until what when where which who with without"
)
_WORDS: Final = _TEXT.split()


def framework_document(name: str = "Benchmark framework") -> dict[str, Any]:
    """Return a lens of 6 pillars, 57 questions, 307 practices and 57 "None of these"."""
    return lens_document(name, FRAMEWORK_SHAPE, seed=57)


def lens_document(name: str, shape: tuple[tuple[int, ...], ...], seed: int) -> dict[str, Any]:
    """Return a valid document with ``shape[pillar][question]`` practices; equal for equal seeds."""
    source = random.Random(seed)
    return {
        "schemaVersion": "2021-11-01",
        "name": name,
        "description": _text(source, _DESCRIPTION),
        "pillars": [
            {
                "id": f"pillar_{place}",
                "name": _text(source, 18),
                "questions": [
                    _question(source, f"p{place}q{number}", practices)
                    for number, practices in enumerate(questions, start=1)
                ],
            }
            for place, questions in enumerate(shape, start=1)
        ],
    }


def _question(source: random.Random, prefix: str, practices: int) -> dict[str, Any]:
    question_id = f"{prefix}_{_identifier(source)}"
    ids = [f"{question_id}_{_identifier(source)}_{place}" for place in range(1, practices + 1)]
    important = ids[: (practices + 1) // 2]
    choices = [
        {
            "id": choice_id,
            "title": _text(source, _TITLE),
            "helpfulResource": {"displayText": _text(source, _RESOURCE)},
            "improvementPlan": {"displayText": _text(source, _TITLE)},
        }
        for choice_id in ids
    ]
    return {
        "id": question_id,
        "title": f"{_text(source, _TITLE)}?",
        "description": _text(source, _DESCRIPTION),
        "choices": [*choices, {"id": f"{question_id}_no", "title": "None of these"}],
        "riskRules": [
            {"condition": " && ".join(ids), "risk": "NO_RISK"},
            {"condition": " && ".join(important), "risk": "MEDIUM_RISK"},
            {"condition": "default", "risk": "HIGH_RISK"},
        ],
    }


def _identifier(source: random.Random) -> str:
    return "_".join(source.choices(_WORDS, k=2))


def _text(source: random.Random, length: int) -> str:
    words = [source.choice(_WORDS).capitalize()]
    while sum(map(len, words)) + len(words) < length:
        words.append(source.choice(_WORDS))
    return " ".join(words)

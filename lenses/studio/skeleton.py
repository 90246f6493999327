"""What a new lens begins with: one of everything, valid, to be written over."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def skeleton(name: str) -> dict[str, Any]:
    """A small valid document in the language that is active now."""
    return {
        "schemaVersion": "2021-11-01",
        "name": name,
        "description": _("What this lens asks about, and whom it is for."),
        "pillars": [
            {
                "id": "first_pillar",
                "name": _("First pillar"),
                "questions": [_question()],
            }
        ],
    }


def _question() -> dict[str, Any]:
    practices = [
        ("first_practice", _("Describe a good practice")),
        ("second_practice", _("Describe another good practice")),
    ]
    return {
        "id": "first_question",
        "title": _("How do you do what this question asks about?"),
        "description": _("Why it matters: what goes wrong where nobody takes care of it."),
        "choices": [
            *(
                {
                    "id": identifier,
                    "title": title,
                    "improvementPlan": {"displayText": _("The first step towards it.")},
                }
                for identifier, title in practices
            ),
            {"id": "first_question_no", "title": _("None of these")},
        ],
        "riskRules": [
            {"condition": "first_practice && second_practice", "risk": "NO_RISK"},
            {"condition": "first_practice", "risk": "MEDIUM_RISK"},
            {"condition": "default", "risk": "HIGH_RISK"},
        ],
    }

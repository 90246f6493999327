"""What a lens says about a practice, on the page of its question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import lens_document, make_lens_version, make_review

ClientOf = Callable[[str], Client]


def page_of(client: Client, notes: dict[str, Any], plan: str = "Begin.") -> str:
    """Return the page of a question whose first practice has notes."""
    document = lens_document(pillars=1, questions=1)
    question = document["pillars"][0]["questions"][0]
    question["choices"][0]["plumbline"] = notes
    question["choices"][0]["improvementPlan"] = {"displayText": plan}
    review = make_review(version=make_lens_version(document))
    response = client.get(
        reverse(
            "question",
            kwargs={
                "slug": "northwind",
                "workload_id": review.workload_id,
                "review_id": review.pk,
                "question_id": question["id"],
            },
        )
    )
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


@pytest.mark.parametrize(
    ("level", "letter", "name"),
    [("high", "H", "High"), ("medium", "M", "Medium"), ("low", "L", "Low")],
)
def test_a_level_is_a_letter_with_a_name_in_the_label(
    in_northwind: object, client_of: ClientOf, level: str, letter: str, name: str
) -> None:
    page = page_of(client_of("contributor"), {"level": level})
    labels = re.findall(r'<label class="choice-main">(.*?)</label>', page)
    assert f'<span aria-hidden="true">{letter}</span>' in labels[0]
    assert f'<span class="visually-hidden">{name} if missing</span>' in labels[0]
    assert not any("if missing" in label for label in labels[1:])


def test_the_fold_of_a_practice_says_its_effort_evidence_and_steps(
    in_northwind: object, client_of: ClientOf
) -> None:
    notes = {"effort": "large", "evidence": "A <signed> list"}
    page = page_of(client_of("contributor"), notes, "1. Begin & look.\n2. Go on.")
    assert "<dt>Effort</dt><dd>Large</dd>" in page
    assert "<dt>Evidence</dt><dd>A &lt;signed&gt; list</dd>" in page
    assert "<li>Begin &amp; look.</li><li>Go on.</li></ol>" in page
    assert "if missing" not in page


def test_a_practice_without_notes_has_no_empty_labels(
    in_northwind: object, client_of: ClientOf
) -> None:
    page = page_of(client_of("contributor"), {})
    for text in ("choice-facts", "practice-level", "practice-steps"):
        assert text not in page

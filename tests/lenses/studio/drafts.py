"""What the tests of the studio do again and again."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client
from hypothesis import strategies as st

from lenses.models import LensVersion
from lenses.services import import_lens
from lenses.studio.addresses import LENS, Address, Object, children
from tenants.actors import Actor
from tests.builders import lens_document

QUESTION = "question:pillar_1_question_1"
CHOICE = "choice:pillar_1_question_1/pillar_1_question_1_choice_1"


def draft_of(actor: Actor, **arguments: Any) -> LensVersion:
    """Import a lens as a draft."""
    return import_lens(actor=actor, text=json.dumps(lens_document(**arguments)))


def studio_url(draft: LensVersion, rest: str = "") -> str:
    """Return an address of the studio of a draft's lens."""
    return f"/o/northwind/lenses/{draft.lens_id}/studio/{rest}"


def send(client: Client, draft: LensVersion, *, htmx: Any = True, **data: Any) -> Any:
    """Post one operation, as the page does or as a plain form."""
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(studio_url(draft, "save/"), {"revision": 0, **data}, headers=headers)


def addresses(document: Object) -> list[Address]:
    """Return the addresses of everything in a document."""
    found = [LENS]
    for address in found:
        found += children(document, address)
    return found


def documents() -> st.SearchStrategy[Object]:
    """Small valid documents."""
    sizes = st.integers(1, 3)
    return st.builds(
        lambda pillars, questions, choices: lens_document(
            pillars=pillars, questions=questions, choices=choices + 1
        ),
        sizes,
        sizes,
        sizes,
    )

"""What the tests of lenses do again and again, over HTTP and through the services."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lenses.models import LensVersion
from lenses.services import import_lens, publish_version
from tenants.actors import Actor
from tests.builders import lens_document

CATALOGUE = "/o/northwind/lenses/"
IMPORT = "/o/northwind/lenses/import/"


def text_of(**arguments: Any) -> str:
    """A valid lens as text; the arguments are those of the builder."""
    return json.dumps(lens_document(**arguments))


def paste(client: Client, text: str) -> Any:
    """Send a text from the import page."""
    return client.post(IMPORT, {"text": text})


def upload(client: Client, content: bytes, name: str = "lens.json") -> Any:
    """Send a file from the import page."""
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), "text": ""})


def published(actor: Actor, version: str = "1.0", **arguments: Any) -> LensVersion:
    """Import a lens and publish it."""
    draft = import_lens(actor=actor, text=text_of(**arguments))
    return publish_version(actor=actor, lens_id=draft.lens_id, version=version)


def page(response: Any) -> str:
    """The page's text with runs of blanks made one."""
    return " ".join(response.content.decode().split())

"""Files and pages that the tests of evidence begin with."""

import io
import zipfile
from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.models import Evidence, LensReview
from reviews.services.evidence import Practice

QUESTION = "pillar_1_question_1"
PRACTICE = f"{QUESTION}_choice_1"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 30
GIF = b"GIF89a\x01\x00\x01\x00" + b"\x00" * 10
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8 " + b"\x00" * 10


def archive(*names: str, first: tuple[str, bytes] | None = None) -> bytes:
    """Return a ZIP file with empty entries of these names."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        if first:
            packed.writestr(*first)
        for name in names:
            packed.writestr(name, b"")
    return written.getvalue()


def page_of(review: LensReview, question_id: str = QUESTION) -> str:
    """Return the address of a question's evidence."""
    return reverse(
        "question-evidence",
        kwargs={
            "slug": "northwind",
            "workload_id": review.workload_id,
            "review_id": review.pk,
            "question_id": question_id,
        },
    )


def address(name: str, evidence: Evidence, slug: str = "northwind") -> str:
    """Return an address of one piece of evidence."""
    workload_id = evidence.review.workload_id
    ids = {"slug": slug, "workload_id": workload_id, "evidence_id": evidence.pk}
    return reverse(name, kwargs=ids)


def practice_of(review: LensReview, choice_id: str = PRACTICE) -> Practice:
    """Return a practice of the review's first question."""
    return Practice(review.workload_id, review.pk, QUESTION, choice_id)


def upload(client: Client, review: LensReview, name: str, content: bytes, **fields: str) -> Any:
    """Send a file as the form does, declared to be a picture whatever it is."""
    file = SimpleUploadedFile(name, content, content_type="image/png")
    return client.post(page_of(review), {"practice": PRACTICE, **fields, "file": file})


def link(client: Client, review: LensReview, url: str, **fields: str) -> Any:
    """Send a link as the form does."""
    return client.post(page_of(review), {"practice": PRACTICE, "url": url, **fields})


def stored(folder: str = "evidence") -> set[str]:
    """Return the paths of all files that the storage has in a folder."""
    return set(_walk(folder))


def _walk(folder: str) -> Iterable[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _walk(f"{folder}/{name}")

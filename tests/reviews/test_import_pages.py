"""The pages and commands of importing: upload, look, confirm; errors in their place."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import InvalidDocument
from reviews.exchange.checking import examine
from reviews.exchange.document import read_workload_document
from reviews.models import Answer, LensReview, PendingImport
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.lenses.test_hostile_documents import all_places, anything
from tests.reviews.exchange import exported, filled_workload, without_origin
from tests.reviews.milestones import say
from tests.reviews.sheets import Sheet, workbook
from tests.reviews.versions import QUESTION, A, B, states
from tests.workloads.pages import LIST, page_of
from workloads.models import Workload

IMPORT = f"{LIST}import/"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def file(cast: Cast, in_northwind: Organization) -> bytes:
    return json.dumps(exported(filled_workload(cast), cast.actor())).encode()


class TestAnswers:
    def test_a_workbook_is_looked_at_and_imported(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        client, url = client_of("contributor"), page_of(review.workload, "answers/import")
        assert "kind=workload-xlsx" in client.get(url).content.decode()
        sheet = Sheet(workbook(review.workload)).write(QUESTION, A, ticked="Yes", notes="<b>1</b>")
        sent = client.post(url, {"file": ContentFile(sheet.saved(), "filled in.xlsx")})
        assert sent.status_code == 302
        shown = client.get(sent["Location"])
        assert "1 answer would change" in shown.content.decode()
        assert "&lt;b&gt;1" in shown.content.decode()
        assert not Answer.objects.exists()
        assert client.post(sent["Location"], {"fingerprint": "0"}).status_code == 409
        fingerprint = shown.context["plan"].fingerprint
        done = client.post(sent["Location"], {"fingerprint": fingerprint})
        assert done["Location"] == page_of(review.workload)
        assert states(review)[QUESTION].selected == {A}
        assert client.get(sent["Location"]).status_code == 404
        activity = client.get(page_of(review.workload, "activity")).content.decode()
        assert "imported 1 answer from “filled in.xlsx”" in activity

    def test_what_was_answered_in_between_is_shown(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        say(cast, review, A, notes="First.")
        client, url = client_of("contributor"), page_of(review.workload, "answers/import")
        sheet = Sheet(workbook(review.workload)).write(QUESTION, B, ticked="Yes")
        sheet.write(QUESTION, notes="Mine.")
        sent = client.post(url, {"file": ContentFile(sheet.saved(), "x.xlsx")})
        say(cast, review, notes="Theirs.")
        page = client.get(sent["Location"]).content.decode()
        for text in ("Texts that stay", "Theirs.", "Mine.", "Merged"):
            assert text in page
        assert client.post(sent["Location"], {"discard": "1"}).status_code == 302
        assert not PendingImport.objects.exists()

    def test_cells_that_cannot_be_used_are_named_and_nothing_is_kept(
        self, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        client, url = client_of("contributor"), page_of(review.workload, "answers/import")
        sheet = Sheet(workbook(review.workload)).write(QUESTION, A, ticked="maybe")
        page = client.post(url, {"file": ContentFile(sheet.saved(), "x.xlsx")})
        assert page.status_code == 422
        assert f"Answers!F{sheet.row(QUESTION, A)}" in page.content.decode()
        assert client.post(url, {"file": ContentFile(b"", "x.xlsx")}).status_code == 422
        assert client.post(url, {}).status_code == 422
        assert not PendingImport.objects.exists()

    def test_fifty_megabytes_are_refused(
        self, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        client = client_of("contributor")
        for url in (page_of(review.workload, "answers/import"), IMPORT):
            who = client_of("lead") if url == IMPORT else client
            page = who.post(url, {"file": ContentFile(b"x" * 50_000_000, "x.xlsx")})
            assert page.status_code == 413
            assert "too large" in page.content.decode()

    def test_an_upload_is_of_its_workload(
        self, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        client = client_of("contributor")
        content = ContentFile(workbook(review.workload), "x.xlsx")
        sent = client.post(page_of(review.workload, "answers/import"), {"file": content})
        other = sent["Location"].replace(str(review.workload_id), str(make_workload("Other").pk))
        assert client.get(other).status_code == 404


class TestWorkload:
    def test_a_file_is_looked_at_named_and_imported(
        self, client_of: Callable[[str], Client], cast: Cast, file: bytes
    ) -> None:
        lead = client_of("lead")
        sent = lead.post(IMPORT, {"file": ContentFile(file, "payments.json")})
        assert sent.status_code == 302
        assert "Northwind" in lead.get(sent["Location"]).content.decode()
        taken = lead.post(sent["Location"], {"name": "payments"})
        assert taken.status_code == 422
        assert "has a workload with this name" in taken.content.decode()
        done = lead.post(sent["Location"], {"name": "Payments again"})
        made = Workload.objects.get(name="Payments again")
        assert done["Location"] == page_of(made)
        assert lead.get(page_of(made, "milestones")).status_code == 200
        assert lead.get(page_of(made, "milestones/1")).status_code == 200
        assert not PendingImport.objects.exists()

    def test_problems_are_shown_at_their_paths(
        self, client_of: Callable[[str], Client], file: bytes
    ) -> None:
        lead = client_of("lead")
        changed = file.replace(b'"schema_version": 1', b'"schema_version": 9')
        page = lead.post(IMPORT, {"file": ContentFile(changed, "x.json")})
        assert page.status_code == 422
        assert "<code>schema_version</code>" in page.content.decode()


class TestCommands:
    def test_out_and_in(self, cast: Cast, file: bytes, tmp_path: Path) -> None:
        path = tmp_path / "payments.json"
        call_command(
            "export_workload", "payments", "--organization", "northwind", "--output", str(path)
        )
        out = io.StringIO()
        call_command(
            "import_workload", str(path), "--organization", "southridge", stdout=out, no_color=True
        )
        assert "“Payments” is imported. Reviews: 2, milestones: 2." in out.getvalue()
        with in_organization(cast.southridge.pk):
            again = exported(Workload.objects.get(), cast.southridge_actor)
        assert without_origin(again) == without_origin(json.loads(file))

    def test_what_is_wrong_is_said_with_its_place(self, cast: Cast, tmp_path: Path) -> None:
        path = tmp_path / "broken.json"
        path.write_text("{}", encoding="utf-8")
        for arguments, said in (
            ((str(path), "--organization", "northwind"), "milestones: This key is required"),
            ((str(path), "--organization", "nowhere"), "There is no organisation “nowhere”."),
            ((str(tmp_path / "none"), "--organization", "northwind"), "Cannot read"),
        ):
            with pytest.raises(CommandError, match=said):
                call_command("import_workload", *arguments)
        with pytest.raises(CommandError, match="There is no workload"):
            call_command("export_workload", "None", "--organization", "northwind")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), value=anything)
def test_a_mutated_file_is_accepted_or_refused_as_a_document(
    cast: Cast, in_northwind: Organization, data: st.DataObject, value: Any
) -> None:
    if not Workload.objects.exists():
        review = make_review(
            make_workload("Small"), make_lens_version(lens_document(pillars=1, questions=1))
        )
        say(cast, review, A, notes="Said.")
    document: Any = exported(Workload.objects.get(), cast.actor())
    path = data.draw(st.sampled_from(all_places(document)))
    target = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    with suppress(InvalidDocument):
        examine(cast.actor(), read_workload_document(json.dumps(document)))

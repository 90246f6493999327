"""The sheet of answers: out, filled in, and in again, changing exactly what was edited."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from common.errors import Conflict, Invalid, NotFound
from common.risk import Risk
from reviews.exchange.answer_sheet import COLUMNS, SHEET
from reviews.exchange.pending import (
    KEPT,
    import_answers,
    load_pending,
    pending_answers,
    sweep_pending_imports,
)
from reviews.merge import AnswerState, ChoiceDetail
from reviews.models import Answer, AnswerChange, LensReview, PendingImport
from tenants.audit import first_broken_event
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.exchange import FORMULAS, filled_workload
from tests.reviews.milestones import say
from tests.reviews.sheets import Sheet, bring_in, refused, upload, workbook
from tests.reviews.versions import (
    OTHER,
    QUESTION,
    A,
    B,
    C,
    history_is_whole,
    next_version,
    reword,
    states,
)

NONE = f"{QUESTION}_no"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


class TestRoundTrip:
    def test_what_nobody_edited_changes_nothing(
        self, cast: Cast, in_northwind: Organization
    ) -> None:
        workload = filled_workload(cast)
        for content in (workbook(workload), Sheet(workbook(workload)).saved()):
            pending = upload(cast, workload, content)
            assert pending_answers(workload, pending).answers == ()
            with pytest.raises(Invalid, match="Nothing would change"):
                import_answers(
                    actor=cast.actor(),
                    workload_id=workload.pk,
                    import_id=pending.pk,
                    fingerprint=pending_answers(workload, pending).fingerprint,
                )

    def test_exactly_the_edited_cells_change(self, cast: Cast, review: LensReview) -> None:
        detail = {B: ChoiceDetail(not_applicable=True, reason="OUT_OF_SCOPE", notes="No such.")}
        say(cast, review, A, details=detail, notes="  Two\r\nlines, _x000D_ and =1.\n")
        say(cast, review, question=OTHER, is_applicable=False, reason="OTHER")
        before = states(review)
        sheet = Sheet(workbook(review.workload))
        sheet.write(QUESTION, A, ticked="No").write(QUESTION, C, ticked="Yes", notes="Since May.")
        sheet.write(OTHER, applies="yes", reason=None, notes=5)
        bring_in(cast, review.workload, sheet.saved())
        was = before[QUESTION]
        assert states(review) == {
            QUESTION: AnswerState(
                selected=frozenset({C}),
                details={**was.details, C: ChoiceDetail(notes="Since May.")},
                notes=was.notes,
            ),
            OTHER: AnswerState(notes="5"),
        }
        answer = Answer.objects.get(review=review, question_id=QUESTION)
        assert (answer.risk, answer.revision, answer.updated_by_id) == (
            Risk.HIGH,
            2,
            cast.contributor.pk,
        )
        assert history_is_whole(review)
        review.refresh_from_db()
        assert (review.answers_revision, review.refresh_queued) == (3, True)
        event = AuditEvent.objects.latest("sequence")
        assert (event.verb, event.after["questions"]) == (
            "review.answers_imported",
            [QUESTION, OTHER],
        )
        assert first_broken_event() is None
        assert not PendingImport.objects.exists()

    def test_rows_can_be_sorted_and_deleted_and_columns_moved(
        self, cast: Cast, review: LensReview
    ) -> None:
        say(cast, review, A)
        sheet = Sheet(workbook(review.workload)).write(QUESTION, B, ticked="x")
        keep = sheet.row(QUESTION, B)
        values = [cell.value for cell in sheet.sheet[keep]]
        book = Workbook()
        rows: Any = book.active
        rows.title = SHEET
        order = [*range(len(COLUMNS))][::-1]
        rows.append([COLUMNS[place] for place in order])
        rows.append(["As people read it"])
        rows.append([values[place] for place in order])
        rows.append([])
        other = book.create_sheet("Format")
        for line in sheet.book["Format"].iter_rows(values_only=True):
            other.append(line)
        file = io.BytesIO()
        book.save(file)
        bring_in(cast, review.workload, file.getvalue())
        assert states(review)[QUESTION].selected == {A, B}

    @pytest.mark.parametrize("text", FORMULAS)
    def test_what_looks_like_a_formula_is_text_both_ways(
        self, cast: Cast, review: LensReview, text: str
    ) -> None:
        say(cast, review, A, notes=text)
        content = workbook(review.workload)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = [name for name in archive.namelist() if "/worksheets/sheet" in name]
            assert all(b"<f>" not in archive.read(name) for name in sheets)
        sheet = Sheet(content).write(QUESTION, A, notes=text)
        assert sheet.cell(sheet.row(QUESTION), "notes").data_type == "s"
        bring_in(cast, review.workload, sheet.saved())
        assert states(review)[QUESTION].detail(A).notes.strip() == text.strip()
        assert states(review)[QUESTION].notes == text

    def test_none_of_these_wins_over_the_ticks_it_excludes(
        self, cast: Cast, review: LensReview
    ) -> None:
        say(cast, review, A)
        bring_in(
            cast,
            review.workload,
            Sheet(workbook(review.workload)).write(QUESTION, NONE, ticked="Yes").saved(),
        )
        assert states(review)[QUESTION].selected == {NONE}


class TestInBetween:
    def test_what_others_saved_since_is_merged_and_a_text_of_both_stays(
        self, cast: Cast, review: LensReview
    ) -> None:
        say(cast, review, A, notes="First.")
        sheet = Sheet(workbook(review.workload))
        sheet.write(QUESTION, notes="Mine.").write(QUESTION, B, ticked="Yes")
        say(cast, review, A, C, notes="Theirs.")
        pending = upload(cast, review.workload, sheet.saved())
        plan = pending_answers(review.workload, pending)
        (planned,) = plan.conflicts
        assert [(each.field, each.theirs, each.mine) for each in planned.conflicts] == [
            ("notes", "Theirs.", "Mine.")
        ]
        import_answers(
            actor=cast.actor("contributor"),
            workload_id=review.workload_id,
            import_id=pending.pk,
            fingerprint=plan.fingerprint,
        )
        assert states(review)[QUESTION] == AnswerState(frozenset({A, B, C}), notes="Theirs.")

    def test_what_was_not_looked_at_is_not_imported(self, cast: Cast, review: LensReview) -> None:
        sheet = Sheet(workbook(review.workload)).write(QUESTION, A, ticked="Yes")
        pending = upload(cast, review.workload, sheet.saved())
        seen = pending_answers(review.workload, pending).fingerprint
        say(cast, review, B)
        before = states(review)
        with pytest.raises(Conflict) as caught:
            import_answers(
                actor=cast.actor(),
                workload_id=review.workload_id,
                import_id=pending.pk,
                fingerprint=seen,
            )
        assert caught.value.code == "import_moved_on"
        assert states(review) == before

    def test_a_lens_at_another_version_asks_for_a_new_export(
        self, cast: Cast, review: LensReview
    ) -> None:
        content = workbook(review.workload)
        edited = Sheet(content).write(QUESTION, A, ticked="Yes").saved()
        pending = upload(cast, review.workload, edited)
        version = next_version(review.lens_version, reword)
        LensReview.objects.filter(pk=review.pk).update(lens_version=version)
        assert pending_answers(review.workload, pending).moved == (review.lens.name,)
        PendingImport.objects.all().delete()
        assert set(refused(cast, review.workload, edited).values()) == {"row.version"}
        assert upload(cast, review.workload, content)

    def test_all_or_nothing(
        self, cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_arguments: Any, **_keywords: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("reviews.exchange.pending.announce_answers", fail)
        sheet = Sheet(workbook(review.workload)).write(QUESTION, A, ticked="Yes")
        with pytest.raises(ZeroDivisionError):
            bring_in(cast, review.workload, sheet.saved())
        assert not Answer.objects.exists()
        assert not AnswerChange.objects.exists()
        assert PendingImport.objects.count() == 1

    def test_an_upload_is_forgotten_after_a_day(
        self, cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pending = upload(cast, review.workload, workbook(review.workload))
        assert sweep_pending_imports() == 0
        PendingImport.objects.update(created_at=pending.created_at - KEPT)
        with pytest.raises(NotFound):
            load_pending("answers", pending.pk, review.workload_id)
        assert sweep_pending_imports() == 1

"""Forms that answer the review's questions, one after the other, each a change."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import urlencode

from benchmarks.filled import Filled
from benchmarks.visitor import Visitor

Field = tuple[str, str]


class Answers:
    """Goes around the questions; each form ticks another number of choices than the one before."""

    def __init__(self, filled: Filled, *, revision: int = 1) -> None:
        self._filled = filled
        # Filling saved the first revision of every answer.
        self._forms = _forms(filled.questions, revision)

    def next(self) -> tuple[str, str]:
        """Return the address and the encoded fields of the next form."""
        question_id, fields = next(self._forms)
        return self._filled.question_path(question_id), urlencode(fields)

    def send(self, visitor: Visitor) -> float:
        """Send the next form and return the seconds it took."""
        reply = visitor.post(*self.next())
        # Nothing saved, or merged with another change, would be another measurement.
        if 'id="save-state"' not in reply.text:
            raise RuntimeError(f"not saved: {reply.text[:2000]}")
        return reply.seconds


def _forms(questions: dict[str, list[str]], revision: int) -> Iterator[tuple[str, list[Field]]]:
    for lap in count():
        for question_id, ids in questions.items():
            yield question_id, _fields(ids, revision + lap)


def _fields(ids: list[str], revision: int) -> list[Field]:
    ticked = ids[: revision % (len(ids) + 1)]
    empty = [(f"{name}.{choice_id}", "") for choice_id in ids for name in ("reason", "notes")]
    return [
        ("revision", str(revision)),
        *(("choice", choice_id) for choice_id in ticked),
        *empty,
        ("reason", ""),
        ("notes", f"As agreed in round {revision}."),
    ]

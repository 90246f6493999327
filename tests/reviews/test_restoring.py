"""Going back with a whole review: what would change is shown, then every answer is as it was."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.clock import now
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.risk import Risk
from reviews.merge import AnswerState
from reviews.models import Answer, LensReview, Milestone
from reviews.selectors_course import course_of
from reviews.selectors_restoring import Restoring, restoring, states_at
from reviews.services.restoring import restore_review
from reviews.services.upgrades import undo_upgrade
from tenants.audit import first_broken_event
from tenants.models import AuditEvent, Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.test_history import upgrade
from tests.reviews.versions import (
    OTHER,
    QUESTION,
    RENAMED,
    RENAMES,
    A,
    B,
    C,
    everything,
    history_is_whole,
    next_version,
    rebuild,
    states,
)
from tests.workloads.pages import page_of


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def restore(cast: Cast, review: LensReview, moment: datetime, **how: Any) -> Restoring:
    values: dict[str, Any] = {
        "actor": cast.actor("lead"),
        "workload_id": review.workload_id,
        "review_id": review.pk,
        "moment": moment,
        "milestone_name": f"Before going back {Milestone.objects.count()}",
    }
    return restore_review(**values | how)


def at(review: LensReview, moment: datetime) -> dict[str, AnswerState]:
    found = states_at(course_of(LensReview.objects.get(pk=review.pk)), moment)
    return {key: state for key, state in found.items() if state != AnswerState()}


def test_every_answer_is_as_it_was_and_a_milestone_holds_what_was_here(
    cast: Cast, review: LensReview
) -> None:
    say(cast, review, A, B, C)
    before, moment = states(review), now()
    say(cast, review, A, notes="Less.")
    say(cast, review, question=OTHER, notes="New.")
    review.refresh_from_db()
    revision = review.answers_revision
    found = restore(cast, review, moment)
    assert set(found.targets) == {QUESTION, OTHER}
    assert states(review) == before
    assert Answer.objects.get(review=review, question_id=QUESTION).risk == Risk.NONE
    assert Answer.objects.get(review=review, question_id=QUESTION).updated_by_id == cast.lead.pk
    assert history_is_whole(review)
    review.refresh_from_db()
    assert review.answers_revision == revision + 1
    assert Milestone.objects.get().name == "Before going back 0"
    event = AuditEvent.objects.latest("sequence")
    assert (event.verb, event.after["answers"]) == ("review.restored", 2)
    assert first_broken_event() is None


def test_across_a_rename_the_answers_are_carried(cast: Cast, review: LensReview) -> None:
    say(cast, review, A, B, C, notes="Then.")
    moment = now()
    say(cast, review, A)
    version = next_version(
        review.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES
    )
    upgrade(cast, review, version)
    say(cast, review, question="new_question", notes="Asked since 2.0.")
    restore(cast, review, moment)
    assert states(review) == {
        RENAMED: AnswerState(selected=frozenset({A, B}), notes="Then."),
        "new_question": AnswerState(notes="Asked since 2.0."),
    }


def test_a_moment_within_an_upgrade_is_before_it(cast: Cast, review: LensReview) -> None:
    say(cast, review, A, C)
    then = at(review, now())
    version = next_version(
        review.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES
    )
    applied = upgrade(cast, review, version)
    assert at(review, applied.at - timedelta(microseconds=1)) == then
    assert set(at(review, applied.at)) == {RENAMED}
    undone = undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    assert undone.undone_at is not None
    assert set(at(review, undone.undone_at - timedelta(microseconds=1))) == {RENAMED}
    assert at(review, now()) == then


def test_nothing_happens_where_somebody_answered_since(cast: Cast, review: LensReview) -> None:
    moment = now()
    say(cast, review, A)
    with pytest.raises(Conflict, match="answered since"):
        restore(cast, review, moment, expected_answers_revision=0)
    assert states(review)[QUESTION].selected == {A}
    assert not Milestone.objects.exists()


def test_nothing_to_restore_and_a_moment_to_come_are_refused(
    cast: Cast, review: LensReview
) -> None:
    say(cast, review, A)
    for moment in (now(), now() + timedelta(days=1)):
        with pytest.raises(Invalid):
            restore(cast, review, moment)
    assert not Milestone.objects.exists()


def test_only_a_lead_may_and_only_here(cast: Cast, review: LensReview) -> None:
    moment = now()
    say(cast, review, A)
    with pytest.raises(Forbidden):
        restore(cast, review, moment, actor=cast.actor("contributor"))
    with pytest.raises(NotFound):
        restore(cast, review, moment, review_id=make_review(make_workload("Other")).pk)


def test_all_or_nothing(cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_keywords: Any) -> None:
        raise ZeroDivisionError

    moment = now()
    say(cast, review, A)
    before = everything(review)
    monkeypatch.setattr("reviews.services.restoring.audit.record", fail)
    with pytest.raises(ZeroDivisionError):
        restore(cast, review, moment)
    assert everything(review) == before
    assert not Milestone.objects.exists()


def test_two_hundred_questions_cost_as_many_queries_as_three(
    cast: Cast, review: LensReview, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    moment = now()
    say(cast, review, A)
    one = query_count(lambda: restoring(review, moment))
    for question in review.lens_version.definition.questions:
        say(cast, review, question=question.id, notes="Said.")
    assert query_count(lambda: restoring(review, moment)) == one


_steps = st.lists(
    st.tuples(st.sampled_from([QUESTION, OTHER]), st.sampled_from(["", "one", "two"])),
    min_size=1,
    max_size=5,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=_steps, choice=st.integers(0, 5))
def test_restoring_a_moment_gives_the_states_of_that_moment(
    cast: Cast, review: LensReview, steps: list[tuple[str, str]], choice: int
) -> None:
    Answer.objects.all().delete()
    moments = [(now(), states(review))]
    for question, text in steps:
        say(cast, review, question=question, notes=text)
        moments.append((now(), states(review)))
    moment, then = moments[choice % len(moments)]
    assert at(review, moment) == then
    if states(review) != then:
        restore(cast, review, moment)
    assert states(review) == then
    assert at(review, now()) == then
    assert history_is_whole(review)


class TestPage:
    def test_it_shows_what_would_change_then_does_it(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        moment = now()
        say(cast, review, A, notes="Written since.")
        lead, url = client_of("lead"), page_of(review.workload, "activity/restore")
        assert lead.get(url).status_code == 200
        shown = lead.get(url, {"review": str(review.pk), "at": moment.isoformat()})
        assert "1 answer would change" in shown.content.decode()
        assert "Written since." in shown.content.decode()
        assert states(review)
        data = {
            "review": str(review.pk),
            "at": moment.isoformat(),
            "name": "Kept",
            "answers_revision": 1,
        }
        assert lead.post(url, data | {"answers_revision": 0}).status_code == 409
        refused = lead.post(url, data | {"name": "x"})
        assert refused.status_code == 422
        assert "1 answer would change" in refused.content.decode()
        assert 'aria-invalid="true"' in refused.content.decode()
        assert lead.post(url, data).status_code == 302
        assert states(review) == {}

    @pytest.mark.parametrize(
        "data",
        [
            {"at": "yesterday"},
            {"at": ""},
            {"at": "9999-12-31T23:59:59"},
            {"at": "0001-01-01T00:00"},
            {"at": "2020-01-01T00:00", "review": "x"},
            {"at": "2020-01-01T00:00", "review": "\x00"},
            {"at": "2020-01-01T00:00", "answers_revision": "9" * 30},
        ],
    )
    def test_what_makes_no_sense_is_named(
        self, client_of: Callable[[str], Client], review: LensReview, data: dict[str, str]
    ) -> None:
        lead, url = client_of("lead"), page_of(review.workload, "activity/restore")
        for response in (lead.get(url, data), lead.post(url, {"name": "Kept", **data})):
            assert response.status_code == 422
            assert not Milestone.objects.exists()

    def test_a_workload_without_a_lens_says_so(
        self, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        workload = review.workload
        review.delete()
        url = page_of(workload, "activity/restore")
        assert "no review" in client_of("lead").get(url).content.decode()

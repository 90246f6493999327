"""Living with a risk for a while: who asks, who decides, and how it ends."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.models import QueuedMessage
from improvement.models import ImprovementItem, RiskAcceptance
from improvement.selectors_items import in_force
from improvement.services.acceptances import (
    decide_on_acceptance,
    request_acceptance,
    withdraw_acceptance,
)
from improvement.services.items import edit_item
from improvement.services.refreshing import refresh_plan_of_review
from improvement.tasks import (
    expire_acceptances_of,
    mail_acceptance_notice,
    see_to_acceptances,
    send_acceptance_notices_of,
)
from reviews.models import LensReview
from tenants.models import AuditEvent, Membership, Organization
from tenants.transactions import own_transaction
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import QUESTION, item, planned, statuses


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    return made


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def ask(cast: Cast, review: LensReview, who: str = "contributor", **said: Any) -> RiskAcceptance:
    return request_acceptance(
        actor=cast.actor(who),
        review_id=review.pk,
        question_id=said.pop("question_id", QUESTION),
        **{"reason": "It is retired in spring.", "until": in_days(90), **said},
    )


def decide(cast: Cast, acceptance: RiskAcceptance, who: str = "admin", **said: Any) -> Any:
    said = {"is_approved": True, **said}
    return decide_on_acceptance(actor=cast.actor(who), acceptance_id=acceptance.pk, **said)


def messages(task: str) -> int:
    return QueuedMessage.objects.filter(payload__contains=task).count()


def tomorrow_is(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_named: day)


def test_an_approved_request_makes_the_question_s_items_accepted(
    cast: Cast, review: LensReview
) -> None:
    asked = ask(cast, review, conditions="Nobody else may use it.")
    assert statuses(review) == ["open", "open", "open"]
    decide(cast, asked, decision="Until spring, then.")
    assert statuses(review) == ["accepted", "accepted", "accepted"]
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.risk) == ("approved", cast.admin, "HIGH")
    verbs = AuditEvent.objects.filter(verb__startswith="acceptance.").order_by("sequence")
    assert list(verbs.values_list("verb", flat=True)) == [
        "acceptance.requested",
        "acceptance.approved",
    ]


def test_a_rejected_request_leaves_the_risk_open_and_says_why(
    cast: Cast, review: LensReview
) -> None:
    asked = ask(cast, review)
    with pytest.raises(Invalid):
        decide(cast, asked, is_approved=False)
    decide(cast, asked, is_approved=False, decision="Too dear.")
    assert statuses(review) == ["open", "open", "open"]
    with pytest.raises(Conflict):
        decide(cast, asked)


@pytest.mark.parametrize("who", ["viewer", "contributor", "lead"])
def test_only_owners_and_admins_decide(cast: Cast, review: LensReview, who: str) -> None:
    asked = ask(cast, review, who="owner")
    with pytest.raises(Forbidden):
        decide(cast, asked, who=who)


def test_nobody_decides_on_their_own_request(cast: Cast, review: LensReview) -> None:
    asked = ask(cast, review, who="owner")
    with pytest.raises(Forbidden, match="Somebody else"):
        decide(cast, asked, who="owner")
    decide(cast, asked, who="admin")
    # The database holds it too.
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskAcceptance.objects.update(decided_by=cast.owner)


def test_a_viewer_cannot_ask(cast: Cast, review: LensReview) -> None:
    with pytest.raises(Forbidden):
        ask(cast, review, who="viewer")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"conditions": "a\0b"}, "conditions"),
        ({"until": date(2001, 1, 1)}, "until"),
        ({"until": date(2200, 1, 1)}, "until"),
    ],
)
def test_what_makes_no_sense_is_named(
    cast: Cast, review: LensReview, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(cast, review, **said)
    assert list(refused.value.fields) == [field]


def test_what_is_not_at_risk_or_asked_for_already_is_a_conflict(
    cast: Cast, review: LensReview
) -> None:
    with pytest.raises(Conflict, match="no high or medium"):
        ask(cast, review, question_id="pillar_1_question_2")
    ask(cast, review)
    with pytest.raises(Conflict, match="already"):
        ask(cast, review)
    with pytest.raises(NotFound):
        ask(cast, review, question_id="no_such_question")


def test_an_accepted_item_keeps_its_status_until_the_acceptance_ends(
    cast: Cast, review: LensReview
) -> None:
    asked = decide(cast, ask(cast, review))
    found = item(review)
    with pytest.raises(Conflict):
        edit_item(
            actor=cast.actor(),
            item_id=found.pk,
            expected_revision=found.revision,
            changes={"status": "done"},
        )
    withdraw_acceptance(actor=cast.actor("contributor"), acceptance_id=asked.pk)
    assert statuses(review) == ["open", "open", "open"]
    assert item(review).reopened == 1
    with pytest.raises(Conflict):
        withdraw_acceptance(actor=cast.actor(), acceptance_id=asked.pk)


def test_another_s_request_is_withdrawn_by_who_may_decide_alone(
    cast: Cast, review: LensReview
) -> None:
    asked = ask(cast, review)
    with pytest.raises(Forbidden):
        withdraw_acceptance(actor=cast.actor("lead"), acceptance_id=asked.pk)
    withdraw_acceptance(actor=cast.actor("admin"), acceptance_id=asked.pk)


def test_a_risk_that_got_worse_is_not_accepted(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION, 1)
    decide(cast, ask(cast, review))
    assert statuses(review) == ["done", "accepted", "accepted"]
    planned(cast.actor(), review, QUESTION, 2)
    assert statuses(review)[0] == "open"


def test_a_later_approval_takes_the_place_of_the_first(cast: Cast, review: LensReview) -> None:
    first = decide(cast, ask(cast, review))
    second = decide(cast, ask(cast, review, until=in_days(200)))
    first.refresh_from_db()
    assert (first.state, second.state) == ("expired", "approved")
    assert statuses(review) == ["accepted", "accepted", "accepted"]


def test_the_day_after_its_last_it_is_open_again(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = decide(cast, ask(cast, review))
    tomorrow_is(monkeypatch, asked.until)
    expire_acceptances_of(organization_id=str(cast.northwind.pk))
    assert statuses(review) == ["accepted", "accepted", "accepted"]
    tomorrow_is(monkeypatch, asked.until + timedelta(days=1))
    for _ in range(2):
        expire_acceptances_of(organization_id=str(cast.northwind.pk))
    assert statuses(review) == ["open", "open", "open"]
    event = AuditEvent.objects.get(verb="acceptance.expired")
    assert event.actor_name == "Plumbline"


def test_it_ends_for_everybody_at_once_wherever_a_reader_is(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(cast, review)
    decide(cast, asked)
    midday = datetime.combine(asked.until, time(12, 30), tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: midday)
    with timezone.override("Pacific/Kiritimati"):
        assert timezone.localdate() > asked.until
        refresh_plan_of_review(review_id=review.pk)
        assert in_force().filter(pk=asked.pk).exists()
    assert statuses(review) == ["accepted", "accepted", "accepted"]


def test_a_request_whose_day_went_by_ends_undecided(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(cast, review, until=in_days(3))
    tomorrow_is(monkeypatch, in_days(4))
    with pytest.raises(Conflict):
        decide(cast, asked)
    expire_acceptances_of(organization_id=str(cast.northwind.pk))
    asked.refresh_from_db()
    assert asked.state == "expired"


def test_people_are_told_thirty_and_seven_days_before(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = decide(cast, ask(cast, review, conditions="Only inside."))
    told = []
    for left in (31, 30, 29, 7, 6, 0):
        tomorrow_is(monkeypatch, asked.until - timedelta(days=left))
        before = messages("mail_acceptance")
        send_acceptance_notices_of(organization_id=str(cast.northwind.pk))
        if messages("mail_acceptance") > before:
            told.append(left)
    assert told == [30, 7]
    asked.refresh_from_db()
    assert asked.notices == [30, 7]
    assert AuditEvent.objects.filter(verb="acceptance.notice_sent").count() == 2


def accepted_in_two_reviews(cast: Cast, review: LensReview) -> list[RiskAcceptance]:
    another = make_review(make_workload("Portal"), review.lens_version)
    planned(cast.actor(), another, QUESTION)
    return [decide(cast, ask(cast, each)) for each in (review, another)]


def tables_in_order(queries: CaptureQueriesContext) -> list[str]:
    """What the statements are about, the audit log or rows of reviews and plans, in turn."""
    kinds = {"tenants_auditevent": "audit", "reviews_": "row", "improvement_": "row"}
    found = [
        kind for query in queries for table, kind in kinds.items() if f'"{table}' in query["sql"]
    ]
    return [kind for kind, _same in groupby(found)]


def test_what_ends_in_several_reviews_is_recorded_once_and_last(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The audit log's turn is held to the end: a lock after it would be a deadlock in waiting.
    for asked in accepted_in_two_reviews(cast, review):
        tomorrow_is(monkeypatch, asked.until + timedelta(days=1))
    with CaptureQueriesContext(connection) as queries:
        expire_acceptances_of(organization_id=str(cast.northwind.pk))
    assert AuditEvent.objects.filter(verb="acceptance.expired").count() == 2
    assert tables_in_order(queries) == ["row", "audit"]
    assert not ImprovementItem.objects.exclude(status="open").exists()


def test_notices_of_several_reviews_are_recorded_once_and_last(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asked in accepted_in_two_reviews(cast, review):
        tomorrow_is(monkeypatch, asked.until - timedelta(days=7))
    with CaptureQueriesContext(connection) as queries:
        send_acceptance_notices_of(organization_id=str(cast.northwind.pk))
    assert AuditEvent.objects.filter(verb="acceptance.notice_sent").count() == 2
    assert tables_in_order(queries) == ["row", "audit"]


def test_the_clock_sends_ends_and_notices_apart(cast: Cast, review: LensReview) -> None:
    # A task is one transaction on PostgreSQL, and each of the two ends with the audit log.
    see_to_acceptances()
    for task in ("expire_acceptances_of", "send_acceptance_notices_of"):
        assert messages(task) == 2, "Northwind and Southridge"


def test_a_notice_that_could_not_be_sent_is_not_marked_as_sent(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = decide(cast, ask(cast, review))
    tomorrow_is(monkeypatch, asked.until - timedelta(days=7))

    def be_killed(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killing:
        killing.setattr("improvement.tasks.enqueue", be_killed)
        with pytest.raises(KeyboardInterrupt), own_transaction():
            send_acceptance_notices_of(organization_id=str(cast.northwind.pk))
    asked.refresh_from_db()
    assert asked.notices == []
    send_acceptance_notices_of(organization_id=str(cast.northwind.pk))
    assert messages("mail_acceptance_notice") > 0


def test_a_short_acceptance_has_no_notices_that_make_no_sense(
    cast: Cast, review: LensReview
) -> None:
    assert decide(cast, ask(cast, review, until=in_days(20))).notices == [30]


def deliver(cast: Cast, acceptance: RiskAcceptance, days: int = 30) -> list[str]:
    """Have the worker mail a notice to each of the cast; who was told."""
    mail.outbox.clear()
    for person in (cast.owner, cast.admin, cast.lead, cast.contributor):
        mail_acceptance_notice(
            organization_id=str(cast.northwind.pk),
            acceptance_id=str(acceptance.pk),
            user_id=str(person.pk),
            days=days,
        )
    return [message.to[0] for message in mail.outbox]


def test_the_notice_goes_to_who_asked_and_who_approved_while_they_are_members(
    cast: Cast, review: LensReview
) -> None:
    asked = decide(cast, ask(cast, review, reason="Line\nbreaks & <signs>."))
    assert deliver(cast, asked) == ["admin@example.com", "contributor@example.com"]
    assert mail.outbox[0].subject == "An accepted risk of Payments comes back soon"
    assert "How do you care for part 1?" in mail.outbox[0].body
    assert "breaks & <signs>." in mail.outbox[0].body
    Membership.objects.filter(user=cast.contributor).delete()
    assert deliver(cast, asked, days=7) == ["admin@example.com"]
    withdraw_acceptance(actor=cast.actor("admin"), acceptance_id=asked.pk)
    assert deliver(cast, asked, days=7) == []


def test_an_address_that_is_refused_keeps_nobody_else_from_being_told_once(
    cast: Cast, review: LensReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = decide(cast, ask(cast, review))
    tomorrow_is(monkeypatch, asked.until - timedelta(days=7))
    sent: list[dict[str, Any]] = []
    told: list[str] = []

    def keep(_task: Any, **message: Any) -> None:
        sent.append({name: str(value) for name, value in message.items()} | {"days": 7})

    def refuse_the_admin(_subject: str, _text: str, _sender: None, people: list[str]) -> None:
        if people == [cast.admin.email]:
            raise SMTPRecipientsRefused({})
        told.extend(people)

    monkeypatch.setattr("improvement.tasks.enqueue", keep)
    monkeypatch.setattr("improvement.services.notices.send_mail", refuse_the_admin)
    send_acceptance_notices_of(organization_id=str(cast.northwind.pk))
    is_done = []
    for message in sent:
        # As Celery does it: what is refused is tried again, five times.
        with own_transaction():
            is_done.append(mail_acceptance_notice.apply(kwargs=message).successful())
    assert sorted(is_done) == [False, True]
    assert told == [cast.contributor.email]

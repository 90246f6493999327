"""The organisation that a first start shows: something to click on, made through the services."""

import json
import os
import secrets
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from improvement.models import ImprovementItem
from improvement.services.acceptances import request_acceptance
from improvement.services.items import edit_item
from improvement.services.refreshing import refresh_plan_of_review, refresh_plans
from lenses.definition import LensDefinition
from lenses.models import Lens
from reviews.merge import AnswerState
from reviews.models import LensReview
from reviews.services.answers import answer_question
from reviews.services.milestones import save_milestone
from reviews.services.reviews import start_reviews
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.permissions import Role
from tenants.services import create_organization
from workloads.properties import WorkloadProperties
from workloads.services import create_workload

ORGANIZATION = "Demo"
EMAIL = "owner@demo.example"
FIRST_HOUR = "operational-essentials"
LARGE_LENSES = ("wellarchitected", "serverless")

_WORKLOADS = (
    WorkloadProperties(
        name="Payments API",
        description="Takes card payments for the shop and settles them with the bank every night.",
        review_owner="Payments team",
        industry_type="Retail",
        regions=("eu-west-1",),
    ),
    WorkloadProperties(
        name="Customer portal",
        description="Where customers see their orders, bills and messages.",
        review_owner="Portal team",
        industry_type="Retail",
        regions=("eu-west-1", "eu-central-1"),
    ),
    WorkloadProperties(
        name="Reporting warehouse",
        description="Collects events from all services for finance and planning.",
        environment="PREPRODUCTION",
        review_owner="Data team",
    ),
)
_TAGS = (
    {"team": "payments", "tier": "1"},
    {"team": "portal", "tier": "2"},
    {"team": "data"},
)

_PLATFORM = WorkloadProperties(
    name="Order platform",
    description="Takes orders from the shop, reserves stock and tells the warehouses what to pack.",
    review_owner="Orders team",
    industry_type="Retail",
    regions=("eu-west-1", "eu-central-1"),
)
_PLATFORM_TAGS = {"team": "orders", "tier": "1"}
# How many of a hundred practices the orders team followed at its first review, and now.
_AT_FIRST, _NOW = 60, 78
_PLANNED: Final = 3
# How many of a hundred questions nobody has come to yet.
_OPEN = 10

# The first review of the payments service, and what its team did about it since.
_FIRST_ANSWERS: dict[str, tuple[str, ...]] = {
    "ownership": ("ownership_named_team",),
    "observation": ("observation_user_measures", "observation_alarms"),
    "change": ("change_version_control", "change_automatic_tests"),
    "incident": ("incident_no",),
    "recovery": ("recovery_backups",),
}
_LATER_ANSWERS: dict[str, tuple[str, ...]] = {
    "ownership": ("ownership_named_team", "ownership_runbooks"),
    "change": ("change_version_control", "change_automatic_tests", "change_rollback"),
    "recovery": ("recovery_backups", "recovery_restore_tests", "recovery_objectives"),
}
_PORTAL_ANSWERS: dict[str, tuple[str, ...]] = {
    "ownership": ("ownership_named_team", "ownership_runbooks", "ownership_two_people"),
    "incident": ("incident_on_call", "incident_roles"),
}


def create_demo() -> bool:
    """Create the demo organisation with its owner, unless anybody has signed up here before.

    All of it or nothing. Returns whether it was created.
    """
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        if User.objects.exists():
            return False
        owner = User.objects.create_user(EMAIL, password, name="Demo Owner")
        EmailAddress.objects.create(user=owner, email=EMAIL, verified=True, primary=True)
        organization = create_organization(
            user_id=owner.pk, user_name=str(owner), name=ORGANIZATION
        )
        actor = Actor(organization=organization, user_id=owner.pk, name=str(owner), role=Role.OWNER)
        with in_organization(organization.pk):
            _fill(actor)
        # Last: the file must not promise what a rolled-back transaction did not make.
        _write_sign_in(password)
    return True


def sign_in() -> tuple[str, str] | None:
    """Return address and password of the demo's owner while that password still holds."""
    try:
        known = json.loads(_sign_in_file().read_text(encoding="utf-8"))
        email, password = str(known["email"]), str(known["password"])
    except (FileNotFoundError, ValueError, LookupError, TypeError):
        return None  # never made, or not as it was written: a start must not fail for it
    user = User.objects.filter(email=email, is_active=True).first()
    return (email, password) if user and user.check_password(password) else None


def _sign_in_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-sign-in.json"


def _write_sign_in(password: str) -> None:
    path = _sign_in_file()
    path.unlink(missing_ok=True)  # an older one would keep its mode
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"email": EMAIL, "password": password}, file)


def _fill(actor: Actor) -> None:
    lens = Lens.objects.get(alias=FIRST_HOUR)
    reviews = []
    for properties, tags in zip(_WORKLOADS, _TAGS, strict=True):
        workload = create_workload(actor=actor, properties=properties, tags=tags)
        reviews += start_reviews(actor=actor, workload_id=workload.pk, lens_ids=[lens.pk])
    payments, portal, _warehouse = reviews
    _answer(actor, payments, _FIRST_ANSWERS)
    save_milestone(actor=actor, workload_id=payments.workload_id, name="First review")
    _answer(actor, payments, _LATER_ANSWERS)
    _answer(actor, portal, _PORTAL_ANSWERS)
    _fill_platform(actor)
    _begin_plans_anew()


def _begin_plans_anew() -> None:
    """Forget what is closed: months of work were done in a second, which is no pace to go by."""
    refresh_plans(LensReview.objects.values_list("pk", flat=True))
    ImprovementItem.objects.exclude(closed_at=None).delete()


def _fill_platform(actor: Actor) -> None:
    """Make a workload with large lenses, most of their questions answered, some of them twice."""
    lenses = {lens.alias: lens for lens in Lens.objects.filter(alias__in=LARGE_LENSES)}
    workload = create_workload(actor=actor, properties=_PLATFORM, tags=_PLATFORM_TAGS)
    reviews = start_reviews(
        actor=actor,
        workload_id=workload.pk,
        lens_ids=[lenses[alias].pk for alias in LARGE_LENSES],
    )
    for review in reviews:
        _answer(actor, review, _plausible_answers(review.lens_version.definition, _AT_FIRST))
    save_milestone(actor=actor, workload_id=workload.pk, name="First review")
    for review in reviews:
        definition = review.lens_version.definition
        before = _plausible_answers(definition, _AT_FIRST)
        now = _plausible_answers(definition, _NOW)
        _answer(actor, review, {key: now[key] for key in now if now[key] != before.get(key)})
    _plan(actor, reviews[0])


def _plan(actor: Actor, review: LensReview) -> None:
    """Give the first items to the owner, each with a day, and ask to accept one risk."""
    refresh_plan_of_review(review_id=review.pk)
    left = ImprovementItem.objects.filter(review=review, closed_at=None)
    first = list(left.order_by("rank", "pk"))
    for number, item in enumerate(first[:_PLANNED], start=1):
        changes: dict[str, Any] = {
            "owner_id": actor.user_id,
            "due": timezone.localdate() + timedelta(days=14 * number - 20),
            "status": "in_progress" if number == 1 else "open",
        }
        edit_item(actor=actor, item_id=item.pk, expected_revision=item.revision, changes=changes)
    planned = {item.question_id for item in first[:_PLANNED]}
    other = next(item for item in first if item.question_id not in planned)
    request_acceptance(
        # Somebody else's, so that the owner can decide on it.
        actor=replace(actor, user_id=None, name=_PLATFORM.review_owner),
        review_id=review.pk,
        question_id=other.question_id,
        reason="The part that this is about is replaced in spring; until then few use it.",
        conditions="Nothing new is built on it.",
        until=timezone.localdate() + timedelta(days=90),
    )


def _plausible_answers(definition: LensDefinition, share: int) -> dict[str, tuple[str, ...]]:
    """Return the practices that a team follows: always the same, more of them for a larger share.

    A tenth of the questions stays open.
    """
    return {
        question.id: tuple(
            choice.id
            for choice in question.choices
            if not choice.is_none_of_these and _draw(choice.id) < share
        )
        or (question.choices[-1].id,)
        for question in definition.questions
        if _draw(question.id) >= _OPEN
    }


def _draw(identifier: str) -> int:
    """Return a number below 100 that is as good as drawn, and always the same."""
    return zlib.crc32(identifier.encode()) % 100


def _answer(actor: Actor, review: LensReview, answers: dict[str, tuple[str, ...]]) -> None:
    for question_id, selected in answers.items():
        answer = review.answers.filter(question_id=question_id).first()
        answer_question(
            actor=actor,
            review_id=review.pk,
            question_id=question_id,
            state=AnswerState(selected=frozenset(selected)),
            expected_revision=answer.revision if answer else 0,
        )

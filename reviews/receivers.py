"""What reviews do when something happens to lenses, workloads, and rows that others count."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver

from lenses.signals import version_published
from reviews.models import Assignment, Evidence, LensReview, Milestone, Report
from reviews.services.summaries import forget_review, recount_workload
from reviews.services.trend import count_milestone, forget_milestones
from reviews.tasks import apply_built_in_version, apply_minor_version
from tenants.models import Membership
from tenants.tasks import enqueue, enqueue_unbound
from workloads.models import Workload


@receiver(version_published, dispatch_uid="apply_minor_versions")
def apply_minor_versions(*, version_id: UUID, organization_id: UUID | None, **_signal: Any) -> None:
    """Have Celery apply a minor version; the task finds that a major one is none of its business.

    A message that gets lost is sent again by the sweep (reviews/tasks.py).
    """
    if organization_id is None:
        enqueue_unbound(apply_built_in_version, version_id=str(version_id))
    else:
        enqueue(apply_minor_version, organization_id=organization_id, version_id=str(version_id))


@receiver(post_delete, sender=Evidence, dispatch_uid="remove_files_of_evidence")
@receiver(post_delete, sender=Report, dispatch_uid="remove_files_of_reports")
def remove_file(*, instance: Evidence | Report, **_signal: Any) -> None:
    """Remove the file of a row once its deletion is committed, whatever the row was deleted with.

    Robust: what is deleted is deleted; the sweep finds a file that the storage did not give up.
    """
    if instance.file.name:
        remove = partial(instance.file.storage.delete, instance.file.name)
        transaction.on_commit(remove, robust=True)


@receiver(post_delete, sender=Membership, dispatch_uid="release_assignments")
def release_assignments(*, instance: Membership, **_signal: Any) -> None:
    """Let go of what somebody was to answer when they leave: the questions are free again."""
    Assignment.objects.filter(assignee=instance.user_id).delete()


@receiver(pre_delete, sender=LensReview, dispatch_uid="forget_review")
def forget_deleted_review(*, instance: LensReview, **_signal: Any) -> None:
    """Take a review out of the figures over many, whatever it is deleted with."""
    forget_review(instance)


@receiver(post_delete, sender=LensReview, dispatch_uid="recount_workload")
def recount_workload_of_review(*, instance: LensReview, **_signal: Any) -> None:
    """Sum up the workload without the review."""
    recount_workload(instance.workload_id)


@receiver(post_save, sender=Milestone, dispatch_uid="count_milestone")
def count_saved_milestone(*, instance: Milestone, created: bool, **_signal: Any) -> None:
    """Put a milestone into the trend over all workloads."""
    if created:
        count_milestone(instance)


@receiver(pre_delete, sender=Workload, dispatch_uid="forget_milestones")
def forget_milestones_of_workload(*, instance: Workload, **_signal: Any) -> None:
    """Take a workload's milestones out of the trend."""
    forget_milestones(instance.pk)

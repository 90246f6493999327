"""What workloads do when somebody leaves."""

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from tenants.models import Membership
from workloads.models import SavedView


@receiver(post_delete, sender=Membership, dispatch_uid="forget_views")
def forget_views(*, instance: Membership, **_signal: Any) -> None:
    """Delete the views that only they saw; those that they shared go on without an owner."""
    views = SavedView.objects.filter(owner=instance.user_id)
    views.filter(is_shared=False).delete()
    views.update(owner=None)

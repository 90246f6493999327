"""The table behind the database broker (`common.broker`)."""

from django.db import models


class QueuedMessage(models.Model):
    """One task message, from the moment it is enqueued until a worker acknowledges it.

    The row belongs to no organisation: a message carries only ids, and the task binds the
    organisation itself before it reads anything.
    """

    queue = models.CharField(max_length=200)
    payload = models.TextField()
    queued_at = models.DateTimeField()
    # No worker may take the message before this moment: the countdown of a delayed task,
    # or the end of a worker's claim.
    visible_at = models.DateTimeField()
    # How often the message was handed to a worker. It is also the ticket of a claim: whoever
    # raises it first has the message.
    deliveries = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["queue", "visible_at", "id"], name="queued_message_next")]

    def __str__(self) -> str:
        return f"{self.queue} {self.pk}"

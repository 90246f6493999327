"""What people say to one another about a question, and who is to answer it."""

from django.conf import settings
from django.db import models

from common.clock import now
from reviews.models.answers import LensReview
from tenants.constraints import tenant_constraints
from tenants.models import TenantModel


class Comment(TenantModel):
    """One comment on a question: the first of a thread, or a reply to one."""

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="comments")
    question_id = models.CharField(max_length=128)
    # The first comment of the thread; None: this is it.
    thread = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="replies")
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_name = models.CharField(max_length=254, blank=True)
    # Ids of the members whom the text mentions.
    mentions = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(default=now, editable=False)
    edited_at = models.DateTimeField(null=True)
    # A deleted comment keeps its place in the thread, without its text.
    deleted_at = models.DateTimeField(null=True)
    # Of a thread's first comment: whoever settled it, and when.
    resolved_at = models.DateTimeField(null=True)
    resolved_by_name = models.CharField(max_length=254, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [*tenant_constraints(review="reviews.LensReview", thread="reviews.Comment")]
        indexes = [
            models.Index(
                fields=["organization", "review", "question_id", "at"], name="reviews_comment_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.author_name} on {self.question_id}"


class CommentsRead(TenantModel):
    """Up to when somebody has read the comments on a question."""

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="+")
    question_id = models.CharField(max_length=128)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(review="reviews.LensReview"),
            models.UniqueConstraint(
                fields=["organization", "review", "user", "question_id"],
                name="reviews_commentsread_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.question_id}"


class Assignment(TenantModel):
    """Who is to answer a question, and by when."""

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="assignments")
    question_id = models.CharField(max_length=128)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    due = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=now)
    by_name = models.CharField(max_length=254, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(review="reviews.LensReview"),
            models.UniqueConstraint(
                fields=["organization", "review", "question_id"], name="reviews_assignment_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "assignee", "due"], name="reviews_assignment_of_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.assignee_id}"

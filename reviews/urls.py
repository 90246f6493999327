from django.urls import path

from reviews.views import (
    assignments,
    beside,
    comparing,
    conversation,
    events,
    evidence,
    exchange,
    history,
    lenses,
    milestones,
    navigating,
    notes,
    printing,
    restoring,
    review,
    upgrades,
)

_QUESTION = "review/<uuid:review_id>/<str:question_id>"
_COMMENT = f"{_QUESTION}/comments/<uuid:comment_id>"

urlpatterns = [
    path("review/", review.start, name="review"),
    path("review/marks/", navigating.marks, name="review-marks"),
    path("review/<uuid:review_id>/", review.resume, name="review-lens"),
    path("questions/<uuid:review_id>/", navigating.questions, name="review-questions"),
    path("review/<uuid:review_id>/<str:question_id>/", review.question, name="question"),
    path("review/<uuid:review_id>/<str:question_id>/beside/", beside.beside, name="beside"),
    path("review/<uuid:review_id>/<str:question_id>/since/", beside.since, name="question-since"),
    path(f"{_QUESTION}/comments/", conversation.comments, name="comments"),
    path(f"{_QUESTION}/comments/read/", conversation.comments_read, name="comments-read"),
    path(f"{_COMMENT}/", conversation.comment, name="comment"),
    path(f"{_COMMENT}/edit/", conversation.comment_edit, name="comment-edit"),
    path(f"{_COMMENT}/delete/", conversation.comment_delete, name="comment-delete"),
    path(f"{_COMMENT}/resolve/", conversation.comment_resolve, name="comment-resolve"),
    path(f"{_QUESTION}/assignment/", assignments.assignment, name="assignment"),
    path(
        f"{_QUESTION}/assignment/remove/", assignments.assignment_remove, name="assignment-remove"
    ),
    path(
        "review/<uuid:review_id>/<str:question_id>/evidence/",
        evidence.question_evidence,
        name="question-evidence",
    ),
    path(f"{_QUESTION}/history/", history.history, name="question-history"),
    path(f"{_QUESTION}/history/undo/", history.undo, name="question-history-undo"),
    path(f"{_QUESTION}/history/restore/", history.restore, name="question-history-restore"),
    path("evidence/", evidence.evidence_list, name="evidence"),
    path("evidence/<uuid:evidence_id>/", evidence.evidence_file, name="evidence-file"),
    path("evidence/<uuid:evidence_id>/edit/", evidence.edit, name="evidence-edit"),
    path("evidence/<uuid:evidence_id>/remove/", evidence.remove, name="evidence-remove"),
    path("answers/import/", exchange.answers_upload, name="answers-import"),
    path(
        "answers/import/<uuid:import_id>/",
        exchange.answers_preview,
        name="answers-import-preview",
    ),
    path("events/", events.events, name="workload-events"),
    path("presence/", events.moved, name="workload-presence"),
    path("notes/preview/", notes.preview, name="notes-preview"),
    path("notes/<uuid:review_id>/", notes.review_notes, name="review-notes"),
    path("notes/<uuid:review_id>/<str:pillar_id>/", notes.review_notes, name="pillar-notes"),
    path("print/<uuid:review_id>/", printing.paper, name="review-print"),
    path("lenses/", lenses.choose, name="workload-lenses"),
    path("lenses/<uuid:review_id>/remove/", lenses.remove, name="workload-lens-remove"),
    path("activity/restore/", restoring.restore, name="workload-restore"),
    path("versions/<uuid:review_id>/", upgrades.upgrade, name="review-upgrade"),
    path("upgrades/<uuid:upgrade_id>/", upgrades.upgraded, name="review-upgraded"),
    path("upgrades/<uuid:upgrade_id>/undo/", upgrades.undo, name="review-upgrade-undo"),
    path("upgrades/<uuid:upgrade_id>/dismiss/", upgrades.dismiss, name="review-upgrade-dismiss"),
    path("milestones/", milestones.milestone_list, name="milestones"),
    path("milestones/compare/", comparing.compare, name="milestone-compare"),
    path("milestones/compare/csv/", comparing.compare_csv, name="milestone-compare-csv"),
    path("compare/", comparing.choose_workload, name="workload-compare"),
    path("compare/<uuid:other_id>/", comparing.compare_workloads, name="workload-compare-with"),
    path(
        "compare/<uuid:other_id>/csv/", comparing.compare_workloads_csv, name="workload-compare-csv"
    ),
    path("milestones/<int:number>/", milestones.milestone, name="milestone"),
]

"""Reviews: answers and their history, milestones, comments and assignments, evidence, reports."""

from reviews.models.answers import Answer, AnswerChange, LensReview, ReviewSummary
from reviews.models.conversation import Assignment, Comment, CommentsRead
from reviews.models.evidence import Evidence
from reviews.models.exchange import PendingImport
from reviews.models.milestones import Milestone, ReviewUpgrade
from reviews.models.reports import Report
from reviews.models.rollups import CommonRisk, TrendDay, WorkloadSummary

__all__ = [
    "Answer",
    "AnswerChange",
    "Assignment",
    "Comment",
    "CommentsRead",
    "CommonRisk",
    "Evidence",
    "LensReview",
    "Milestone",
    "PendingImport",
    "Report",
    "ReviewSummary",
    "ReviewUpgrade",
    "TrendDay",
    "WorkloadSummary",
]

from django.urls import path

from reviews.views import exchange, reports
from reviews.views.conversation import people
from web.views import (
    activity,
    health,
    jobs,
    my_questions,
    organizations,
    palette,
    portfolio,
    publishing,
    workloads,
)

urlpatterns = [
    path("", organizations.home, name="home"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("organizations/new/", organizations.new_organization, name="organization-new"),
    path("o/<slug:slug>/", portfolio.portfolio, name="portfolio"),
    path("o/<slug:slug>/portfolio/filter/", portfolio.filter_form, name="portfolio-filter"),
    path("o/<slug:slug>/portfolio/views/", portfolio.view_list, name="saved-views"),
    path(
        "o/<slug:slug>/portfolio/views/<uuid:view_id>/delete/",
        portfolio.view_delete,
        name="saved-view-delete",
    ),
    path("o/<slug:slug>/portfolio/risks/", portfolio.common_risks, name="common-risks"),
    path(
        "o/<slug:slug>/portfolio/risks/<uuid:lens_id>/<str:question_id>/",
        portfolio.common_risk,
        name="common-risk",
    ),
    path("o/<slug:slug>/workloads/", workloads.workload_list, name="workloads"),
    path("o/<slug:slug>/workloads/new/", workloads.new, name="workload-new"),
    path("o/<slug:slug>/workloads/import/", exchange.workload_upload, name="workload-import"),
    path(
        "o/<slug:slug>/workloads/import/<uuid:upload_id>/",
        exchange.workload_preview,
        name="workload-import-preview",
    ),
    path("o/<slug:slug>/workloads/<uuid:workload_id>/", workloads.overview, name="workload"),
    path("o/<slug:slug>/palette/", palette.palette, name="palette"),
    path("o/<slug:slug>/search/", palette.search, name="search"),
    path("o/<slug:slug>/questions/", my_questions.my_questions, name="my-questions"),
    path("o/<slug:slug>/people/", people, name="people"),
    path(
        "o/<slug:slug>/workloads/<uuid:workload_id>/activity/",
        activity.activity,
        name="workload-activity",
    ),
    path("o/<slug:slug>/jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("o/<slug:slug>/reports/", reports.report_list, name="reports"),
    path("o/<slug:slug>/reports/<uuid:report_id>/file/", reports.report_file, name="report-file"),
    path(
        "o/<slug:slug>/reports/<uuid:report_id>/delete/",
        reports.report_delete,
        name="report-delete",
    ),
    path("o/<slug:slug>/lenses/<uuid:lens_id>/publish/", publishing.publish, name="lens-publish"),
    path("o/<slug:slug>/lenses/<uuid:lens_id>/impact/", publishing.impact, name="lens-impact"),
    path("o/<slug:slug>/settings/", organizations.settings, name="settings"),
    path("o/<slug:slug>/settings/members/", organizations.member_list, name="members"),
    path(
        "o/<slug:slug>/settings/members/<uuid:membership_id>/role/",
        organizations.member_role,
        name="member-role",
    ),
    path(
        "o/<slug:slug>/settings/members/<uuid:membership_id>/remove/",
        organizations.member_remove,
        name="member-remove",
    ),
]

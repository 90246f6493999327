"""All addresses. Everything of an organisation stands under ``/o/<slug>/``."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("web.urls")),
    path("o/<slug:slug>/lenses/", include("lenses.urls")),
    path("o/<slug:slug>/plan/", include("improvement.organization_urls")),
    path("o/<slug:slug>/workloads/<uuid:workload_id>/", include("workloads.urls")),
    path("o/<slug:slug>/workloads/<uuid:workload_id>/", include("reviews.urls")),
    path("o/<slug:slug>/workloads/<uuid:workload_id>/", include("improvement.urls")),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.permission_denied"
handler404 = "web.errors.page_not_found"
handler500 = "web.errors.server_error"

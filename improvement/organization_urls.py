from django.urls import path

from improvement.views import burn_down, exports, items, next_best, plan

urlpatterns = [
    path("", plan.organization_plan, name="organization-plan"),
    path("edit/", items.edit_several_of_all, name="organization-plan-edit"),
    path("next/", next_best.of_organization, name="organization-plan-next"),
    path("burn-down/", burn_down.of_organization, name="organization-plan-burn-down"),
    path("export/<str:extension>/", exports.of_organization, name="organization-plan-export"),
]

from django.urls import path

from improvement.views import (
    acceptances,
    burn_down,
    exports,
    items,
    next_best,
    plan,
    scenarios,
    what_if,
)

urlpatterns = [
    path("plan/", plan.plan, name="plan"),
    path("plan/edit/", items.edit_several, name="plan-edit"),
    path("plan/status/", items.status, name="plan-status"),
    path("plan/items/<uuid:item_id>/", items.item, name="plan-item"),
    path("plan/items/<uuid:item_id>/follow/", items.follow, name="plan-item-follow"),
    path("plan/accepted/", acceptances.of_workload, name="acceptances"),
    path(
        "plan/accepted/<uuid:acceptance_id>/decide/", acceptances.decide, name="acceptance-decide"
    ),
    path(
        "plan/accepted/<uuid:acceptance_id>/withdraw/",
        acceptances.withdraw,
        name="acceptance-withdraw",
    ),
    path(
        "review/<uuid:review_id>/<str:question_id>/accepted/",
        acceptances.of_question,
        name="question-acceptance",
    ),
    path("plan/next/", next_best.of_workload, name="plan-next"),
    path("plan/what-if/", what_if.what_if_page, name="plan-what-if"),
    path("plan/scenarios/", scenarios.scenario_list, name="scenarios"),
    path("plan/scenarios/compare/", scenarios.compare_two, name="scenarios-compare"),
    path("plan/scenarios/<uuid:scenario_id>/", scenarios.scenario, name="scenario"),
    path("plan/scenarios/<uuid:scenario_id>/delete/", scenarios.delete, name="scenario-delete"),
    path("plan/scenarios/<uuid:scenario_id>/dates/", scenarios.dates, name="scenario-dates"),
    path("plan/burn-down/", burn_down.of_workload, name="plan-burn-down"),
    path("plan/export/<str:extension>/", exports.of_workload, name="plan-export"),
]

from django.urls import path

from workloads import views

urlpatterns = [
    path("edit/", views.edit, name="workload-edit"),
    path("delete/", views.delete, name="workload-delete"),
]

from django.urls import path

from lenses import document_views, version_views, views
from lenses.studio import new_views as studio_new
from lenses.studio import views as studio

urlpatterns = [
    path("", views.catalogue, name="lenses"),
    path("import/", views.import_lens, name="lens-import"),
    path("<uuid:lens_id>/", views.lens, name="lens"),
    path("<uuid:lens_id>/versions/<uuid:version_id>/", views.version, name="lens-version"),
    path(
        "<uuid:lens_id>/versions/<uuid:version_id>/findings/",
        document_views.findings,
        name="lens-findings",
    ),
    path(
        "<uuid:lens_id>/versions/<uuid:version_id>/export/",
        document_views.export,
        name="lens-export",
    ),
    path("<uuid:lens_id>/diff/", version_views.compare, name="lens-diff"),
    path("<uuid:lens_id>/deprecate/", version_views.deprecate, name="lens-deprecate"),
    path("<uuid:lens_id>/delete/", version_views.delete, name="lens-delete"),
    path("<uuid:lens_id>/draft/discard/", views.discard, name="lens-draft-discard"),
    path("new/", studio_new.new, name="lens-new"),
    path("<uuid:lens_id>/versions/<uuid:version_id>/copy/", studio_new.copy, name="lens-copy"),
    path("<uuid:lens_id>/studio/", studio.studio, name="lens-studio"),
    path("<uuid:lens_id>/studio/save/", studio.save, name="lens-studio-save"),
    path("<uuid:lens_id>/studio/history/", studio.history, name="lens-studio-history"),
    path(
        "<uuid:lens_id>/studio/pillars/<str:pillar_id>/", studio.pillar, name="lens-studio-pillar"
    ),
    path(
        "<uuid:lens_id>/studio/questions/<str:question_id>/",
        studio.question,
        name="lens-studio-question",
    ),
    path(
        "<uuid:lens_id>/studio/questions/<str:question_id>/test/",
        studio.test,
        name="lens-studio-test",
    ),
]

"""Configuration of the lowest app, which every other may import."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Helpers without a subject of their own, and the table of the database broker."""

    name = "common"
    default_auto_field = "django.db.models.BigAutoField"

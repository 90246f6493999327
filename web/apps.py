from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "web"
    verbose_name = "Pages that mix apps"

    def ready(self) -> None:
        """Make the reports on the whole organisation known."""
        from reviews.reports.kinds import register  # noqa: PLC0415 - models are loaded now
        from web.reports import ALL  # noqa: PLC0415

        register(*ALL)

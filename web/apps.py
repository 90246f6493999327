from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "web"
    verbose_name = "Pages that mix apps"

    def ready(self) -> None:
        """Make the report on the whole organisation known."""
        from reviews.reports.kinds import register  # noqa: PLC0415 - models are loaded now
        from web.reports import PORTFOLIO_PDF  # noqa: PLC0415

        register(PORTFOLIO_PDF)

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        """Listen to what lenses tell, and make the reports known."""
        from reviews import receivers  # noqa: F401, PLC0415 - importing it connects them
        from reviews.exchange.kinds import ALL  # noqa: PLC0415 - models are loaded now
        from reviews.reports.comparison import COMPARISON_PDF, WORKLOADS_PDF  # noqa: PLC0415
        from reviews.reports.kinds import register  # noqa: PLC0415

        register(COMPARISON_PDF, WORKLOADS_PDF, *ALL)

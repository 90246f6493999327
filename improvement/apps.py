from django.apps import AppConfig


class ImprovementConfig(AppConfig):
    name = "improvement"
    verbose_name = "Improvement plan"

    def ready(self) -> None:
        """Listen to reviews; give reports, exports and milestones the plan."""
        # Models are loaded now; importing the receivers connects them.
        from improvement import receivers  # noqa: F401, PLC0415
        from improvement.exchange import PLAN_CSV, plan_table  # noqa: PLC0415
        from improvement.exchange_part import PLAN, kept_plan  # noqa: PLC0415
        from improvement.reports import LENS_PDF, PLAN_PDF, WORKLOAD_PDF  # noqa: PLC0415
        from reviews import snapshot_parts  # noqa: PLC0415
        from reviews.exchange.parts import register_part  # noqa: PLC0415
        from reviews.exchange.tables import register_plan_table  # noqa: PLC0415
        from reviews.reports.kinds import register  # noqa: PLC0415

        register(WORKLOAD_PDF, PLAN_PDF, LENS_PDF, PLAN_CSV)
        register_plan_table(plan_table)
        register_part(PLAN)
        snapshot_parts.register(PLAN.name, kept_plan, template="improvement/milestone_plan.html")

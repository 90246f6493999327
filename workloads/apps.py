from django.apps import AppConfig


class WorkloadsConfig(AppConfig):
    name = "workloads"
    verbose_name = "Workloads"

    def ready(self) -> None:
        """Listen to who leaves."""
        from workloads import receivers  # noqa: F401, PLC0415 - importing it connects them

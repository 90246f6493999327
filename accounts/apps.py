from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        """Listen to who signs out."""
        from accounts import receivers  # noqa: F401, PLC0415 - importing it connects them

"""How django-allauth is bent to this product."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Opens or closes sign-up by a setting and speaks our words; else allauth's own."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "Address and password do not belong together. Look at both and try again."
        ),
        "email_taken": _("There is an account with this address already: sign in instead."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "The password was wrong too many times. Wait a few minutes, then try again."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP_OPEN)

    def clean_email(self, email: str) -> str:
        cleaned: str = super().clean_email(email)
        allowed = User._meta.get_field("email").max_length or 0
        if len(cleaned) > allowed:
            # The form's own field lets more through than the column takes.
            raise ValidationError(
                gettext("An address has at most %(allowed)d characters.") % {"allowed": allowed}
            )
        return cleaned

    def is_safe_url(self, url: Any) -> bool:
        try:
            return bool(super().is_safe_url(url))
        except ValueError:  # no address at all, as in http://[::1
            return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if not settings.SIGN_UP_OPEN:
            # Nobody is invited to a page that then sends them away.
            context = {**context, "signup_url": ""}
        super().send_mail(template_prefix, email, context)

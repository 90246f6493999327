"""The e-mail that tells of an accepted risk which comes back soon."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from improvement.models import RiskAcceptance
from tenants.models import Membership


def mail_notice(*, acceptance_id: UUID, user_id: UUID, days: int) -> bool:
    """Tell one person that an acceptance ends; say whether there was anything to tell.

    It has to be whoever asked for it or approved it, and a member still. One that is over by now,
    or gone, is told of to nobody. Raises OSError (smtplib's errors are such) when the mail server
    does not take it.
    """
    acceptance = (
        RiskAcceptance.objects.select_related("workload", "organization")
        .filter(pk=acceptance_id, state=RiskAcceptance.State.APPROVED)
        .first()
    )
    if acceptance is None or user_id not in people_to_tell(acceptance):
        return False
    member = (
        Membership.objects.select_related("user").filter(user=user_id, user__is_active=True).first()
    )
    if member is None:
        return False
    _mail(acceptance, member.user, days)
    return True


def people_to_tell(acceptance: RiskAcceptance) -> list[UUID]:
    """Return the ids of whoever asked for an acceptance and whoever approved it, if known still."""
    known = dict.fromkeys((acceptance.requested_by_id, acceptance.decided_by_id))
    return [key for key in known if key]


def _mail(acceptance: RiskAcceptance, person: User, days: int) -> None:
    # People have no language of their own yet: it is the installation's.
    with translation.override(settings.LANGUAGE_CODE):
        context = {
            "acceptance": acceptance,
            "workload": acceptance.workload,
            "organization": acceptance.organization,
            "person": person,
            "left": (acceptance.until - timezone.localdate()).days,
            "days": days,
        }
        subject = _("An accepted risk of %(workload)s comes back soon") % {
            "workload": acceptance.workload.name
        }
        text = render_to_string("improvement/acceptance_notice.txt", context)
        send_mail(" ".join(subject.split()), text, None, [person.email])

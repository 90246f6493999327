"""The e-mail that tells of an accepted risk which comes back soon."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from improvement.models import RiskAcceptance
from tenants.models import Membership


def mail_notice(*, acceptance_id: UUID, days: int) -> int:
    """Tell whoever asked for an acceptance and whoever approved it that it ends; mails sent.

    Only who is a member still is told. One that is over by now, or gone, is told of to nobody.
    Raises OSError (smtplib's errors are such) when the mail server does not take it.
    """
    acceptance = (
        RiskAcceptance.objects.select_related("workload", "organization")
        .filter(pk=acceptance_id, state=RiskAcceptance.State.APPROVED)
        .first()
    )
    if acceptance is None:
        return 0
    wanted = [key for key in (acceptance.requested_by_id, acceptance.decided_by_id) if key]
    members = Membership.objects.select_related("user").filter(
        user__in=wanted, user__is_active=True
    )
    people = [membership.user for membership in members.order_by("user__email")]
    for person in people:
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
    return len(people)

"""What the person who looks at a page may do, for templates."""

from django import template
from django.template import RequestContext

from tenants.actors import Actor
from tenants.permissions import Permission

register = template.Library()


@register.filter
def may(actor: Actor | None, permission: str) -> bool:
    """``{% if actor|may:"manage_workloads" %}``: whether the actor's role allows it."""
    return actor is not None and actor.can(Permission(permission))


@register.simple_tag(takes_context=True)
def current_actor(context: RequestContext) -> Actor | None:
    """``{% current_actor as me %}``: who looks at the page, also in an include with ``only``."""
    return getattr(getattr(context, "request", None), "actor", None)

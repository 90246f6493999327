"""Which lenses a workload can be reviewed through."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, Value, When

from lenses.models import LensVersion

# What an answer takes when people talk about it; used to say how long a review will be.
MINUTES_A_QUESTION = 2


@dataclass(frozen=True, slots=True)
class LensOption:
    """A lens that can be chosen, in its newest published version."""

    lens_id: UUID
    version_id: UUID
    name: str
    version: str
    description: str
    questions: int
    is_built_in: bool

    @property
    def minutes(self) -> int:
        """How long a first review takes, about."""
        return minutes_for(self.questions)


def minutes_for(questions: int) -> int:
    """Return how many minutes answering takes, about."""
    return MINUTES_A_QUESTION * questions


def lens_options() -> list[LensOption]:
    """Return all lenses that can be chosen: built-in ones first, then the organisation's, by name.

    A lens that was deleted, or has nothing published, is not among them. One query.
    """
    versions = (
        LensVersion.objects.filter(status=LensVersion.Status.PUBLISHED, lens__deleted_at=None)
        .select_related("lens")
        .defer("document")
        .annotate(
            is_own=Case(
                When(lens__organization=None, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
        .order_by("is_own", "lens__name", "lens", "-published_at", "-pk")
    )
    options: dict[UUID, LensOption] = {}
    for version in versions:
        options.setdefault(
            version.lens_id,
            LensOption(
                lens_id=version.lens_id,
                version_id=version.pk,
                name=version.lens.name,
                version=version.version,
                description=version.description,
                questions=version.question_count,
                is_built_in=version.lens.is_built_in,
            ),
        )
    return list(options.values())

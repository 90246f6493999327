"""What the benchmarks know of a filled installation."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filled:
    """What a filled installation holds for the benchmarks to ask for."""

    organization_id: str
    slug: str
    session_key: str
    workload_id: str
    review_id: str
    # By question id, in the lens's order: the ids of its choices without "None of these".
    questions: dict[str, list[str]]
    workloads: int

    def path(self, rest: str) -> str:
        """Return an address in the organisation."""
        return f"/o/{self.slug}/{rest}"

    def question_path(self, question_id: str) -> str:
        """Return the address of a question of the review."""
        return self.path(f"workloads/{self.workload_id}/review/{self.review_id}/{question_id}/")

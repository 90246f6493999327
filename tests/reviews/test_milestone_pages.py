"""The pages of milestones: the list, one to read, two compared."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.services import delete_lens, deprecate_version
from reviews import snapshot_parts
from reviews.merge import ChoiceDetail
from reviews.models import Evidence, LensReview, Milestone
from reviews.services.reviews import remove_lens
from tenants.models import Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import QUESTION, A, B, C, Save, flipped, saving, say, tamper
from tests.reviews.versions import next_version, rebuild
from workloads.models import Workload

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """A review of Payments, nothing answered."""
    return make_review()


@pytest.fixture
def save(cast: Cast) -> Save:
    return saving(cast)


def url(workload: Workload, rest: str = "") -> str:
    return f"/o/northwind/workloads/{workload.pk}/milestones/{rest}"


class TestSaving:
    def test_a_lead_saves_a_milestone(self, review: LensReview, client_of: ClientOf) -> None:
        lead = client_of("lead")
        page = lead.get(url(review.workload)).content.decode()
        assert "No milestones yet" in page
        assert 'id="save-milestone"' in page
        response = lead.post(url(review.workload), {"name": "Before the audit"}, follow=True)
        assert response.redirect_chain == [(url(review.workload), 302)]
        page = response.content.decode()
        assert "Before the audit" in page
        assert "Compare with now" in page

    def test_without_a_lens_the_page_leads_to_one(
        self, in_northwind: Organization, client_of: ClientOf
    ) -> None:
        workload = make_workload()
        lead = client_of("lead")
        page = lead.get(url(workload)).content.decode()
        assert "Choose a lens first" in page
        assert 'id="save-milestone"' not in page
        response = lead.post(url(workload), {"name": "2026-Q1"})
        assert response.status_code == 422
        assert "This workload has no lens yet" in response.content.decode()

    @pytest.mark.parametrize("name", ["", "ab", "x" * 101])
    def test_a_wrong_name_is_said_beside_its_field(
        self, review: LensReview, client_of: ClientOf, name: str
    ) -> None:
        response = client_of("lead").post(url(review.workload), {"name": name})
        assert response.status_code == 422
        assert 'aria-invalid="true"' in response.content.decode()

    def test_a_name_that_is_taken_is_said_beside_its_field(
        self, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        save(review)
        response = client_of("lead").post(url(review.workload), {"name": "2026-q1"})
        assert response.status_code == 422
        page = response.content.decode()
        assert "This workload has a milestone with that name." in page
        assert 'value="2026-q1"' in page

    def test_the_limit_is_named_on_the_page(
        self, cast: Cast, review: LensReview, client_of: ClientOf
    ) -> None:
        cast.northwind.limits = {"milestones_per_workload": 0}
        cast.northwind.save(update_fields=["limits"])
        response = client_of("lead").post(url(review.workload), {"name": "2026-Q1"})
        assert response.status_code == 422
        assert "standard" in response.content.decode()

    @pytest.mark.parametrize("role", ["contributor", "viewer"])
    def test_others_read_and_may_not_save(
        self, review: LensReview, save: Save, client_of: ClientOf, role: str
    ) -> None:
        save(review)
        client = client_of(role)
        for page in ("", "1/", "compare/", "compare/?from=1&to=now"):
            assert client.get(url(review.workload, page)).status_code == 200
        assert 'id="save-milestone"' not in client.get(url(review.workload)).content.decode()
        assert client.post(url(review.workload), {"name": "Theirs"}).status_code == 403
        assert Milestone.objects.count() == 1


class TestAddresses:
    @pytest.mark.parametrize("person", ["stranger", "outsider"])
    def test_people_of_elsewhere_find_nothing(
        self, review: LensReview, save: Save, client_of: ClientOf, person: str
    ) -> None:
        save(review)
        client = client_of(person)
        for page in ("", "1/", "compare/?from=1&to=now"):
            assert client.get(url(review.workload, page)).status_code == 404
            through_their_own = url(review.workload, page).replace("northwind", "southridge")
            assert client.get(through_their_own).status_code == 404
        assert client.post(url(review.workload), {"name": "Theirs"}).status_code == 404

    @pytest.mark.parametrize("page", ["1/", "compare/"])
    def test_a_milestone_is_only_read(
        self, review: LensReview, client_of: ClientOf, page: str
    ) -> None:
        lead = client_of("lead")
        for method in (lead.post, lead.put, lead.patch, lead.delete):
            assert method(url(review.workload, page)).status_code == 405

    @pytest.mark.parametrize(
        "page", ["2/", "99999999999999999999/", "compare/?from=2&to=now", "compare/?from=1&to=99"]
    )
    def test_a_milestone_that_is_not_there_is_not_found(
        self, review: LensReview, save: Save, client_of: ClientOf, page: str
    ) -> None:
        save(review)
        assert client_of("viewer").get(url(review.workload, page)).status_code == 404

    def test_a_milestone_of_another_workload_is_not_found(
        self, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        save(review)
        other = make_workload("Ledger")
        assert client_of("viewer").get(url(other, "1/")).status_code == 404

    @pytest.mark.parametrize("value", ["yesterday", "", "-1", "1.5", "²", "<b>", "9" * 30])
    def test_a_moment_that_is_none_is_an_error_in_words(
        self, review: LensReview, save: Save, client_of: ClientOf, value: str
    ) -> None:
        save(review)
        response = client_of("viewer").get(
            url(review.workload, "compare/"), {"from": value, "to": "now"}
        )
        assert response.status_code == 422
        page = response.content.decode()
        assert 'role="alert"' in page
        assert "<b>" not in page


class TestReading:
    def test_a_milestone_shows_titles_ticks_and_notes_as_they_were(
        self, cast: Cast, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        excluded = {B: ChoiceDetail(not_applicable=True, reason="OUT_OF_SCOPE", notes="No part.")}
        say(cast, review, A, details=excluded, notes="Since **May**.<script>")
        save(review)
        say(cast, review, C, notes="Since June.")
        page = client_of("viewer").get(url(review.workload, "1/")).content.decode()
        assert "How do you care for part 1?" in page
        assert "Practice 1 of part 1" in page
        assert "Practice 3 of part 1" not in page.split("milestone-plan")[0]
        assert "<strong>May</strong>" in page
        assert "Out of scope" in page
        assert "version 1.0" in page
        assert "June" not in page
        assert "<script>" not in page.split("<main")[1]

    @pytest.mark.parametrize("fate", ["upgraded", "deprecated", "deleted", "removed"])
    def test_a_milestone_opens_whatever_became_of_its_lens(
        self, cast: Cast, review: LensReview, save: Save, client_of: ClientOf, fate: str
    ) -> None:
        say(cast, review, A, notes="Since May.")
        save(review)
        admin = cast.actor("admin")
        if fate == "upgraded":
            newer = next_version(review.lens_version, rebuild, kind="major", version="2.0")
            LensReview.objects.filter(pk=review.pk).update(lens_version=newer)
        elif fate == "deprecated":
            deprecate_version(actor=admin, lens_id=review.lens_id)
        elif fate == "deleted":
            delete_lens(actor=admin, lens_id=review.lens_id, name=review.lens.name)
        else:
            remove_lens(actor=admin, workload_id=review.workload_id, review_id=review.pk)
            delete_lens(actor=admin, lens_id=review.lens_id, name=review.lens.name)
        response = client_of("viewer").get(url(review.workload, "1/"))
        assert response.status_code == 200
        page = response.content.decode()
        assert "version 1.0" in page
        assert "How do you care for part 1?" in page
        assert "Practice 1 of part 1" in page
        assert "Since May." in page

    def test_a_milestone_shows_its_note_its_evidence_and_what_other_apps_keep(
        self,
        review: LensReview,
        client_of: ClientOf,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(snapshot_parts, "_PARTS", {})
        snapshot_parts.register(
            "plan", lambda _id: "*planned*", template="reviews/compare_legend.html"
        )
        practice = {"review": review, "question_id": QUESTION, "choice_id": B}
        Evidence.objects.create(**practice, kind="link", title="Kept", url="https://example.com/a")
        Evidence.objects.create(**practice, kind="file", title="Gone", filename="gone.pdf")
        lead = client_of("lead")
        form = {"name": "2026-Q1", "note": "Before the **audit**."}
        assert lead.post(url(review.workload), form).status_code == 302
        Evidence.objects.filter(title="Gone").delete()
        page = lead.get(url(review.workload, "1/")).content.decode()
        assert "Before the <strong>audit</strong>." in page
        assert 'href="https://example.com/a"' in page
        assert "gone.pdf" in page
        assert "removed since" in page
        assert "compare-legend" in page
        assert "Before the audit." in lead.get(url(review.workload)).content.decode()

    def test_a_milestone_keeps_the_name_its_workload_had(
        self, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        save(review)
        Workload.objects.filter(pk=review.workload_id).update(name="Billing")
        page = client_of("viewer").get(url(review.workload, "1/")).content.decode()
        assert "The workload was called “Payments” then." in page

    def test_a_broken_snapshot_is_an_error_in_words(
        self, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        milestone = save(review)
        tamper(milestone, snapshot=flipped(milestone))
        for page in ("1/", "compare/?from=1&to=now"):
            response = client_of("viewer").get(url(review.workload, page))
            assert response.status_code == 422
            assert "cannot be read" in response.content.decode()


class TestComparing:
    def test_the_page_says_what_became_better_and_worse_down_to_the_words(
        self, cast: Cast, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        say(cast, review, A, B, C, notes="Tested in February.")
        say(cast, review, "pillar_2_question_1_choice_3", question="pillar_2_question_1")
        save(review)
        say(cast, review, A, notes="Tested in May.")
        ticks = (f"pillar_2_question_1_choice_{n}" for n in (1, 2, 3))
        say(cast, review, *ticks, question="pillar_2_question_1")
        response = client_of("viewer").get(url(review.workload, "compare/?from=1&to=now"))
        page = response.content.decode()
        assert "High risks fell from 1 to 0. Medium risks rose from 0 to 1." in page
        assert "1 question got worse, in Keeping it running." in page
        assert "1 question improved, in Keeping it safe." in page
        assert page.index("Got worse · 1") < page.index("Improved · 1")
        assert "<del>February</del><ins>May</ins>" in page
        assert "No longer ticked:" in page
        assert f"/review/{review.pk}/{QUESTION}/" in page

    def test_the_other_way_round_says_the_opposite(
        self, cast: Cast, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        say(cast, review, C)
        save(review)
        say(cast, review, A, B, C)
        page = client_of("viewer").get(url(review.workload, "compare/?from=now&to=1"))
        assert "High risks rose from 0 to 1." in page.content.decode()

    def test_a_lens_that_was_added_is_named_as_a_whole(
        self, cast: Cast, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        save(review)
        added = make_review(review.workload)
        page = client_of("viewer").get(url(review.workload, "compare/")).content.decode()
        assert f"The lens {added.lens.name} was added." in page
        assert "Only in" not in page

    def test_notes_on_a_pillar_are_shown_word_by_word(
        self, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        save(review)
        review.pillar_notes = {"pillar_2": "Seen by the team."}
        review.save(update_fields=["pillar_notes"])
        page = client_of("viewer").get(url(review.workload, "compare/")).content.decode()
        assert "<ins>Seen by the team.</ins>" in page
        assert "Nothing differs" not in page

    def test_notes_cannot_bring_markup(
        self, cast: Cast, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        save(review)
        say(cast, review, A, notes="<img src=x>{}")
        page = client_of("viewer").get(url(review.workload, "compare/")).content.decode()
        assert "&lt;img src=x&gt;{}" in page

    def test_without_a_milestone_there_is_nothing_to_compare(
        self, review: LensReview, client_of: ClientOf
    ) -> None:
        page = client_of("viewer").get(url(review.workload, "compare/")).content.decode()
        assert "Nothing to compare with yet" in page

    def test_when_nothing_changed_the_page_says_so(
        self, review: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        save(review)
        page = client_of("viewer").get(url(review.workload, "compare/")).content.decode()
        assert "Nothing differs between the two." in page


def test_the_pages_take_the_same_queries_for_little_and_for_much(
    cast: Cast,
    review: LensReview,
    save: Save,
    client_of: ClientOf,
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    viewer = client_of("viewer")

    def counts(last: int) -> list[int]:
        pages = ("", f"{last}/", f"compare/?from=1&to={last}", "compare/?from=1&to=now")
        return [
            query_count(lambda page=page: viewer.get(url(review.workload, page)))  # type: ignore[misc]
            for page in pages
        ]

    say(cast, review, A)
    save(review, "Number 1")
    save(review, "Number 2")
    few = counts(last=2)
    for _more in range(2):
        more = make_review(review.workload)
        for question in more.lens_version.definition.questions:
            say(cast, more, question.choice_ids[0], question=question.id)
    for number in range(3, 21):
        save(review, f"Number {number}")
    assert counts(last=20) == few
    assert max(few) <= 12

"""The matrix, tried: each visitor at each address with each method; and foreign ids."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from common.ids import new_id
from tenants.context import in_organization
from tests.builders import make_review
from tests.tenancy.matrix import MATRIX, VISITORS
from tests.tenancy.places import DATA, ask, parts_of
from tests.tenancy.world import World

MADE_UP = {"question_id": "no_such_question", "pillar_id": "no_such_pillar", "number": 999}


ROUTES = sorted({name for name, _ in MATRIX})


@pytest.mark.parametrize("name", ROUTES)
def test_everybody_gets_what_the_matrix_says(world: World, name: str) -> None:
    for method in ("GET", "POST"):
        got = {
            visitor: ask(world.client(visitor), name, method, world.northwind).status_code
            for visitor in VISITORS
        }
        assert got == dict(zip(VISITORS, MATRIX[name, method], strict=True)), method


def test_no_other_method_is_answered(world: World) -> None:
    for name in ROUTES:
        for method in ("PUT", "PATCH", "DELETE"):
            status = ask(world.client("owner"), name, method, world.northwind).status_code
            assert status == 405, (name, method)


def test_who_is_signed_out_is_asked_to_sign_in_and_brought_back(world: World) -> None:
    response = ask(Client(), "plan", "GET", world.northwind)
    assert response["Location"].startswith("/accounts/login/?next=/o/northwind/workloads/")


def test_a_stranger_cannot_tell_an_organisation_that_is_there_from_one_that_is_not(
    world: World,
) -> None:
    client = world.client("stranger")
    pages = []
    for slug in ("northwind", "nowhere"):
        response = ask(client, "workloads", "GET", world.northwind, ids={"slug": slug})
        assert response.status_code == 404
        # Every page carries a token of its own.
        pages.append(re.sub(r'name="csrf-?\w*" \w+="\w+"', "", response.content.decode()))
    assert pages[0].replace("northwind", "nowhere") == pages[1]


ADDRESSED = [
    (name, method)
    for name, method in MATRIX
    if set(parts_of(name)) - {"slug", "extension"} and MATRIX[name, method][-1] != 405
]


@pytest.mark.parametrize(("name", "method"), ADDRESSED)
def test_the_id_of_another_s_or_of_nothing_is_not_found(
    bare_not_found: None, world: World, name: str, method: str
) -> None:
    owner, northwind, southridge = world.client("owner"), world.northwind, world.southridge
    assert ask(owner, name, method, northwind).status_code in (200, 204, 302)
    for part in set(parts_of(name)) - {"slug"}:
        for wrong in (southridge.ids[part], MADE_UP.get(part, new_id())):
            if wrong != northwind.ids[part]:
                status = ask(owner, name, method, northwind, ids={part: wrong}).status_code
                assert status == 404, (part, wrong)
    # All of another's ids together, under one's own organisation.
    foreign = {part: value for part, value in southridge.ids.items() if part != "slug"}
    assert ask(owner, name, method, northwind, ids=foreign).status_code == 404


OF_A_REVIEW = [
    (name, method)
    for name, method in MATRIX
    if {"workload_id", "review_id"} <= set(parts_of(name)) and MATRIX[name, method][-1] != 405
]


def test_a_review_is_found_only_under_its_own_workload(world: World) -> None:
    with in_organization(world.cast.northwind.pk):
        elsewhere = {"review_id": make_review().pk}
    for name, method in OF_A_REVIEW:
        response = ask(world.client("owner"), name, method, world.northwind, ids=elsewhere)
        assert response.status_code == 404, (name, method)


def test_a_lens_of_another_cannot_be_chosen_in_a_form(world: World) -> None:
    owner, northwind, southridge = world.client("owner"), world.northwind, world.southridge
    ids = northwind.ids
    url = reverse("workload-lenses", kwargs={key: ids[key] for key in ("slug", "workload_id")})
    response = owner.post(url, {"lenses": southridge.other_lens_id})
    assert response.status_code in (404, 422)
    data = DATA["workload-new"](northwind) | {"lenses": [southridge.other_lens_id]}
    url = reverse("workload-new", kwargs={"slug": ids["slug"]})
    assert owner.post(url, data).status_code == 422

"""Fifty people answer, edit and read at once: items never double, flicker or lose an owner."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.processes import environment
from tests.runtime.roles import two_roles
from tests.shared import ROOT
from tests.tenancy.commands import manage

pytestmark = pytest.mark.django_db


def gathered(data: Path, **variables: str) -> dict[str, object]:
    """Let them loose in an installation that is migrated."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.improvement.crowd"],
        cwd=ROOT,
        env=environment(data, **variables),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, object] = json.loads(run.stdout)
    return found


def check(found: dict[str, object]) -> None:
    assert found["failures"] == []
    assert found["items"] == found["made"] == 24
    assert found["duplicates"] == 0
    assert found["owners_kept"] == found["owned"] == 8
    assert found["left_or_wanted_only"] == []
    assert found["left"] == found["left_by_history"]


@pytest.mark.server
def test_in_an_embedded_installation(tmp_path: Path) -> None:
    manage(tmp_path, "migrate")
    check(gathered(tmp_path))


@pytest.mark.postgres
def test_on_postgresql_as_the_restricted_role(tmp_path: Path) -> None:
    with two_roles(os.environ["PLUMBLINE_TEST_POSTGRES_URL"]) as address:
        manage(tmp_path, "migrate", database_url=address("owner"))
        check(gathered(tmp_path, PLUMBLINE_DATABASE_URL=address("app")))

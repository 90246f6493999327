"""docker-compose.yml and what it refers to, checked without a Docker engine."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from config.env import Environment
from tests.runtime import commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"


@cache
def _compose() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(COMPOSE)
    return document


def _application_services() -> dict[str, dict[str, Any]]:
    services: dict[str, dict[str, Any]] = _compose()["services"]
    return {name: body for name, body in services.items() if body["image"] == "plumbline"}


def test_the_file_follows_the_compose_specification() -> None:
    checked = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            str(COMPOSE),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


def test_no_variable_has_a_default() -> None:
    used = re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE.read_text(encoding="utf-8"))

    assert used
    assert {name for name, rest in used if not rest.startswith(":?")} == set()


def test_the_example_names_every_variable_and_gives_no_value() -> None:
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8")))
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert set(example) == used
    assert set(example.values()) == {""}


def test_services_get_only_settings_that_exist() -> None:
    known = {f"PLUMBLINE_{name.upper()}" for name in Environment.model_fields}

    for body in _application_services().values():
        assert set(body["environment"]) <= known


def test_only_the_migration_connects_as_the_owner() -> None:
    roles = {
        name: re.match(r"postgresql://(\w+):", body["environment"]["PLUMBLINE_DATABASE_URL"])
        for name, body in _application_services().items()
    }

    assert {name: match and match.group(1) for name, match in roles.items()} == {
        "web": "plumbline_app",
        "worker": "plumbline_app",
        "beat": "plumbline_app",
        "migrate": "plumbline_owner",
    }


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_what_serves_waits_for_the_migration(name: str) -> None:
    conditions = _compose()["services"][name]["depends_on"]

    assert conditions["migrate"]["condition"] == "service_completed_successfully"
    assert conditions["db"]["condition"] == "service_healthy"
    assert conditions["redis"]["condition"] == "service_healthy"


def test_only_the_web_server_is_reachable_and_only_from_this_machine() -> None:
    ports = {
        name: body["ports"] for name, body in _compose()["services"].items() if "ports" in body
    }

    assert ports == {"web": ["127.0.0.1:8000:8000"]}


def test_the_containers_run_the_commands_the_tests_run() -> None:
    started = {name: body["command"] for name, body in _application_services().items()}

    assert started == {
        "web": [*commands.SERVE, "--host", "0.0.0.0", "--port", "8000"],
        "worker": [*commands.WORKER, "--concurrency", "2"],
        "beat": commands.BEAT,
        "migrate": [*commands.PREPARE, "--no-demo", "--no-static"],
    }


def test_every_mounted_and_called_file_exists() -> None:
    mounted = re.findall(r"- \./([^:]+):", COMPOSE.read_text(encoding="utf-8"))

    assert mounted
    for name in [*mounted, "deploy/healthcheck.py"]:
        assert (ROOT / name).is_file()


def test_the_image_holds_what_the_commands_need() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert {"deploy", "requirements", "config", "static", "templates"}.isdisjoint(ignored)
    assert {"tests", "data"} <= set(ignored)

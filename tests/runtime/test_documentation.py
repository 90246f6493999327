"""docs/operations.md and the settings say the same."""

import re
from pathlib import Path

from config.env import Environment

OPERATIONS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    table = OPERATIONS.read_text(encoding="utf-8").split("## Settings")[1].split("\n## ")[0]
    documented = re.findall(r"^\| `PLUMBLINE_(\w+)`", table, flags=re.MULTILINE)

    assert sorted(documented) == sorted(name.upper() for name in Environment.model_fields)


def test_every_make_target_named_exists() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    makefile = (OPERATIONS.parents[1] / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))

    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets

"""Reading the settings as a process of its own does."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.shared import ROOT


def run(data: Path, code: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run Python with the product's settings and nothing else in its environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PLUMBLINE_DATA_DIR": str(data),
        **{f"PLUMBLINE_{name}": value for name, value in variables.items()},
    }
    command = [sys.executable, *(["-c", code] if code else ["manage.py", "check"])]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def settings_of(data: Path, *names: str, **variables: str) -> dict[str, Any]:
    """Return settings as a new process has them; those that are not there are None."""
    code = (
        "import json; from django.conf import settings\n"
        f"print(json.dumps({{n: getattr(settings, n, None) for n in {names!r}}}, default=str))"
    )
    finished = run(data, code, **variables)
    assert finished.returncode == 0, finished.stderr
    values: dict[str, Any] = json.loads(finished.stdout)
    return values

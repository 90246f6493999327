"""manage.py as a process of its own, on a database of its own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.shared import ROOT


def manage(data: Path, *arguments: str, database_url: str = "") -> str:
    """Run a command with ``data`` as its directory; return what it wrote, fail where it failed."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith("PLUMBLINE_")
    }
    environment |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PLUMBLINE_DATA_DIR": str(data),
        "PLUMBLINE_DATABASE_URL": database_url,
    }
    if not database_url:
        del environment["PLUMBLINE_DATABASE_URL"]
    finished = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout

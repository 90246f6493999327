"""`make test`: the suite on PostgreSQL as the restricted role, if there is one, then on SQLite.

Arguments go to pytest. docs/operations.md, Development, describes the variables PLUMBLINE_TEST_*.
"""

import os
import subprocess
import sys

from tests.services import is_required

# What starts processes of its own does not use the database under test, and runs once.
_ONCE = "not browser and not redis and not server"


def main(arguments: list[str]) -> int:
    """Run the suite on each database there is, and return 1 when a run failed."""
    url = os.environ.get("PLUMBLINE_TEST_POSTGRES_URL")
    if not url and is_required("postgres"):
        _say("PLUMBLINE_TEST_REQUIRE names postgres, and PLUMBLINE_TEST_POSTGRES_URL is empty.")
        return 1
    postgres_failed = bool(url) and not _passes("PostgreSQL", _ONCE, arguments, url)
    sqlite_failed = not _passes("SQLite", "not postgres", arguments, None)
    if postgres_failed:
        _say("The run on PostgreSQL failed, see above.")
    return int(postgres_failed or sqlite_failed)


def _passes(name: str, marks: str, arguments: list[str], database_url: str | None) -> bool:
    environment = {
        key: value for key, value in os.environ.items() if key != "PLUMBLINE_DATABASE_URL"
    }
    if database_url:
        environment["PLUMBLINE_DATABASE_URL"] = database_url
    _say(f"The suite on {name}")
    command = [sys.executable, "-m", "pytest", "-p", "tests.services", "-n", "auto"]
    # In runs of neighbours: what a module of tests has made once is not made by each process.
    command += ["--dist", "worksteal", "--maxprocesses", "4", "-rfER", "-m", marks, *arguments]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

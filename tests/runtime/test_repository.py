"""What must be true of the files themselves."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Hosts that serve packages, images or scripts: an installation names none, it uses what the
# machine is set up for. Written in pieces, so that this file may be searched like any other.
HOSTS = [
    "pypi" + ".org",
    "python" + "hosted",
    "npm" + "js",
    "jsde" + "livr",
    "un" + "pkg.com",
    "cdn" + "js.",
    "googleapis" + ".com",
    "gstatic" + ".com",
    "deb.deb" + "ian.org",
    "archive.ubu" + "ntu.com",
    "proxy.gol" + "ang.org",
    "crates" + ".io",
]


def _tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = listed.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_host() -> None:
    pattern = re.compile("|".join(map(re.escape, HOSTS)).encode(), re.IGNORECASE)

    offenders = {
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in _tracked_files()
        if (match := pattern.search(path.read_bytes()))
    }

    assert offenders == set()


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n?", "", text, flags=re.MULTILINE))

    loose = [
        line
        for line in entries.splitlines()
        if line.strip() and not re.match(r"[\w.\[\]-]+==\S+.*--hash=sha256:[0-9a-f]{64}", line)
    ]

    assert loose == []
    assert "://" not in text


def test_the_development_requirements_hold_every_base_requirement() -> None:
    pins = {
        name: set(
            re.findall(
                r"^([\w.-]+==[^\s;]+)",
                (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8"),
                flags=re.MULTILINE,
            )
        )
        for name in ("base", "dev")
    }

    assert pins["base"] <= pins["dev"]


def test_no_source_file_is_longer_than_400_lines() -> None:
    suffixes = {".py", ".html", ".css", ".js"}

    long = {
        str(path.relative_to(ROOT)): lines
        for path in _tracked_files()
        if path.suffix in suffixes
        and "migrations" not in path.parts  # generated
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }

    assert long == {}

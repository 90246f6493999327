"""What is made of style sheets and scripts when they are collected."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.template import Context, Template
from pytest_django import Settings

from common.assets import ALL, BUNDLES
from common.static_files import lean_script, lean_sheet

SCRIPTS = sorted((settings.BASE_DIR / "static/js").rglob("*.js"))


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    """The folder that the product's static files are collected into, as for serving."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.SERVESTATIC_USE_BROTLI = False  # takes most of the time
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "common.static_files.LeanStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def linked(tag: str) -> list[str]:
    html = Template("{% " + tag + " %}").render(Context())
    return [part.split('"')[0] for part in html.split('href="')[1:]]


def test_a_bundle_is_one_file_with_all_its_sheets_each_time(collected: Path) -> None:
    for bundle, sheets in BUNDLES.items():
        [address] = linked(f'stylesheets "{bundle}"')
        text = (collected / address.removeprefix("/static/")).read_text()
        originals = [
            lean_sheet((settings.BASE_DIR / "static" / each).read_text()) for each in sheets
        ]
        assert text == "".join(originals)
    assert "/css/all." in linked("stylesheets")[0]
    before = {path: path.read_bytes() for path in collected.rglob("*.*s")}
    call_command("collectstatic", interactive=False, verbosity=0)
    assert {path: path.read_bytes() for path in collected.rglob("*.*s")} == before


def test_where_nothing_is_collected_each_sheet_is_linked() -> None:
    assert linked("stylesheets") == [f"/static/{path}" for path in BUNDLES[ALL]]


def test_an_unknown_bundle_is_an_error() -> None:
    with pytest.raises(KeyError):
        linked('stylesheets "css/none.css"')


@pytest.mark.parametrize(
    ("script", "lean"),
    [
        ("// why\nrun();\n", "run();\n"),
        (
            "/** What.\n * More. */\nfunction f() {\n  // how\n  go();\n}\n",
            "function f() {\ngo();\n}\n",
        ),
        ('const a = "// no";\n', 'const a = "// no";\n'),
        ("go(); // behind code it stays\n", "go(); // behind code it stays\n"),
        ("const rule = /\\/*x/;\n", "const rule = /\\/*x/;\n"),
    ],
)
def test_a_script_loses_comments_on_lines_of_their_own(script: str, lean: str) -> None:
    assert lean_script(script) == lean


def test_a_sheet_loses_comments_and_indentation() -> None:
    sheet = '/* a */\n.b {\n  /* c\n  d */\n  content: "/" / "";\n}\n'
    assert lean_sheet(sheet) == '.b {\ncontent: "/" / "";\n}\n'


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_text_of_a_script_goes_over_several_lines(script: Any) -> None:
    """Its indentation would be taken away with that of the code."""
    for number, line in enumerate(script.read_text().splitlines(), start=1):
        assert line.count("`") % 2 == 0, f"{script}:{number}"

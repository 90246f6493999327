"""What `collectstatic` makes of our style sheets and scripts: fewer files, and less in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from servestatic.storage import CompressedManifestStaticFilesStorage

from common.assets import BUNDLES

_COMMENT_OF_CSS: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
# Of a script only what begins a line: elsewhere it might stand in a text or an expression.
_BLOCK_OF_JS: Final = re.compile(r"^[ \t]*/\*.*?\*/[ \t]*$", re.DOTALL | re.MULTILINE)
_LINE_OF_JS: Final = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_INDENT: Final = re.compile(r"^[ \t]+", re.MULTILINE)
_EMPTY_LINES: Final = re.compile(r"\n{2,}")

_OWN: Final = ("css/", "js/")


def lean_sheet(text: str) -> str:
    """Return a style sheet without comments and indentation."""
    return _without_indents(_COMMENT_OF_CSS.sub("", text))


def lean_script(text: str) -> str:
    """Return a script without the comments that stand on lines of their own, and indentation.

    No text of the script may go over several lines: its indentation would go as well
    (tests/common/test_static_files.py looks).
    """
    return _without_indents(_LINE_OF_JS.sub("", _BLOCK_OF_JS.sub("", text)))


def _without_indents(text: str) -> str:
    return _EMPTY_LINES.sub("\n", _INDENT.sub("", text)).lstrip("\n")


class LeanStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Puts the sheets of a bundle into one file, and leaves out what only people read.

    Each file keeps a name of its own that says what is in it, as Django's storage gives it.
    """

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[Any]:
        """Process the collected files by name, each with the storage that it comes from."""
        if not options.get("dry_run"):
            paths = paths | self._lean(paths) | self._bundles(paths)
        yield from super().post_process(paths, **options)

    def _lean(self, paths: dict[str, Any]) -> dict[str, Any]:
        own = [name for name in paths if name.startswith(_OWN)]
        for name in own:
            text = _read(paths, name)
            if name.endswith(".css"):
                text = lean_sheet(text)
            elif name.endswith(".js"):
                text = lean_script(text)
            self._write(name, text)
        return {name: (self, name) for name in own}

    def _bundles(self, paths: dict[str, Any]) -> dict[str, Any]:
        for bundle, sheets in BUNDLES.items():
            self._write(bundle, "".join(lean_sheet(_read(paths, name)) for name in sheets))
        return {bundle: (self, bundle) for bundle in BUNDLES}

    def _write(self, name: str, text: str) -> None:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _read(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    return Path(storage.path(path)).read_text(encoding="utf-8")

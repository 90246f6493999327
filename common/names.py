"""When two names are one."""

import unicodedata


def name_key(name: str) -> str:
    """Return what two names have in common that are one: case, blanks and ways to write é aside."""
    # Folding, or a blank less, may leave what another pass composes.
    key = _folded(name)
    while (again := _folded(key)) != key:
        key = again
    return key


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())

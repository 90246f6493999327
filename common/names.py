"""When two names are one."""

import unicodedata


def name_key(name: str) -> str:
    """Return what two names have in common that are one: case, blanks and ways to write é aside."""
    # Folding may leave what a second pass composes.
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(unicodedata.normalize("NFKC", folded).split())

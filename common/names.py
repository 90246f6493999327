"""What names may be, and when two of them are one."""

import unicodedata

from django.utils.translation import gettext as _

from common.errors import Invalid


def checked_name(name: str, lengths: tuple[int, int]) -> str:
    """Return a name as it is kept: blanks are single, ``lengths`` (shortest, longest) are kept.

    Raises Invalid with the field ``name``.
    """
    name = " ".join(name.split())
    shortest, longest = lengths
    # In lower case a few letters become two, and the key is stored too.
    if len(name) < shortest or max(len(name), len(name_key(name))) > longest:
        problem = _("Between %(shortest)d and %(longest)d characters.")
        values = {"shortest": shortest, "longest": longest}
        raise Invalid(fields={"name": [problem % values]})
    if "\x00" in name:
        raise Invalid(fields={"name": [_("The text holds a character that cannot be stored.")]})
    return name


def name_key(name: str) -> str:
    """Return what two names have in common that are one: case, blanks and ways to write é aside."""
    # Folding, or a blank less, may leave what another pass composes.
    key = _folded(name)
    while (again := _folded(key)) != key:
        key = again
    return key


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())

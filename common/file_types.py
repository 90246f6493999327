"""What a file is, by its content alone, and a name under which it can do no harm. Pure.

Only what is on the list is recognised. What a browser says a file is and how its name ends are
never asked: the name is given the ending of what the content is.
"""

from __future__ import annotations

import codecs
import re
import struct
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file. The first of ``endings`` is given to a name that has none of them."""

    content_type: str
    endings: tuple[str, ...]


class Reason(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    MARKUP = "markup"
    PROGRAM = "program"
    MACROS = "macros"


class NotTaken(ValueError):
    """The file is not of a kind on the list."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

PDF: Final = FileType("application/pdf", ("pdf",))
PNG: Final = FileType("image/png", ("png",))
JPEG: Final = FileType("image/jpeg", ("jpg", "jpeg", "jfif"))
GIF: Final = FileType("image/gif", ("gif",))
WEBP: Final = FileType("image/webp", ("webp",))
ZIP: Final = FileType("application/zip", ("zip",))
DOCX: Final = FileType(f"{_OFFICE}wordprocessingml.document", ("docx",))
XLSX: Final = FileType(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))
PPTX: Final = FileType(f"{_OFFICE}presentationml.presentation", ("pptx",))
ODT: Final = FileType(f"{_OPEN}text", ("odt",))
ODS: Final = FileType(f"{_OPEN}spreadsheet", ("ods",))
ODP: Final = FileType(f"{_OPEN}presentation", ("odp",))
TEXT: Final = FileType(
    "text/plain",
    (
        *("txt", "log", "md", "markdown", "csv", "tsv", "json", "jsonl", "ndjson", "yaml", "yml"),
        *("toml", "ini", "cfg", "conf", "tf", "tfvars", "hcl", "rego", "sql", "diff", "patch"),
    ),
)

_IMAGES: Final = (
    (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
)
_PROGRAMS: Final = (
    *(b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe"),
    *(b"\xce\xfa\xed\xfe", b"\x00asm", b"#!", b"dex\n", b"L\x00\x00\x00\x01\x14\x02\x00"),
)
_HEAD: Final = 4096
_CHUNK: Final = 65_536

# No text holds these: all control characters but tab, line ends, form feed and escape (colours of
# a terminal's log).
_NO_TEXT: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP: Final = re.compile(r"\s*<[A-Za-z!?/]")


def recognise(file: BinaryIO) -> FileType:
    """Return what a file is; raises NotTaken. Reads it to the end at most, in chunks."""
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise NotTaken(Reason.EMPTY)
    if head.startswith(b"%PDF-"):
        return PDF
    for magic, kind in _IMAGES:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(file)
    if head.startswith(_PROGRAMS) or (head.startswith(b"MZ") and b"\x00" in head):
        raise NotTaken(Reason.PROGRAM)
    return _text(file, head)


# --- Archives: only the directory at their end is read, and no more of it than this ---------------
_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_LONGEST_COMMENT: Final = 65_535
_MOST_ENTRIES: Final = 10_000
_LARGEST_DIRECTORY: Final = 2_000_000
_PARTS: Final = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_OPEN_TYPES: Final = {kind.content_type.encode(): kind for kind in (ODT, ODS, ODP)}


def _archive(file: BinaryIO) -> FileType:
    names = _names(file)
    if any(name.rpartition("/")[2].lower() == "vbaproject.bin" for name in names):
        raise NotTaken(Reason.MACROS)
    if "[Content_Types].xml" in names:
        for folder, kind in _PARTS:
            if any(name.startswith(folder) for name in names):
                return kind
    if "mimetype" in names:
        return _open_document(file)
    return ZIP


def _names(file: BinaryIO) -> frozenset[str]:
    """Return the names in an archive; none for one whose directory is larger than it need be."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _END.size))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise NotTaken(Reason.UNKNOWN)
    _magic, _disk, _first, _here, count, length, start, _comment = _END.unpack_from(tail, place)
    if count > _MOST_ENTRIES or length > _LARGEST_DIRECTORY:
        return frozenset()
    file.seek(min(start, size))
    directory = file.read(length)
    names = []
    at = 0
    for _number in range(count):
        if at + _ENTRY.size > len(directory) or directory[at : at + 4] != b"PK\x01\x02":
            raise NotTaken(Reason.UNKNOWN)
        fields = _ENTRY.unpack_from(directory, at)
        name_length, extra_length, comment_length = fields[10:13]
        at += _ENTRY.size
        names.append(directory[at : at + name_length].decode("utf-8", "replace"))
        at += name_length + extra_length + comment_length
    return frozenset(names)


def _open_document(file: BinaryIO) -> FileType:
    # An OpenDocument begins with the entry "mimetype", stored as it is.
    file.seek(30)
    name = file.read(len(b"mimetype"))
    said = file.read(max(map(len, _OPEN_TYPES)))
    if name == b"mimetype":
        for content_type, kind in sorted(_OPEN_TYPES.items(), key=lambda item: -len(item[0])):
            if said.startswith(content_type):
                return kind
    return ZIP


# --- Texts ----------------------------------------------------------------------------------------
def _text(file: BinaryIO, head: bytes) -> FileType:
    encoding = _encoding(head)
    if encoding == "utf-8":
        encoding = _eight_bit_encoding(file)
    else:
        _require_decodable(file, encoding)
    beginning = head.decode(encoding, "ignore").lstrip("\ufeff")
    if _MARKUP.match(beginning):
        raise NotTaken(Reason.MARKUP)
    return TEXT


def _encoding(head: bytes) -> str:
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"


def _eight_bit_encoding(file: BinaryIO) -> str:
    """Return utf-8, or the older encoding of spreadsheets where it is not; raises NotTaken."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_unicode = True
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if _NO_TEXT.search(chunk):
            raise NotTaken(Reason.UNKNOWN)
        if is_unicode:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_unicode = False
    return "utf-8" if is_unicode else "windows-1252"


def _require_decodable(file: BinaryIO, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if _NO_TEXT.search(decoder.decode(chunk).encode("utf-8", "replace")):
                raise NotTaken(Reason.UNKNOWN)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise NotTaken(Reason.UNKNOWN) from None


# --- Names ----------------------------------------------------------------------------------------
LONGEST_NAME: Final = 150
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')


def plain_words(text: str) -> str:
    """Return a text in one line, without what cannot be seen or turns the direction of writing."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if sign.isspace() else sign for sign in text)
    visible = (sign for sign in text if unicodedata.category(sign)[0] != "C")
    return " ".join("".join(visible).split())


def safe_name(name: str, kind: FileType) -> str:
    """Return the name that a file is shown and saved under: no folders, and an ending that fits."""
    name = plain_words(re.split(r"[/\\]", name)[-1])
    name = _FORBIDDEN.sub("_", name).rstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if not dot or ending.lower() not in kind.endings:
        stem, ending = name, kind.endings[0]
    stem = stem.strip(". ") or "file"
    return f"{stem[: LONGEST_NAME - len(ending) - 1].rstrip('. ')}.{ending}"

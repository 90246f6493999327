"""A file is what its content says, and gets a name that can do no harm."""

import io
import struct
from contextlib import nullcontext

import pytest

from common import file_types
from common.file_types import NotTaken, Reason, plain_words, recognise, safe_name
from tests.reviews.evidence import GIF, JPEG, PDF, PNG, WEBP, archive

OFFICE = "[Content_Types].xml"
ODT = ("mimetype", b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, file_types.PDF),
        (PNG, file_types.PNG),
        (JPEG, file_types.JPEG),
        (GIF, file_types.GIF),
        (WEBP, file_types.WEBP),
        (archive("a/b.txt"), file_types.ZIP),
        (archive(), file_types.ZIP),
        (archive(OFFICE, "word/document.xml"), file_types.DOCX),
        (archive(OFFICE, "xl/workbook.xml"), file_types.XLSX),
        (archive(OFFICE, "ppt/presentation.xml"), file_types.PPTX),
        (archive("content.xml", first=ODT), file_types.ODT),
        (archive("word/document.xml"), file_types.ZIP),
        (archive("content.xml", "mimetype"), file_types.ZIP),
        (b"plain words\n", file_types.TEXT),
        ("Überblick, ünd mehr\n".encode(), file_types.TEXT),
        ("Überblick;1\n".encode("windows-1252"), file_types.TEXT),
        ("a\tb\r\n".encode("utf-16"), file_types.TEXT),
        (b'{"a": 1}', file_types.TEXT),
        (b"\x1b[31merror\x1b[0m 1 < 2\n", file_types.TEXT),
        (b"# Heading\n\n<b>bold</b> in Markdown\n", file_types.TEXT),
        (b"MZ is how this sentence begins", file_types.TEXT),
        (b"x" * 70_000 + "é".encode(), file_types.TEXT),
    ],
)
def test_what_is_on_the_list_is_recognised(content: bytes, kind: file_types.FileType) -> None:
    assert recognise(io.BytesIO(content)) is kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"<!doctype html><script>alert(1)</script>", Reason.MARKUP),
        (b"\xef\xbb\xbf \n<svg xmlns='x' onload='alert(1)'/>", Reason.MARKUP),
        (b"<?xml version='1.0'?><svg/>", Reason.MARKUP),
        (b"<!-- hidden --><html>", Reason.MARKUP),
        ("<html>".encode("utf-16"), Reason.MARKUP),
        ("﻿<html>".encode("utf-16-le"), Reason.MARKUP),
        (b"MZ\x90\x00\x03\x00", Reason.PROGRAM),
        (b"\x7fELF\x02\x01", Reason.PROGRAM),
        (b"#!/bin/sh\nrm -rf /\n", Reason.PROGRAM),
        (b"\x00asm\x01\x00\x00\x00", Reason.PROGRAM),
        (archive(OFFICE, "word/document.xml", "word/vbaProject.bin"), Reason.MACROS),
        (b"\x00\x01\x02\x03", Reason.UNKNOWN),
        (b"text and then\x00", Reason.UNKNOWN),
        (b"x" * 70_000 + b"\x00", Reason.UNKNOWN),
        (b"\xff\xfea\x00b", Reason.UNKNOWN),
        (b"PK\x03\x04 and nothing more", Reason.UNKNOWN),
        (b"PK\x05\x06", Reason.UNKNOWN),
        (b"Rar!\x1a\x07\x00", Reason.UNKNOWN),
        (b"\x1f\x8b\x08\x00", Reason.UNKNOWN),
    ],
)
def test_anything_else_is_refused_with_the_reason(content: bytes, reason: Reason) -> None:
    with pytest.raises(NotTaken) as caught:
        recognise(io.BytesIO(content))
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (GIF[:6] + b"=1;/*" + b"*/alert(1)//<script>", file_types.GIF),
        (PDF + archive("a.html"), file_types.PDF),
        (PNG + b"<script>alert(1)</script>", file_types.PNG),
        (JPEG + archive("x.class"), file_types.JPEG),
    ],
)
def test_what_is_two_things_at_once_is_what_it_begins_as(
    content: bytes, kind: file_types.FileType
) -> None:
    assert recognise(io.BytesIO(content)) is kind


def test_a_directory_that_lies_about_its_size_is_not_believed() -> None:
    whole = bytearray(archive("a", "b"))
    end = whole.rfind(b"PK\x05\x06")
    for count, length, start in ((9_999, 60, 0), (2, 2**32 - 1, 0), (2, 60, 2**32 - 1)):
        struct.pack_into("<HHLL", whole, end + 8, count, count, length, start)
        with pytest.raises(NotTaken) if length < 100 else nullcontext():
            assert recognise(io.BytesIO(bytes(whole))) is file_types.ZIP


class Watched(io.BytesIO):
    """Counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def test_of_an_archive_only_its_directory_is_read() -> None:
    file = Watched(archive("bomb", first=("zeros", b"\x00" * 5_000_000)))
    assert recognise(file) is file_types.ZIP
    assert file.taken < 200_000


TEXT, PICTURE = file_types.TEXT, file_types.PNG


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("report.pdf", file_types.PDF, "report.pdf"),
        ("Scan.JPEG", file_types.JPEG, "Scan.JPEG"),
        ("costs.csv", TEXT, "costs.csv"),
        ("page.html", TEXT, "page.html.txt"),
        ("run.bat", TEXT, "run.bat.txt"),
        ("evil.svg", PICTURE, "evil.svg.png"),
        ("app.jar", file_types.ZIP, "app.jar.zip"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\Users\\me\\shot.png", PICTURE, "shot.png"),
        ("a\r\nSet-Cookie: x=1.png", PICTURE, "a Set-Cookie_ x=1.png"),
        ("quo\"te's.png", PICTURE, "quo_te's.png"),
        ("exe.\u202egnp.png", PICTURE, "exe.gnp.png"),
        ("\u200b\u2066 .png", PICTURE, "file.png"),
        (".htaccess", TEXT, "htaccess.txt"),
        ("...", PICTURE, "file.png"),
        ("", PICTURE, "file.png"),
        ("\ud800\x00.png", PICTURE, "file.png"),
        ("日本語 ünd mehr.png", PICTURE, "日本語 ünd mehr.png"),
    ],
)
def test_a_name_loses_what_could_do_harm(name: str, kind: file_types.FileType, safe: str) -> None:
    assert safe_name(name, kind) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("x" * 5_000 + ".png", PICTURE)
    assert len(name) == file_types.LONGEST_NAME
    assert name.endswith("x.png")


def test_a_text_in_one_line_says_nothing_that_cannot_be_seen() -> None:
    assert plain_words(" a\n\tb\u202e c\x00\u200b ") == "a b c"

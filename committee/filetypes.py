"""What an uploaded file is, told by its content: never by its name, nor by what a browser says.

A check of our own: puremagic tells office files apart on Python 3.12 and newer only, filetype is
no longer kept (docs/decisions.md). Formats: ISO 32000 (PDF), ISO 15948 (PNG), ISO 10918 (JPEG),
ISO 29500 (docx, xlsx, pptx), ISO 26300 (odt, ods), MS-CFB (doc, xls).
"""

import zipfile
import zlib
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST = 20 * 1024 * 1024  # bytes
OFFICE = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"


class FileType(NamedTuple):
    label: Promise
    content_type: str


TYPES = {
    "pdf": FileType(gettext_lazy("un document PDF"), "application/pdf"),
    "png": FileType(gettext_lazy("une image PNG"), "image/png"),
    "jpg": FileType(gettext_lazy("une image JPEG"), "image/jpeg"),
    "jpeg": FileType(gettext_lazy("une image JPEG"), "image/jpeg"),
    "docx": FileType(
        gettext_lazy("un document Word (.docx)"), f"{OFFICE}.wordprocessingml.document"
    ),
    "xlsx": FileType(gettext_lazy("un classeur Excel (.xlsx)"), f"{OFFICE}.spreadsheetml.sheet"),
    "pptx": FileType(
        gettext_lazy("une présentation PowerPoint (.pptx)"),
        f"{OFFICE}.presentationml.presentation",
    ),
    "odt": FileType(gettext_lazy("un texte OpenDocument (.odt)"), f"{ODF}.text"),
    "ods": FileType(gettext_lazy("un classeur OpenDocument (.ods)"), f"{ODF}.spreadsheet"),
    "doc": FileType(gettext_lazy("un ancien document Word (.doc)"), "application/msword"),
    "xls": FileType(gettext_lazy("un ancien classeur Excel (.xls)"), "application/vnd.ms-excel"),
}
SIGNATURES = {
    b"%PDF-": ["pdf"],
    b"\x89PNG\r\n\x1a\n": ["png"],
    b"\xff\xd8\xff": ["jpg", "jpeg"],
}
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAMS = {"doc": ["WordDocument"], "xls": ["Workbook", "Book"]}
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, OSError, RuntimeError, ValueError)


def extensions_of(file):
    """The extensions that the content of `file` deserves, none when it is of no admitted type."""
    file.seek(0)
    start = file.read(8)
    for signature, extensions in SIGNATURES.items():
        if start.startswith(signature):
            return extensions
    if start.startswith(ZIP):
        return _inside_zip(file)
    if start == COMPOUND:
        return _inside_compound(file)
    return []


def check_signed_copy(file):
    """ValidationError unless `file` is a document that was signed by hand: a PDF or an image."""
    if extension_of(file.name) not in ("pdf", "png", "jpg", "jpeg"):
        raise ValidationError(_("Joignez un document PDF ou une image."), code="type")
    check_file(file)


def check_file(file):
    """ValidationError, in one sentence, unless `file` is admitted and named after what it is."""
    name = plain_name(file.name)
    if not file.size:
        raise _refusal(_("« %(name)s » est vide."), "empty", name)
    if file.size > LARGEST:
        raise _refusal(_("« %(name)s » dépasse 20 Mo."), "too_big", name)
    extensions = extensions_of(file)
    if not extensions:
        raise _refusal(
            _(
                "« %(name)s » n’est pas d’un type admis : PDF, image PNG ou JPEG, document Word,"
                " Excel, PowerPoint ou OpenDocument, sans macro ni mot de passe."
            ),
            "unknown_type",
            name,
        )
    if extension_of(name) not in extensions:
        raise _refusal(
            _(
                "« %(name)s » est en réalité %(type)s : donnez-lui un nom qui finit par"
                " .%(extension)s, ou convertissez-le."
            ),
            "wrong_name",
            name,
            type=TYPES[extensions[0]].label,
            extension=extensions[0],
        )


def extension_of(name):
    """What follows the last dot of a name, in lower case, without the dot."""
    return name.rpartition(".")[2].lower()


def plain_name(name):
    """The name alone, on one line: no folder, no control character, nothing that turns the text."""
    last = name.replace("\\", "/").rpartition("/")[2]
    words = "".join(each if each.isprintable() else " " for each in last).split()
    return " ".join(words)


def _refusal(sentence, code, name, **params):
    return ValidationError(sentence, code=code, params={"name": name[-80:], **params})


def _inside_zip(file):
    """Office files are zips that say what they are; one with macros says something else."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.NameToInfo
            if "mimetype" in names:
                told = _beginning(archive, "mimetype", 100).strip()
                ends = {TYPES[each].content_type.encode(): [each] for each in ("odt", "ods")}
                return ends.get(told, [])
            told = _beginning(archive, "[Content_Types].xml", 1024 * 1024)
            return [
                each
                for each in ("docx", "xlsx", "pptx")
                if f'"{TYPES[each].content_type}.main+xml"'.encode() in told
            ]
    except UNREADABLE:
        return []


def _beginning(archive, name, limit):
    """The first `limit` bytes of one file of a zip, however large it says that it unfolds."""
    with archive.open(name) as part:
        return part.read(limit)


def _inside_compound(file):
    """Files of before 2007 name their main stream, in two bytes a letter."""
    file.seek(0)
    content = file.read()
    return [
        extension
        for extension, names in STREAMS.items()
        if any(f"{name}\0".encode("utf-16-le") in content for name in names)
    ]

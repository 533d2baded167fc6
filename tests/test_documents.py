"""Papers of a file: what a file is by its content, what is kept, who may read it."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from committee.filetypes import LARGEST, extensions_of, plain_name
from committee.models import Document
from tests.factories import (
    TODAY,
    ApplicationFactory,
    ConventionFactory,
    PieceKindFactory,
    attached,
    submitted,
    upload,
)
from tests.refusals import refused, refused_by

PDF = b"%PDF-1.7\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"
OFFICE = "application/vnd.openxmlformats-officedocument."
WORD, SHEET, SLIDES = (
    f"{OFFICE}{kind}.main+xml"
    for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
ODF = b"application/vnd.oasis.opendocument."


def zipped(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def office(content_type):
    types = f'<Types><Override PartName="/a.xml" ContentType="{content_type}"/></Types>'
    return zipped(**{"[Content_Types].xml": types, "a.xml": "<a/>"})


def compound(*streams):
    names = "".join(f"{name}\0" for name in streams).encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names


# What a file is

ADMITTED = [
    ("kbis.pdf", PDF),
    ("KBIS.PDF", PDF),
    ("photo.png", PNG),
    ("photo.jpg", JPEG),
    ("photo.jpeg", JPEG),
    ("lettre.docx", office(WORD)),
    ("plan.xlsx", office(SHEET)),
    ("projet.pptx", office(SLIDES)),
    ("lettre.odt", zipped(mimetype=ODF + b"text")),
    ("plan.ods", zipped(mimetype=ODF + b"spreadsheet")),
    ("lettre.doc", compound("Root Entry", "WordDocument")),
    ("plan.xls", compound("Root Entry", "Workbook")),
    ("vieux.xls", compound("Root Entry", "Book")),
    ("avec tableau.doc", compound("WordDocument", "Workbook")),
    ("pdf puis zip.pdf", PDF + office(WORD)),  # a polyglot is what its first bytes say
]
REFUSED = [
    ("vide.pdf", b"", "empty"),
    ("photo.pdf", PNG, "wrong_name"),
    ("kbis.png", PDF, "wrong_name"),
    ("lettre.xlsx", office(WORD), "wrong_name"),
    ("lettre.docx", zipped(mimetype=ODF + b"text"), "wrong_name"),
    ("plan.doc", compound("Workbook"), "wrong_name"),
    ("kbis.pdf.exe", PDF, "wrong_name"),
    ("sans extension", PDF, "wrong_name"),
    ("page.pdf", b"<html><script>alert(1)</script></html>", "unknown_type"),
    ("page.pdf", b"<!-- %PDF-1.7 --><html></html>", "unknown_type"),
    ("archive.docx", zipped(**{"virus.exe": "MZ"}), "unknown_type"),
    ("archive.zip", zipped(a="a"), "unknown_type"),
    ("macro.docx", office(MACRO), "unknown_type"),
    ("dessin.odt", zipped(mimetype=ODF + b"graphics"), "unknown_type"),
    ("coupé.docx", office(WORD)[:60], "unknown_type"),
    ("décalé.docx", b"MZ" + office(WORD), "unknown_type"),
    ("protégé.docx", compound("EncryptedPackage"), "unknown_type"),
    ("dessin.svg", b"<svg onload='alert(1)'/>", "unknown_type"),
    ("programme.exe", b"MZ\x90\0", "unknown_type"),
]


@pytest.mark.parametrize(("name", "content"), ADMITTED, ids=[name for name, _ in ADMITTED])
def test_a_file_named_after_what_it_is_is_attached(name, content, db):
    document = Document.attach(ApplicationFactory(), upload(name, content))
    assert (document.original_name, document.size) == (name, len(content))
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert Path(document.file.path).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    REFUSED,
    ids=[f"{name} {len(content)}" for name, content, _ in REFUSED],
)
def test_a_file_that_is_not_what_it_says_is_refused(name, content, code, db):
    with refused(code) as caught:
        Document.attach(ApplicationFactory(), upload(name, content))
    assert name in caught.value.messages[0]
    assert not Document.objects.exists()


def test_the_refusal_says_what_the_file_is_in_reality(db):
    with refused("wrong_name") as caught:
        Document.attach(ApplicationFactory(), upload("photo.pdf", PNG))
    [sentence] = caught.value.messages
    assert "une image PNG" in sentence and "finit par .png" in sentence


def test_a_file_weighs_20_megabytes_at_most(db):
    application = ApplicationFactory()
    largest = PDF.ljust(LARGEST, b"\0")
    assert Document.attach(application, upload("long.pdf", largest)).size == LARGEST
    with refused("too_big"):
        Document.attach(application, upload("trop.pdf", largest + b"\0"))


def test_a_zip_that_unfolds_without_end_is_read_in_part_only():
    bomb = zipped(**{"[Content_Types].xml": b"\0" * 50_000_000})
    assert len(bomb) < 100_000
    assert extensions_of(upload("bombe.docx", bomb)) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\moi\\kbis.pdf", "kbis.pdf"),
        ("kbis\r\nSet-Cookie: a=b.pdf", "kbis Set-Cookie: a=b.pdf"),
        ("kbis\u202efdp.exe", "kbis fdp.exe"),
        ("  kbis   2026.pdf ", "kbis 2026.pdf"),
        ("été.pdf", "été.pdf"),
    ],
)
def test_a_name_is_one_line_without_a_folder(typed, kept):
    assert plain_name(typed) == kept


def test_a_very_long_name_keeps_its_end(db):
    document = Document.attach(ApplicationFactory(), upload("x" * 240 + ".pdf", PDF))
    assert len(document.original_name) == 200 and document.original_name.endswith("x.pdf")
    assert len(document.title) == 150


def test_a_file_is_kept_under_a_name_that_nobody_chose(db, media):
    document = attached(ApplicationFactory(), "kbis.pdf")
    assert "kbis" not in document.file.name and "." not in Path(document.file.name).name
    assert not document.file.name.startswith("/")


# What the database refuses


def write(**fields):
    application = fields.pop("application", None) or ApplicationFactory()
    given = {"title": "Kbis", "file": "a", "original_name": "a.pdf", "size": 1, "sha256": "a"}
    return Document.objects.create(application=application, **given | fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("document_size_within_the_limit", {"size": 0}),
        ("document_size_within_the_limit", {"size": LARGEST + 1}),
        ("document_struck_out_with_a_reason", {"struck_reason": "Erreur"}),
    ],
)
def test_the_database_refuses(constraint, fields, db):
    with refused_by(constraint):
        write(**fields)


def test_a_document_is_there_once(db):
    application, kind = ApplicationFactory(), PieceKindFactory()
    first = write(application=application)
    with refused_by("document_once_beside_the_pieces"):
        write(application=application)
    write(application=application, kind=kind)
    with refused_by("document_once_as_a_piece"):
        write(application=application, kind=kind)
    first.strike(reason="Erreur")
    write(application=application)


# How it leaves


def test_the_paper_of_a_draft_is_erased(db, django_capture_on_commit_callbacks):
    document = attached(ApplicationFactory())
    path = Path(document.file.path)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        document.remove()
    assert not Document.objects.exists() and not path.exists()


@pytest.mark.parametrize("adjourned", [False, True])
def test_what_a_committee_may_have_read_is_struck_out_with_a_reason(alice, adjourned, db):
    document = attached(submitted())
    if adjourned:
        document.application.adjourn(on=TODAY, reason="Manque le devis")
    with refused(field="reason"):
        document.remove(by=alice)
    document.remove(reason="Autre entreprise", by=alice)
    assert (document.struck_by, document.struck_reason) == (alice, "Autre entreprise")
    assert Path(document.file.path).exists()
    with refused("struck"):
        document.remove(reason="Encore", by=alice)


def test_a_draft_submitted_meanwhile_keeps_its_papers(db):
    document = attached(ApplicationFactory())
    seen = Document.objects.select_related("application").get()
    document.application.submit(on=TODAY)
    with refused("wrong_step"):
        seen.remove()
    assert Document.objects.exists()


# How it is read


def test_a_document_is_saved_and_never_shown_by_the_browser(client, bob, toul):
    application = submitted(convention=ConventionFactory(antenna=toul))
    document = Document.attach(application, upload("relevé d’identité.pdf", PDF))
    client.force_login(bob)
    response = client.get(document.get_absolute_url())
    assert response.getvalue() == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''relev%C3%A9")
    assert "no-store" in response["Cache-Control"]
    assert client.post(document.get_absolute_url()).status_code == 405


def test_a_stranger_never_downloads(client, toul, charlie, fred, maria):
    convention = ConventionFactory(antenna=toul)
    draft = attached(ApplicationFactory(convention=convention))
    private = attached(submitted(convention=convention), is_private=True)
    for person in (charlie, fred, maria):
        client.force_login(person)
        for document in (draft, private):
            assert client.get(document.get_absolute_url()).status_code == 404
            page = reverse("committee:document_remove", args=[document.pk])
            assert client.post(page).status_code == 404
    client.force_login(maria)
    shown = attached(private.application, "devis.pdf")
    assert client.get(shown.get_absolute_url()).status_code == 200


def test_a_file_that_was_lost_is_not_found(client, bob, toul):
    document = attached(submitted(convention=ConventionFactory(antenna=toul)))
    Path(document.file.path).unlink()
    client.force_login(bob)
    assert client.get(document.get_absolute_url()).status_code == 404

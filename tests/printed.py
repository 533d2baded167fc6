"""Reading a PDF back, as a program that reads it aloud would."""

import io

import pypdf


def read(content):
    return pypdf.PdfReader(io.BytesIO(content))


def words(content):
    """The text of a PDF on one line, every space a plain one."""
    return " ".join("".join(page.extract_text() + " " for page in read(content).pages).split())


def is_accessible(content, *, title, language="fr-FR"):
    """Says PDF/UA of itself, is tagged, and has a language and a title."""
    found = read(content)
    root = found.trailer["/Root"]
    return (
        "pdfuaid:part" in found.xmp_metadata.rdf_root.toxml()
        and bool(root["/MarkInfo"]["/Marked"])
        and "/StructTreeRoot" in root
        and root["/Lang"] == language
        and bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
        and found.metadata.title == title
    )

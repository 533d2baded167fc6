"""Papers that companies bring: small, fictitious, and true PDF and PNG files."""

import struct
import zlib

from django.core.files.base import ContentFile

from committee.models import Document, PieceKind


def require_pieces(world, rows):
    """From which day the network asks for what."""
    for row in rows:
        PieceKind.objects.update_or_create(
            name=row["name"], defaults={"required_since": world.day(row["required"])}
        )


def bring(application, kind, by):
    """The paper of this kind that the company hands over; a RIB is a picture."""
    lines = [str(kind), application.company.name, application.company.siret_display]
    extension = "png" if kind.name == "RIB" else "pdf"
    content = picture(application.pk) if extension == "png" else pdf([*lines, "Document fictif"])
    file = ContentFile(content, name=f"{kind} - {application.company}.{extension}")
    return Document.attach(application, file, kind=kind, by=by)


def bring_what_lacks(application, on, by):
    """Every piece required on the day `on` that the file has not."""
    for kind, documents in application.pieces(on):
        if not documents:
            bring(application, kind, by)


def pdf(lines):
    """One A4 page with these lines, in the letters of Latin-1 (ISO 32000-1, 7.5)."""
    escaped = [
        line.replace("’", "'").translate({ord(each): f"\\{each}" for each in "\\()"})
        for line in lines
    ]
    shown = "\n".join(f"({line}) Tj T*" for line in escaped)
    text = f"BT /F1 14 Tf 24 TL 72 770 Td\n{shown}\nET".encode("latin-1", "replace")
    font = b"/Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << " + font + b" >> >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(text), text),
    ]
    content, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    count, table = len(objects) + 1, len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % count
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    return content + (
        b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, table)
    )


def picture(number):
    """A grey 64 × 64 picture, another for each number below 65 536 (ISO 15948)."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    pixels = bytearray(b"\xe6" * 64 * 64)
    pixels[:2] = struct.pack(">H", number % 65_536)
    rows = b"".join(b"\0" + pixels[start : start + 64] for start in range(0, len(pixels), 64))
    header = struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )

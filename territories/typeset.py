"""Documents to print and to keep: PDF/UA-1, made by typst from a template and plain data.

A template of `templates/typst/` begins with `#import "house.typ": *` and `#show: house`. Its words
all come from the data, so that they are translated where every other word is.
"""

import json
import re
from unicodedata import normalize

import typst
from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language

FOLDER = settings.BASE_DIR / "templates" / "typst"
REGIONS = {"fr": "FR", "en": "GB"}

# A document that can be read aloud has no letter without a shape. Typst's own fonts draw Latin,
# Greek, Cyrillic and signs: what else people type, emoji above all, becomes an empty square.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
WITHOUT_SHAPE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u0377\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff\u1e00-\u1eff"
    "\u2000-\u2040\u2074-\u208e\u20a0-\u20c0\u2100-\u211e\u2122\u2126-\u2151\u2190-\u23ff"
    "\u2460-\u2606\u2713\u2717\ufb00-\ufb04][\u0300-\u036f]*"
)


def pdf(template, data):
    """The PDF, as bytes, of `templates/typst/<template>.typ` filled with `data`.

    `data` holds texts, numbers, lists and dicts, lazy texts included: always `title` and `made_at`
    (an aware datetime, which the document bears); if wanted `header`, `header_right`, `footer`.
    In the active language. The same data give the same bytes on every machine: fonts of the
    system are ignored.
    """
    language = get_language()[:2]
    words = {name: _plain(value) for name, value in data.items() if name != "made_at"}
    words |= {"lang": language, "region": REGIONS[language]}
    return typst.compile(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(data["made_at"].timestamp()),
        sys_inputs={"data": json.dumps(words)},
    )


def pdf_response(content, name, *, inline=False):
    """Answer with the PDF `content`, named after `name`: to be saved, or `inline` to be read."""
    response = HttpResponse(content, content_type="application/pdf")
    filename = f"{slugify(name) or 'document'}.pdf"
    response["Content-Disposition"] = content_disposition_header(not inline, filename)
    response["X-Content-Type-Options"] = "nosniff"
    add_never_cache_headers(response)
    return response


def _plain(value):
    match value:
        case dict():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case None | bool() | int() | float():
            return value
    return WITHOUT_SHAPE.sub("□", INVISIBLE.sub("", normalize("NFC", str(value))))

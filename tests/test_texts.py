"""What is shown: French as it is printed, English complete."""

import ast
import html
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
APPS = [app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]

# The names that `makemessages` looks for, and what their first arguments are.
CALLS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], ["msgid"]),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], ["msgid", "plural"]),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ["context", "msgid"]),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ["context", "msgid", "plural"]),
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
IN_TEMPLATE = re.compile(rf"\b({'|'.join(CALLS)})\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]")


def modules():
    paths = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))]
    return [path for path in paths if "migrations" not in path.parts]


def templates():
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in APPS)]
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".html", ".txt")
    ]


def calls_in_module(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CALLS:
            names = CALLS[node.func.id]
            yield names, [ast.literal_eval(argument) for argument in node.args[: len(names)]]


def calls_in_template(path):
    for name, arguments in IN_TEMPLATE.findall(templatize(path.read_text(encoding="utf-8"))):
        yield CALLS[name], ast.literal_eval(f"[{arguments}]")


@pytest.fixture(scope="module")
def texts():
    """Where each text is shown, by (context, text, plural)."""
    found = {}
    for paths, calls in ((modules(), calls_in_module), (templates(), calls_in_template)):
        for path in paths:
            for names, arguments in calls(path):
                text = dict(zip(names, arguments, strict=True))
                key = text.get("context"), text["msgid"], text.get("plural")
                found.setdefault(key, str(path.relative_to(ROOT)))
    return found


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def identity(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural or None


# What a text may be


def test_texts_are_extracted_from_code_and_templates(tmp_path):
    module, template = tmp_path / "a.py", tmp_path / "a.html"
    module.write_text('x = _("un" " deux")\nngettext("a", "b", n)\nother("no")', encoding="utf-8")
    template.write_text(
        '{% load i18n %}l\'eau {% translate "été" %}{% if x == _("un") %}'
        "{% blocktranslate trimmed count n=n %}\n  {{ n }} jour à 5 %\n"
        "{% plural %} {{ n }} jours {% endblocktranslate %}",
        encoding="utf-8",
    )
    assert list(calls_in_module(module)) == [
        (["msgid"], ["un deux"]),
        (["msgid", "plural"], ["a", "b"]),
    ]
    assert list(calls_in_template(template)) == [
        (["msgid"], ["été"]),
        (["msgid"], ["un"]),
        (["msgid", "plural"], ["%(n)s jour à 5 %%", "%(n)s jours"]),
    ]


def test_texts_are_marked_by_names_that_makemessages_knows():
    unknown = [
        f"{path.relative_to(ROOT)}: {alias.name} as {alias.asname}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in CALLS and (alias.asname or alias.name) not in CALLS
    ]
    assert not unknown, "\n".join(unknown)


# How French is printed: a no-break space (U+00A0) before high punctuation, and inside « ».

FAULTS = {
    "no-break space before ; ! ? »": r"(?<![\u00a0(!?])[;!?»]",
    "no-break space before :": r"(?<!\u00a0):(?!//|\d)",
    "no-break space before %": r"(?<![\u00a0(])(?<!^)%",
    "no-break space before €": r"(?<![\u00a0(kM])(?<!^)€",
    "no-break space after «": r"«(?!\u00a0)",
    "apostrophe ’": r"'",
    "quotes « »": r'"',
}


def faults(text):
    """What is wrong with a French text, placeholders and markup apart."""
    text = html.unescape(re.sub(r"<[^>]+>", "", PLACEHOLDER.sub("x", text).replace("%%", "%")))
    return [fault for fault, pattern in FAULTS.items() if re.search(pattern, text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Solde\u00a0: %(left)s\u00a0€, quorum\u00a0: 50\u00a0%% (%% des sièges).", 0),
        ("Dites « non\u00a0»", 1),
        ("Dites «\u00a0oui »", 1),
        ("Vraiment ?", 1),
        ("Vraiment?", 1),
        ("Vraiment\u00a0?!", 0),
        ("L'avance", 1),
        ("L’avance", 0),
        ('<a href="https://example.org">L’avance</a>', 0),
        ("montant (€), 50\u00a0M€", 0),
        ("%(amount)s €", 1),
        ("50 %%", 1),
        ("à 10:30", 0),
    ],
)
def test_the_proofreader_sees_what_is_wrong(text, number):
    assert len(faults(text)) == number


def test_french_is_printed_as_it_should_be(texts):
    wrong = [
        f"{where}: {part!r}: {', '.join(faults(part))}"
        for (_context, text, plural), where in texts.items()
        for part in (text, plural)
        if part and faults(part)
    ]
    assert not wrong, "\n".join(wrong)


# English


def test_the_english_catalogue_is_complete(catalogue, texts):
    known = {identity(entry) for entry in catalogue if entry.translated()}
    missing = [f"{where}: {text[1]!r}" for text, where in texts.items() if text not in known]
    assert not missing, "\n".join(missing)


def test_the_english_catalogue_holds_nothing_that_nobody_shows(catalogue, texts):
    unused = [entry.msgid for entry in catalogue if identity(entry) not in texts]
    assert not unused, "\n".join(unused)


def test_english_keeps_the_values_that_a_text_shows(catalogue):
    def values(*texts):
        return {value for text in texts for value in PLACEHOLDER.findall(text)}

    changed = [
        entry.msgid
        for entry in catalogue
        if values(entry.msgid, entry.msgid_plural)
        != values(entry.msgstr, *entry.msgstr_plural.values())
    ]
    assert not changed, "\n".join(changed)


def test_the_compiled_catalogue_is_fresh(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def content(entries):
        return {identity(entry): (entry.msgstr, entry.msgstr_plural) for entry in entries}

    assert content(compiled) == content(catalogue.translated_entries())

"""What keeps the house standing: layers, sizes, names, and nothing that nobody uses."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.utils import translation
from django.utils.functional import Promise

from accounts.models import User
from territories.search import SearchField

ROOT = Path(settings.BASE_DIR)
# The map of the project: an app imports only from those before it.
LAYERS = [
    "territories",
    "accounts",
    "companies",
    "conventions",
    "committee",
    "support",
    "reports",
    "alize",
]
RULES = [
    "territories/correspondence.py",
    "territories/dates.py",
    "territories/roles.py",
    "territories/scoping.py",
    "territories/search.py",
    "territories/typeset.py",
    "companies/difficulty.py",
    "companies/identifiers.py",
    "companies/sectors.py",
    "companies/size.py",
    "conventions/calls.py",
    "conventions/grant_equivalent.py",
    "conventions/money.py",
    "conventions/schedule.py",
    "committee/aid_account.py",
    "committee/de_minimis.py",
    "committee/completion.py",
    "committee/correspondence.py",
    "committee/duplicates.py",
    "committee/filetypes.py",
    "committee/findings.py",
    "committee/letters.py",
    "committee/packet.py",
    "committee/past_aid.py",
    "committee/placeholders.py",
    "committee/proposals.py",
    "committee/quorum.py",
    "committee/reading.py",
    "committee/recusal.py",
    "committee/screening.py",
    "committee/ties.py",
    "committee/windfall.py",
    "support/ageing.py",
    "support/annulment.py",
    "support/bank_cells.py",
    "support/bank_file.py",
    "support/bank_lines.py",
    "support/candidates.py",
    "support/conditions.py",
    "support/days.py",
    "support/finding.py",
    "support/grid.py",
    "support/instalments.py",
    "support/job_facts.py",
    "support/late.py",
    "support/matching.py",
    "support/reminders.py",
    "support/solicitations.py",
    "support/statements.py",
    "support/workbook.py",
    "reports/evaluation.py",
    "reports/network/france.py",
    "reports/indicators.py",
    "reports/network/picture.py",
    "reports/network/columns.py",
    "reports/network/help.py",
    "reports/network/places.py",
    "reports/network/sponsors.py",
    "reports/network/totals.py",
    "reports/origins.py",
    "reports/simulation.py",
    "reports/sponsor_days.py",
    "reports/sponsor_lines.py",
    "reports/statements.py",
]
NO_ROOM_FOR_ANYTHING = {"core", "common", "utils", "helpers", "services", "constants"}
# Templates that replace those of a package, which asks for them by itself.
OVERRIDES = ("account/", "admin/", "allauth/", "bootstrap5/", "django/", "registration/")
OVERRIDES += ("400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html")


def sources(*folders):
    """Our modules, migrations apart."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in paths if "migrations" not in path.parts]


def parse(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path):
    return str(path.relative_to(ROOT))


def templates():
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in LAYERS)]
    return {
        str(path.relative_to(folder)): path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in LAYERS]


# Layers


def imported_apps(path):
    """Names of the apps that a module imports, within its functions too."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, f"{named(path)}: imports are absolute"
            yield node.module.split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)


def test_the_map_names_every_app():
    assert {
        config.label for config in apps.get_app_configs() if Path(config.path).parent == ROOT
    } == {*LAYERS}


@pytest.mark.parametrize("app", LAYERS)
def test_an_app_imports_only_from_those_below(app):
    above = set(LAYERS[LAYERS.index(app) + 1 :])
    wrong = [
        f"{named(path)} imports {name}"
        for path in sources(app)
        for name in imported_apps(path)
        if name in above
    ]
    assert not wrong, "\n".join(wrong)


def test_a_model_points_only_to_models_below():
    wrong = [
        str(field)
        for model in our_models()
        for field in model._meta.get_fields(include_parents=False)
        if field.is_relation and not field.auto_created and field.related_model in our_models()
        if LAYERS.index(field.related_model._meta.app_label) > LAYERS.index(model._meta.app_label)
    ]
    assert not wrong, "\n".join(wrong)


# Sizes and names


def test_no_file_is_too_long():
    def ceiling(path):
        if path.suffix != ".py":
            return 150
        if "tests" in path.parts:
            return 500
        return 300 if "views" in [*path.parts, path.stem] else 400

    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines())
        for path in [
            *sources(*LAYERS, "tests"),
            *(path for path in templates().values() if path.suffix in (".html", ".txt")),
        ]
    }
    wrong = [
        f"{named(path)}: {length} lines, {ceiling(path)} at most"
        for path, length in lengths.items()
        if length > ceiling(path)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_function_is_too_long():
    functions = [
        (path, node)
        for path in sources(*LAYERS, "tests")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef)
    ]
    wrong = [
        f"{named(path)}: {node.name}, {length} lines"
        for path, node in functions
        if (length := node.end_lineno - node.lineno + 1) > 40
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_is_a_room_for_anything():
    wrong = [
        named(path)
        for path in sources(*LAYERS)
        if NO_ROOM_FOR_ANYTHING & {path.stem, *path.relative_to(ROOT).parts}
    ]
    assert not wrong, "\n".join(wrong)


def test_every_module_says_what_it_is():
    silent = [
        named(path)
        for path in sources(*LAYERS, "tests")
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(parse(path))
    ]
    assert [name for name in silent if Path(name).name != "apps.py"] == []


@pytest.mark.parametrize("rule", RULES)
def test_the_public_functions_of_a_rule_say_what_they_mean(rule):
    silent = [
        node.name
        for node in parse(ROOT / rule).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if not ast.get_docstring(node)
    ]
    assert silent == []


# Models


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_field_has_a_name_for_people(model):
    """In French, translatable, and in lower case unless it is made of initials."""
    inherited = {field.name for field in User._meta.fields} - {"email", "language"}
    fields = [
        field
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if not (isinstance(field, (models.AutoField, SearchField)))
        if not (model is User and field.name in inherited)
    ]
    titles = {field.name: field.verbose_name for field in fields}
    titles |= {"one": model._meta.verbose_name, "many": model._meta.verbose_name_plural}
    with translation.override("fr"):
        wrong = {
            name: str(title)
            for name, title in titles.items()
            if not isinstance(title, Promise)
            or not (str(title)[0].islower() or str(title).split()[0].isupper())
        }
    assert wrong == {}


def constraint_names():
    return sorted(each.name for model in our_models() for each in model._meta.constraints)


def test_every_constraint_of_the_database_is_tested():
    tests = "\n".join(path.read_text(encoding="utf-8") for path in sources("tests"))
    assert [name for name in constraint_names() if f'"{name}"' not in tests] == []


def test_the_database_knows_the_values_of_every_choice():
    def guarded(field):
        checks = [each for each in field.model._meta.constraints if hasattr(each, "condition")]
        return any(f"{field.name}__in" in str(each.condition) for each in checks)

    choices = [
        field for model in our_models() for field in model._meta.local_fields if field.choices
    ]
    assert [str(field) for field in choices if not guarded(field)] == []


# Templates


def test_every_template_is_used():
    found = templates()
    code = [path.read_text(encoding="utf-8") for path in sources(*LAYERS)]
    markup = [path.read_text(encoding="utf-8") for path in found.values() if path.suffix != ".png"]
    asked_for = set(
        re.findall(r"""["']([\w/.-]+\.(?:html|txt|xml|ics|svg))""", "\n".join(code + markup))
    )
    # A printed document is asked for by its name alone, or imported by another.
    printed = re.findall(r'pdf\(\s*"(\w+)"', "\n".join(code))
    printed += re.findall(r'#import "(\w+)\.typ"', "\n".join(code + markup))
    asked_for |= {f"typst/{name}.typ" for name in printed}
    unused = {name for name in found if not name.startswith(OVERRIDES)} - asked_for
    assert unused == set()

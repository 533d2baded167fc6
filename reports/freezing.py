"""Copies of a report that are kept: made, compared with what the data say since, sent.

Always in French: what left for funders is read by them all in the same words.
"""

import json
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from conventions.models import Convention, Pledge
from reports.display import DAYS, EUROS, written
from reports.evaluation import Evaluation, refuse_outside
from reports.indicators import LABELS
from reports.models import Delivery, FrozenReport
from reports.models.frozen import fingerprint, reference_of
from reports.paper import paper
from reports.report import Report
from territories.correspondence import answers_to, post
from territories.dates import in_figures

AT_ONCE = 20  # people to whom one page sends: more would keep it waiting too long


@transaction.atomic
def freeze(convention, at, *, by, moment=None) -> FrozenReport:
    """Keep the report of `convention` at the day `at`, made at `moment` (now): the next number.

    ValidationError: `not_signed` for a draft, `already_kept` when a copy says the very same, and
    what `refuse_outside` refuses of the day.
    """
    convention = Convention.objects.select_for_update().get(pk=convention.pk)
    if convention.status == Convention.Status.DRAFT:
        raise ValidationError(
            _("Cette convention n’est pas encore signée : son bilan ne se fige pas."),
            code="not_signed",
        )
    refuse_outside(convention, at)
    moment = moment or timezone.now()
    number = (convention.frozen_reports.aggregate(last=Max("number"))["last"] or 0) + 1
    with override("fr"):
        # Whoever receives a copy may not read the convention before: it is not compared.
        report = Report(Evaluation(convention, at), readable=())
        figures = report.as_json()
        seal = fingerprint(figures.encode())
    _refuse_the_same(convention, at, seal)
    with override("fr"):
        copy = [(_("Exemplaire"), reference_of(convention, number)), *_made(moment, by, seal)]
        pdf = paper(report, made_at=moment, copy=copy)
    frozen = FrozenReport(
        convention=convention,
        number=number,
        at=at,
        frozen_at=moment,
        created_by=by,
        figures=figures,
        figures_sha256=seal,
        pdf=pdf,
        pdf_sha256=fingerprint(pdf),
    )
    frozen.full_clean()
    frozen.save()
    return frozen


def _made(moment, by, seal):
    at = date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return [
        (_("Figé le"), _("%(at)s par %(by)s") % {"at": at, "by": by}),
        (_("Empreinte des chiffres"), seal),
    ]


def _refuse_the_same(convention, at, seal):
    same = convention.frozen_reports.unprinted().filter(at=at, figures_sha256=seal)
    if same := same.order_by("-number").first():
        told = _("L’exemplaire %(copy)s dit déjà exactement cela : un autre serait inutile.")
        raise ValidationError(told, params={"copy": same}, code="already_kept")


# What changed since


class Compared(NamedTuple):
    """A figure of a frozen copy beside what it is today, at the same date of the report."""

    theme: str
    label: str
    part: str  # whose part it is, in a table
    then: str  # as it is written
    now: str
    is_changed: bool


class Value(NamedTuple):
    theme: str
    label: str
    part: str
    unit: str
    value: object

    @property
    def written(self):
        if self.unit == "text":
            return str(self.value or "–")
        is_text = isinstance(self.value, str)
        return written(Decimal(self.value) if is_text else self.value, self.unit)


def compared(copy: FrozenReport) -> list[Compared]:
    """Every figure of the copy beside today's: those that both know of, at the copy's date.

    A part that one of them lacks counts for nothing. A figure that this program did not compute
    yet, or no longer does, is no change of the data: it is left out.
    """
    today = Report(Evaluation(copy.convention, copy.at), readable=()).as_dict()
    record = json.loads(copy.figures)
    known = _places(record) & _places(today)
    then, now = _values(record), _values(today)
    return [
        _compared(then.get(place), now.get(place))
        for place in [*then, *(place for place in now if place not in then)]
        if place[:3] in known
    ]


def _compared(then, now):
    """In the words of today, where the program still has some for it."""
    named = now or then
    nothing = named._replace(value="0.00" if named.unit in (EUROS, DAYS) else 0)
    then, now = then or nothing, now or nothing
    told = (then.written, now.written)
    return Compared(*named[:3], *told, is_changed=then.value != now.value)


def _places(record):
    """What figures a report tells of, those of a table without a line included."""
    columns = {
        ("part", table["slug"], column["key"])
        for table in record["tables"]
        for column in table["columns"]
    }
    return columns | {place[:3] for place in _values(record)}


def _values(record):
    """The figures of a report in plain data, by their place in it."""
    told, values = set(), {}
    for theme in record["themes"]:
        for figure in theme["figures"]:
            told.add(figure["key"])
            values["figure", figure["key"], ""] = Value(
                theme["title"], figure["label"], "", theme["unit"], figure["value"]
            )
    for gauge in record["gauges"]:
        values["target", gauge["label"], ""] = Value(
            _("Objectifs"), gauge["label"], "", gauge["unit"], gauge["target"]
        )
    for key in LABELS:
        value = record.get(key)
        if key in record and key not in told and not isinstance(value, dict):
            unit = "share" if isinstance(value, float) else "text"
            values["figure", key, ""] = Value(_("La convention"), str(LABELS[key]), "", unit, value)
    for table in record["tables"]:
        values |= _parts(table)
    return values


def _parts(table):
    return {
        ("part", table["slug"], column["key"], line["value"]): Value(
            table["title"], column["label"], line["label"], column["unit"], cell
        )
        for line in table["lines"]
        for column, cell in zip(table["columns"], line["cells"], strict=True)
    }


# Who receives it


class Person(NamedTuple):
    """Somebody to whom a copy may be sent."""

    name: str
    email: str


def people_of(convention) -> list[Person]:
    """Who is expected to receive its copies: its readers, then its sponsors that can be written to.

    Each address once.
    """
    readers = convention.readers.filter(is_active=True).order_by("last_name", "email")
    found = [Person(str(reader), reader.email) for reader in readers]
    pledges = Pledge.objects.filter(convention=convention).select_related("sponsor")
    for pledge in pledges.exclude(sponsor__email="").order_by("sponsor__search"):
        sponsor = pledge.sponsor
        name = f"{sponsor.contact_name} ({sponsor})" if sponsor.contact_name else str(sponsor)
        found.append(Person(name[:150], sponsor.email))
    once = {}
    for person in found:
        once.setdefault(person.email.lower(), person)
    return list(once.values())


@transaction.atomic
def deliver(copy: FrozenReport, person: Person, *, by) -> Delivery:
    """Send the copy to one person, its PDF attached, and keep that it was.

    ValidationError, `not_sent`, when the mail server does not take it: nothing is then kept.
    """
    antenna = copy.antenna
    with override("fr"):
        subject = _("%(copy)s : bilan au %(day)s") % {"copy": copy, "day": in_figures(copy.at)}
        context = {"copy": copy, "antenna": antenna, "answers_to": answers_to(antenna, by)}
        body = render_to_string("reports/email/frozen.txt", context).strip()
        delivery = Delivery(
            report=copy,
            recipient=person.name,
            email=person.email,
            sent_at=timezone.now(),
            sent_by=by,
        )
        delivery.full_clean()
        delivery.save()
        file = f"{str(copy).lower()}.pdf", bytes(copy.pdf), "application/pdf"
        post(subject, body, to=person.email, by=by, attachments=[file])
    return delivery

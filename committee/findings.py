"""What a rule finds against an application: a sentence, its facts, its source."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from conventions.models import Terms
from conventions.money import in_euros


class Level(models.TextChoices):
    INFO = "info", _("Pour information")
    WARNING = "warning", _("Attention")
    BLOCKING = "blocking", _("Contraire aux règles")


class Finding(NamedTuple):
    """What a rule found, and the waiver that lifts it, if somebody did."""

    level: Level
    message: Any  # a lazy text
    facts: dict[str, Any]  # what fills it: Decimal for euros
    source: Any
    rule: str = ""
    waiver: Any = None

    @property
    def sentence(self):
        """The finding in the reader's language."""
        return self.message % {
            name: in_euros(fact) if isinstance(fact, Decimal) else fact
            for name, fact in self.facts.items()
        }

    @property
    def blocks(self):
        return self.level == Level.BLOCKING and not self.waiver

    @property
    def evidence(self):
        """The facts as text, to be kept and compared: the same whatever the language."""
        return {name: str(fact) for name, fact in self.facts.items()}


class Case(NamedTuple):
    """An application, and what is true around it on the day it is read."""

    application: Any
    terms: Terms
    on: date  # of the request: the day it was put before the committee, once it was
    read_on: date
    in_area: bool
    room: Decimal  # euros left in the envelope
    standing: Any  # of its undertaking, as to the de minimis rule
    past: Any  # what earlier decisions gave its undertaking
    sponsors: list  # those that are the company or its group
    seats: list  # held in the committee of the antenna on the day it is read


def finding(level, case, message, **facts):
    """A finding whose source is the text of the convention in force."""
    source = _("Convention %(reference)s, %(terms)s") % {
        "reference": case.terms.convention.reference,
        "terms": str(case.terms).lower(),
    }
    return Finding(level, message, facts, source)


def blocking(case, message, **facts):
    """A finding that keeps the file from the committee until somebody lifts it."""
    return finding(Level.BLOCKING, case, message, **facts)


def frozen(findings):
    """The findings as they are kept with a decision: text and facts, whatever changes later."""
    return [
        {
            "rule": finding.rule,
            "level": str(finding.level),
            "sentence": str(finding.sentence),
            "source": str(finding.source),
            "facts": finding.evidence,
            "waived": finding.waiver.reason if finding.waiver else "",
            "waived_by": str(finding.waiver.by or "") if finding.waiver else "",
        }
        for finding in findings
    ]

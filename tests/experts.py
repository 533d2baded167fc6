"""Rows about experts to begin a test with: what they offer, when they are away, who was asked."""

import factory
from factory.django import DjangoModelFactory

from companies.models import Absence, Offer
from support.models import Solicitation
from tests.factories import ExpertFactory, SkillFactory, UserFactory, approved
from tests.numbers import TODAY, day


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = Offer

    expert = factory.SubFactory(ExpertFactory)
    skill = factory.SubFactory(SkillFactory)


class AbsenceFactory(DjangoModelFactory):
    """Away for a week around today."""

    class Meta:
        model = Absence

    expert = factory.SubFactory(ExpertFactory)
    starts_on = day(-3)
    ends_on = day(3)


class SolicitationFactory(DjangoModelFactory):
    """Asked by word of mouth a week ago, no answer yet."""

    class Meta:
        model = Solicitation

    application = factory.LazyFunction(approved)
    expert = factory.SubFactory(ExpertFactory)
    asked_on = day(-7)
    asked_by = factory.SubFactory(UserFactory)
    needed_on = TODAY


def lent(application):
    """An expert who offers a skill, is away, and was asked for this file."""
    expert = ExpertFactory(antennas=[application.antenna])
    OfferFactory(expert=expert)
    AbsenceFactory(expert=expert)
    SolicitationFactory(application=application, expert=expert)
    return expert

"""Campaigns under way: in turn, silence, an answer to check, one accepted, one to complete."""

from datetime import timedelta
from itertools import cycle

from django.conf import settings
from django.core.exceptions import ValidationError

from support.models import Campaign, Sample, Survey


def plan_campaigns(world):
    world.on(world.today - timedelta(days=20), open_campaigns, world)
    world.on(world.today - timedelta(days=6), draw_samples, world)


def open_campaigns(world):
    """Each term at which an antenna has somebody to ask; the e-mails left that day."""
    opened_on = world.today - timedelta(days=20)
    for antenna in world.antennas.values():
        by = world.coordinator_of(antenna)
        outcomes = cycle([None, leave, accept, send_back])
        for months in settings.CAMPAIGN_MONTHS if by else []:
            try:
                campaign = Campaign.open(
                    antenna,
                    months,
                    on=opened_on,
                    answer_by=opened_on + timedelta(days=30),
                    by=by,
                )
            except ValidationError:
                continue
            campaign.surveys.update(status=Survey.Status.ASKED, asked_on=opened_on)
            for survey in campaign.surveys.all():
                if then := next(outcomes):
                    answer(world, survey)
                    then(world, survey, by)


def draw_samples(world):
    """Three files of the convention before the running one; the first is proved, the next half."""
    drawn_on = world.today - timedelta(days=6)
    for antenna in world.antennas.values():
        by = world.coordinator_of(antenna)
        convention = antenna.conventions.order_by("-starts_on")[1:2].first()
        if not (by and convention):
            continue
        try:
            sample = Sample.draw(convention, 3, on=drawn_on, seed=2026, by=by)
        except ValidationError:
            continue
        for item, share in zip(sample.items.all(), [1, 2], strict=False):
            jobs = list(item.to_prove())
            proved = jobs[: -(-len(jobs) // share)]
            item.record(proved, on=world.today, note="Déclarations sociales (DSN)", by=by)


def answer(world, survey):
    """Every job is still there, and one more since."""
    on = world.today - timedelta(days=12)
    started_on = world.today - timedelta(days=45)
    headcount = int(survey.application.baseline_headcount or 5) + survey.jobs().count() + 1
    survey.answer(
        on=on,
        by=survey.contact.name if survey.contact else "La direction",
        gone=[],
        new=[{"number": 1, "contract": "permanent", "fte": 1, "starts_on": started_on}],
        headcount=headcount,
        turnover=None,
        comment="L’équipe est au complet.",
    )


def accept(world, survey, by):
    survey.accept(on=world.today - timedelta(days=9), by=by)


def leave(world, survey, by):
    """It waits to be checked."""


def send_back(world, survey, by):
    comment = "Merci de joindre votre registre du personnel, sans les noms."
    survey.send_back(on=world.today - timedelta(days=9), comment=comment, by=by)

"""Rows of what left for somebody: a reminder, an answer, a personal link, a statement, a copy."""

from datetime import timedelta

from django.utils import timezone

from reports.models import FrozenReport
from reports.models.frozen import fingerprint
from support.models import PersonalLink, Sample, StatementSending
from tests.factories import JobFactory, SponsorFactory, UserFactory, upload
from tests.numbers import TODAY, day


def reminded(aid, **fields):
    """A formal notice that left by post yesterday, whatever the advance owes."""
    fields = {"subject": "Mise en demeure", "body": "Payez.", "pdf": b"%PDF-1.7"} | fields
    return aid.reminders.create(
        kind="notice",
        step_days=90,
        sent_on=day(-1),
        answer_by=day(14),
        reason="échéance impayée",
        late=100,
        oldest_due_on=day(-100),
        recipient="Jeanne Marchal",
        sent_by=UserFactory(),
        **fields,
    )


def answered(aid, **fields):
    """A moratorium asked for, refused, and the letter that told so by post yesterday."""
    asked = aid.ask_rescheduling("moratorium", on=day(-4), reason="Travaux", first_due_on=day(400))
    asked.refuse(on=day(-2), answer="Les comptes sont bons", reference="PV")
    fields = {"subject": "Réponse", "body": "Non.", "pdf": b"%PDF-1.7"} | fields
    return asked.letters.create(
        sent_on=day(-1), recipient="Jeanne Marchal", sent_by=UserFactory(), **fields
    )


def linked(mission, email="expert@example.org"):
    """The link by which the expert of a mission logs days."""
    mission.expert.email = email
    mission.expert.save()
    return PersonalLink.give(mission, PersonalLink.Purpose.LOG, mission.expert)


def surveyed(campaign, application):
    """A questionnaire that was answered, with a job gone, a new one and a document."""
    survey = campaign.surveys.create(
        application=application,
        word="x",
        expires_on=day(30),
        status="answered",
        answered_on=day(-1),
        answered_by="CONFIDENTIEL",
    )
    survey.document_name = "registre.pdf"
    survey.document.save("x", upload())
    job = JobFactory(application=application)
    survey.gone_jobs.create(job=job, ended_on=day(-1))
    survey.new_jobs.create(contract="permanent", starts_on=day(-2))
    return survey


def sampled(application):
    """A file drawn to be checked."""
    sample = Sample.objects.create(
        convention=application.convention, drawn_on=day(-1), size=1, population=1, seed=1
    )
    return sample.items.create(application=application, jobs=1)


def stated(antenna, **fields):
    """The statement of last year that left yesterday for a sponsor of the antenna."""
    sponsor, by, year = SponsorFactory(), UserFactory(), TODAY.year - 1
    sending = StatementSending.begin(antenna, year, {sponsor: 1}, by=by)
    fields = {"subject": "Vos journées", "body": "Merci.", "pdf": b"%PDF-1.7"} | fields
    statement = antenna.yearly_statements.create(
        sponsor=sponsor,
        year=year,
        days=2,
        sent_on=day(-1),
        recipient="Laurence Thiry",
        sent_to="laurence@sponsor.example",
        sent_by=by,
        **fields,
    )
    sending.lines.update(statement=statement)
    return statement


NO_FIGURES = '{"themes": [], "gauges": [], "tables": []}'


def kept(convention, number=1, **fields):
    """A copy of yesterday's report, frozen then, of no figure, that left for somebody."""
    by = UserFactory()
    fields = {"figures": NO_FIGURES, "pdf": b"%PDF-1.7"} | fields
    fields.setdefault("frozen_at", timezone.now() - timedelta(days=1))
    copy = FrozenReport.objects.create(
        convention=convention,
        number=number,
        at=day(-1),
        created_by=by,
        figures_sha256=fingerprint(fields["figures"].encode()),
        pdf_sha256=fingerprint(fields["pdf"]),
        **fields,
    )
    delivered(copy)
    return copy


def delivered(copy, **fields):
    """Somebody to whom a copy was sent."""
    fields = {"recipient": "Sophie Bernard", "email": "sophie@example.org"} | fields
    return copy.deliveries.create(sent_at=timezone.now(), sent_by=UserFactory(), **fields)


def judged(convention, **fields):
    """What the funders decided yesterday."""
    fields = {"outcome": "renewed", "met_on": day(-1), "text": "Bon bilan."} | fields
    return convention.verdicts.create(**fields)

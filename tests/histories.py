"""A convention to which anything happens, at random, by the verbs of the application.

The same seed tells the same story. What a rule refuses does not happen.
"""

from contextlib import contextmanager
from datetime import datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from support.models import Sample
from tests import factories as make
from tests.factories import day

FIRST = -700  # its first day, counted from today
NAF = ["25.62B", "47.11F", "62.01Z", None]
COMMUNES = [("54528", "Toul"), ("54323", "Longwy"), ("54099", "Briey")]
PURPOSES = ["production", "commercial", "hr", "digital"]
HEADCOUNTS = [3, 9, 10, 49, 50, 120, 249, 250]


@contextmanager
def perhaps():
    """What a rule of the application refuses is as if nobody had tried."""
    try:
        with transaction.atomic():
            yield
    except ValidationError:
        pass


class History:
    """Two conventions, the second renewing the first; files, money, days, jobs, sessions."""

    def __init__(self, seed, files=7):
        self.random = Random(seed)
        self.antenna = make.AntennaFactory()
        self.sponsors = make.SponsorFactory.create_batch(3)
        self.skills = make.SkillFactory.create_batch(3)
        self.experts = [make.ExpertFactory(sponsor=sponsor) for sponsor in self.sponsors]
        self.committee = make.CommitteeFactory(antenna=self.antenna, since=day(FIRST))
        colleges = ["business", "business", "business", "bank", "institution"]
        self.seats = [
            make.SeatFactory(committee=self.committee, college=each, mandate_from=day(FIRST))
            for each in colleges
        ]
        self.convention = self.renewed()
        self.funds()
        for _ in range(files):
            self.file()
        self.sessions()
        self.more()

    # Chance

    def day(self, first, last=0):
        return day(self.random.randint(min(first, last), last))

    def amount(self, most):
        return Decimal(self.random.randint(100, most * 100)) / 100

    def chance(self, share=0.5):
        return self.random.random() < share

    def renewed(self):
        before = make.ConventionFactory(
            antenna=self.antenna, funds=5_000, starts_on=day(FIRST - 800)
        )
        convention = before.renew(
            reference=f"{before.reference}-2",
            name="Suite",
            starts_on=day(FIRST),
            ends_on=day(400),
        )
        convention.terms.update(day_value=Decimal("333.33"), maintained_jobs_count=self.chance())
        convention.sign(on=day(FIRST))
        before.carry_over(self.amount(4_000), on=self.day(FIRST, -500))
        return convention

    # Money of sponsors

    def funds(self):
        for envelope in ("general", "difficulty"):
            self.convention.pledge(
                self.sponsors[0],
                origin="public",
                amount=200_000,
                envelope=envelope,
                on=day(FIRST),
            )
        for _ in range(8):
            pledge = self.convention.pledge(
                self.random.choice(self.sponsors),
                origin=self.random.choice(["public", "private"]),
                envelope=self.random.choice(["general", "difficulty"]),
                amount=self.amount(9_000) if self.chance(0.8) else 0,
                days=Decimal(self.random.randint(1, 80)) / 4,
                on=self.day(FIRST, -200),
            )
            self.asked_for(pledge)
        for _ in range(2):
            with perhaps():
                fee = self.convention.charge_fee(self.amount(900), on=self.day(-300), label="Frais")
            if self.chance(0.3):
                self.convention.reverse(fee, label="Erreur", on=self.day(-20))

    def asked_for(self, pledge):
        since = (pledge.pledged_on - day(0)).days
        call = None
        with perhaps():
            on = self.day(since, -100)
            call = pledge.call(self.amount(5_000), on=on, due_on=on + timedelta(30))
        with perhaps():
            receipt = pledge.receive(self.amount(3_000), on=self.day(since), call=call)
            if self.chance(0.2):
                receipt.strike(reason="Erreur")
        if self.chance(0.4):
            with perhaps():
                pledge.give_up(on=self.day(-90), reason="Perdu")
        elif self.chance(0.3):
            with perhaps():
                pledge.withdraw(on=self.day(-90), reason="Retrait")
        if self.chance(0.3):
            with perhaps():
                self.convention.write_off(self.amount(500), on=self.day(-90), label="Perte")

    # Files

    def application(self, on):
        code, name = self.random.choice(COMMUNES)
        naf = self.random.choice(NAF)
        application = make.ApplicationFactory(
            convention=self.convention,
            company=make.CompanyFactory(
                antenna=self.antenna,
                naf=naf and make.NafFactory(code=naf),
                commune=make.CommuneFactory(code=code, name=name),
            ),
            envelope=self.random.choice(["general", "difficulty"]),
            purpose=self.random.choice(PURPOSES),
            baseline_headcount=self.random.choice(HEADCOUNTS),
            planned_jobs_maintained=self.random.randint(0, 4),
        )
        application.requested_skills.set(self.random.sample(self.skills, self.random.randint(0, 3)))
        application.submit(on=on)
        return application

    def file(self):
        offset = self.random.randint(FIRST + 20, -60)
        application = self.application(day(offset))
        if self.chance(0.3):
            offset = self.random.randint(offset, -40)
            application.adjourn(on=day(offset), reason="Devis manquant")
            application.submit(on=day(offset))
        offset = self.random.randint(offset, -40)
        if self.chance(0.2):
            application.refuse(on=day(offset), reason="Hors du territoire")
        elif self.chance(0.1):
            application.withdraw(on=day(offset), reason="Projet abandonné")
        else:
            self.approve(application, offset)

    def approve(self, application, offset):
        application.approve(
            on=day(offset),
            advance=self.amount(9_000),
            grant=self.amount(2_000) if self.chance(0.4) else 0,
            days=Decimal(self.random.randint(1, 40)) / 4,
            jobs_created=self.random.randint(0, 5),
            jobs_maintained=self.random.randint(0, 5),
        )
        if self.chance(0.15):
            application.annul(on=self.day(offset), reason="Mauvais dossier")
            return
        for instrument in ("advance", "grant"):
            if getattr(application.approval, instrument):
                self.aid(application, instrument, offset)
        self.mission(application, offset)
        self.jobs(application, offset)

    def aid(self, application, instrument, offset):
        contract = self.random.randint(offset, -30)
        aid = make.AidFactory(
            decision=application.approval,
            instrument=instrument,
            contract_on=day(contract),
            deferral_months=self.random.randint(0, 3),
            instalments=self.random.randint(1, 12),
        )
        moves = [
            lambda: aid.disburse(self.amount(5_000), on=self.day(contract)),
            lambda: aid.repay(self.amount(2_000), on=self.day(contract)),
            lambda: aid.write_off(
                self.amount(500), on=self.day(contract), reference="PV", reason="Liquidation"
            ),
            lambda: aid.recover(self.amount(200), on=self.day(contract)),
        ]
        with perhaps():
            aid.disburse(self.amount(3_000), on=self.day(contract, -20))
        for move in self.random.choices(moves, [2, 4, 2, 1], k=6):
            with perhaps():
                move()
        if self.chance(0.2):
            with perhaps():
                aid.release(on=self.day(contract), reason="Projet réduit")
        for rows in (aid.repayments, aid.disbursements):
            for row in rows.standing()[: self.chance(0.2)]:
                with perhaps():
                    row.strike(reason="Erreur")

    def mission(self, application, offset):
        starts = self.random.randint(offset, -30)
        mission = make.MissionFactory(
            application=application,
            expert=self.random.choice(self.experts),
            starts_on=day(starts),
            ends_on=day(starts + 200),
            signed_on=self.random.choice([None, day(starts)]),
            days=Decimal(self.random.randint(1, 30)) / 4,
        )
        for _ in range(3):
            skill_day = make.SkillDayFactory(
                mission=mission,
                done_on=self.day(starts),
                days=Decimal(self.random.randint(1, 4)) / 4,
            )
            with perhaps():
                if self.chance(0.6):
                    mission.certify([skill_day], on=self.day(starts), by="Jeanne Marchal")
                elif self.chance(0.3):
                    skill_day.strike(reason="Erreur")
        if self.chance(0.3):
            with perhaps():
                mission.stop(on=self.day(starts), reason="Départ")

    def jobs(self, application, offset):
        for _ in range(self.random.randint(1, 5)):
            starts = self.random.randint(offset, -5)
            job = make.JobFactory(
                application=application,
                kind=self.random.choice(["created", "created", "maintained"]),
                starts_on=day(starts),
                observed_on=self.day(starts),
            )
            with perhaps():
                if self.chance(0.6):
                    job.verify(on=self.day(starts), how="DSN")
                elif self.chance(0.2):
                    job.correct(reason="Parti", ends_on=self.day(starts))
                elif self.chance(0.2):
                    job.strike(reason="Erreur")

    # Sessions

    def sessions(self):
        for offset in sorted(self.random.sample(range(-400, -30), 3)):
            with perhaps():
                self.session(offset)

    def session(self, offset):
        at = timezone.make_aware(datetime.combine(day(offset), time(9)))
        session = make.SessionFactory(
            convention=self.convention, committee=self.committee, on=day(offset)
        )
        session.add(self.application(day(offset - 20)))
        session.convene(at=at - timedelta(10))
        giver, bearer, *others = self.random.sample(self.seats, len(self.seats))
        with perhaps():
            invitation = session.invitations.get(seat=giver)
            session.answer(invitation, "proxy", proxy_to=bearer, at=at - timedelta(5))
        session.open(at=at)
        for seat in [bearer, *others]:
            if self.chance(0.7):
                session.arrive(seat, at=at, is_remote=self.chance(0.4))
        session.close(at=at + timedelta(hours=2))

    def more(self):
        """What chance may have left out: something of each figure."""
        aid = make.late_advance(convention=self.convention, days=60)
        aid.repay(Decimal(5), on=day(-20))
        aid.write_off(Decimal(10), on=day(-10), reference="PV", reason="Liquidation")
        aid.recover(Decimal(2), on=day(-5))
        application = aid.application
        make.JobFactory(application=application).verify(on=day(-2), how="DSN")
        kept = make.JobFactory(application=application, kind="maintained")
        kept.verify(on=day(-2), how="DSN")
        sample = Sample.draw(self.convention, 50, on=day(-1), seed=1)
        for item in sample.items.all():
            seen = [job for job in item.to_prove() if item.application == application]
            if seen or self.chance():
                item.record(seen, on=self.day(-1), note="DSN")
        make.MissionFactory(application=application)
        granted = make.approved(convention=self.convention, advance=0, grant=Decimal(300))
        make.AidFactory(decision=granted.approval, instrument="grant").disburse(50, on=day(-9))
        self.application(day(-50)).refuse(on=day(-45), reason="Hors du territoire")
        self.application(day(-50)).adjourn(on=day(-45), reason="Devis manquant")
        self.application(day(-50)).withdraw(on=day(-45), reason="Projet abandonné")
        lost = self.convention.pledge(
            self.sponsors[0], origin="public", amount=100, days=0, on=day(-90)
        )
        lost.call(60, on=day(-80), due_on=day(-70))
        lost.give_up(on=day(-30), reason="Perdu")

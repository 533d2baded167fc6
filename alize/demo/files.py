"""The files: from draft to decision, then aid and missions, by the real verbs."""

from decimal import Decimal

from alize.demo import advances, jobs, sessions
from alize.demo.missions import plan_life, rests
from alize.demo.papers import bring, bring_what_lacks
from alize.demo.solicitations import plan_solicitations
from alize.demo.world import made
from committee.models import Application, Condition, FinancingLine, PieceKind
from support.models import Aid, Mission
from support.visits import schedule_terms

OWN_FUNDS = "Autofinancement"
GIVEN = ("advance", "grant", "days", "jobs_created", "jobs_maintained")


def plan_file(world, row):
    """Put a file's whole life in the story."""
    File(world, row).plan()


class File:
    def __init__(self, world, row):
        self.world = world
        self.row = row
        self.asks = row.get("asks", {})
        self.antenna = world.companies[row["company"]].antenna
        self.by = world.coordinator_of(self.antenna)
        self.application = None

    def plan(self):
        """A file is typed the day it is first put before the committee, unless `opened` says."""
        steps = [
            (verb, self.world.day(step[verb]), step)
            for step in self.row.get("steps", [])
            for verb in list(step)[:1]
        ]
        opened = self.world.day(self.row.get("opened")) or steps[0][1]
        self.world.on(opened, self.open)
        for verb, day, step in steps:
            self.world.on(day, getattr(self, verb), day, step)

    def open(self):
        row, asks = self.row, self.asks
        self.application = made(
            Application(
                convention=self.world.conventions[row["convention"]],
                company=self.world.companies[row["company"]],
                envelope=row.get("envelope", "general"),
                purpose=row["purpose"],
                title=row["title"],
                project=row.get("project", ""),
                project_starts_on=self.world.day(row.get("starts")),
                without_aid=row.get("without_aid", ""),
                requested_advance=asks.get("advance", 0),
                requested_grant=asks.get("grant", 0),
                requested_days=asks.get("days", 0),
                baseline_headcount=row.get("headcount"),
                planned_jobs_created=asks.get("jobs_created", 0),
                planned_jobs_maintained=asks.get("jobs_maintained", 0),
                private_notes=row.get("private_notes", ""),
                assigned_to=self.by,
            )
        )
        self.application.requested_skills.set(
            self.world.skills[name] for name in row.get("skills", [])
        )
        self.finance()
        jobs.promise(self.world, self.application, self.row.get("promise", []))
        for kind in PieceKind.objects.filter(name__in=row.get("documents", [])):
            bring(self.application, kind, self.by)
        plan_solicitations(self.world, self)

    def finance(self):
        """The plan as the file gives it; what it does not say the company pays itself."""
        needs, resources = self.row.get("needs", {}), dict(self.row.get("resources", {}))
        left = sum(needs.values()) - sum(resources.values()) - self.application.requested_money
        if left > 0 and not self.row.get("unbalanced"):
            resources[OWN_FUNDS] = left
        for side, lines in (("need", needs), ("resource", resources)):
            for label, amount in lines.items():
                made(
                    FinancingLine(
                        application=self.application,
                        side=side,
                        label=label,
                        amount=Decimal(amount),
                        is_own_funds=label == OWN_FUNDS,
                    )
                )

    # The steps: the verb, its day, and what goes with it

    def submit(self, day, step):
        for rule, reason in self.row.get("waived", {}).items():
            self.application.waive(rule, reason=reason, on=day, by=self.by)
        bring_what_lacks(self.application, day, self.by)
        self.application.submit(on=day, by=self.by)

    def refuse(self, day, step):
        self.decide(day, step, "refused", self.application.refuse, reason=step["reason"])

    def adjourn(self, day, step):
        self.decide(day, step, "adjourned", self.application.adjourn, reason=step["reason"])

    def decide(self, day, step, outcome, verb, **answer):
        """By the vote of the session under way; recorded after the fact when there is none."""
        self.application.refresh_from_db()
        if item := sessions.item_in_session(self.application):
            against = step.get("against", ())
            return sessions.decide(item, self.by, against, outcome=outcome, **answer)
        return verb(on=day, committee=self.committee(day), by=self.by, **answer)

    def discuss(self, day, step):
        """Put to the vote what was asked; the vote stays open, some have voted."""
        item = sessions.item_in_session(self.application)
        motion = sessions.put(item, self.by, outcome="approved", **self.given(step))
        for seat in item.session.seats():
            if choice := step["votes"].get(seat.holder):
                item.session.vote(motion, seat, choice, by=self.by)

    def withdraw(self, day, step):
        self.application.withdraw(on=day, reason=step["reason"], by=self.by)

    def annul(self, day, step):
        self.application.annul(on=day, reason=step["reason"], by=self.by)

    def given(self, step):
        """What was asked, but for what the step changes."""
        given = {name: step.get(name, self.asks.get(name, 0)) for name in GIVEN}
        return {
            name: Decimal(str(value)) if name in GIVEN[:3] else value
            for name, value in given.items()
        }

    def propose(self, day, step):
        advance, grant, days, created, _maintained = self.given(step).values()
        self.application.propose(advance=advance, grant=grant, days=days, jobs=created, on=day)

    def approve(self, day, step):
        """Grants what was asked, but for what the step changes."""
        conditions = step.get("conditions", [])
        decision = self.decide(
            day,
            step,
            "approved",
            self.application.approve,
            conditions=conditions,
            **self.given(step),
        )
        if "met" in step:
            self.world.on(self.world.day(step["met"]), self.meet_conditions, decision, step)
        if "annulled" in step:
            return
        for row in self.row.get("aid", []):
            self.world.on(self.world.day(row["contract"]), self.sign, decision, row)
        for row in self.row.get("missions", []):
            self.plan_mission(row)
        for row in self.row.get("jobs", []):
            seen = self.world.day(row["seen"])
            self.world.on(seen, jobs.observe, self.world, self.application, row, self.by)

    def meet_conditions(self, decision, step):
        for condition in Condition.objects.filter(decision=decision):
            condition.meet(on=self.world.day(step["met"]), proof=step["proof"], by=self.by)

    def committee(self, day):
        return next(
            (
                committee
                for committee in self.world.committees.values()
                if committee.antenna == self.antenna
                and committee.since <= day
                and (committee.until is None or day <= committee.until)
            ),
            None,
        )

    # Its money

    def sign(self, decision, row):
        instrument = row.get("instrument", "advance")
        terms = schedule_terms(self.application, instrument, decision.decided_on)
        aid = Aid.sign(decision, instrument=instrument, on=self.world.day(row["contract"]), **terms)
        advances.plan_payments(self.world, aid, row, self.by)
        advances.plan_declaration(self.world, aid, self.by)
        if "repaid_until" in row:
            self.world.on(self.world.day(row["paid"][-1][0]), self.plan_repayments, aid, row)
        for on, amount in row.get("repaid", []):
            day = self.world.day(on)
            self.world.on(day, aid.repay, Decimal(amount), on=day, by=self.by)
        advances.plan_hardship(self.world, aid, row, self.by)

    def plan_repayments(self, aid, row):
        """On time until a day; with `every` 3, the instalments of a quarter come at once."""
        until, every = self.world.day(row["repaid_until"]), row.get("every", 1)
        schedule = aid.schedule()
        for start in range(0, len(schedule), every):
            instalments = schedule[start : start + every]
            on = instalments[0].due_on
            if on <= min(until, self.world.today):
                amount = sum(line.amount for line in instalments)
                self.world.on(on, aid.repay, amount, on=on, by=self.by)

    # Its missions

    def plan_mission(self, row):
        day = self.world.day
        mission = made(
            Mission(
                application=self.application,
                expert=self.world.experts[row["expert"]],
                subject=row["subject"],
                starts_on=day(row["from"]),
                ends_on=day(row["to"]),
                days=Decimal(str(row["days"])),
                signed_on=self.signed(day(row["from"])),
            )
        )
        last = min(mission.ends_on, day(row.get("given_until")) or self.world.today)
        dates = [
            date
            for date in self.world.weekdays(mission.starts_on, last)
            if (mission.expert, date) not in self.world.busy and not rests(self.world, row, date)
        ]
        given = self.spread(Decimal(str(row.get("given", 0))), dates)
        self.world.busy |= {(mission.expert, date) for date, _days in given}
        for done_on, quantity in given:
            self.world.on(done_on, self.give, mission, done_on, quantity, row)
        if given and row.get("certified", True):
            certified_on = day(row.get("certified_until")) or given[-1][0]
            self.world.on(certified_on, self.certify, mission, certified_on)
        if "struck" in row:
            self.world.on(last, self.strike_last_day, mission, row["struck"])
        plan_life(self.world, mission, row, self.by)

    def signed(self, begins_on):
        """The day on which its agreement was signed; None as long as it is to come."""
        return begins_on if begins_on <= self.world.today else None

    def spread(self, days, dates):
        """`days` in pieces of at most one, on different dates among these, in order."""
        pieces = []
        while days:
            pieces.append(min(days, self.world.random.choice([Decimal(1), Decimal("0.5")])))
            days -= pieces[-1]
        chosen = sorted(self.world.random.sample(dates, len(pieces)))
        return list(zip(chosen, pieces, strict=True))

    def give(self, mission, done_on, quantity, row):
        note = self.world.random.choice(row.get("notes", [""]))
        mission.log(quantity, on=done_on, note=note, by=self.by)

    def certify(self, mission, on):
        """The company's manager certifies what was given until then."""
        manager = self.application.company.main_contact.name
        mission.certify(mission.skill_days.all(), on=on, by=manager)

    def strike_last_day(self, mission, reason):
        mission.skill_days.last().strike(reason=reason, by=self.by)

"""With what: each convention from its preparation to its close, by its own verbs."""

from datetime import timedelta

from conventions.calls import call_funds
from conventions.models import Convention, Envelope, Pledge, Terms
from conventions.schedule import add_months


def plan_convention(world, row):
    """Put a convention's whole life in the story."""
    Funding(world, row).plan()


class Funding:
    def __init__(self, world, row):
        self.world = world
        self.row = row
        self.reference = row["reference"]
        self.antenna = world.antennas[row["antenna"]]
        self.by = world.coordinator_of(self.antenna)
        self.starts_on = world.day(row["starts"])
        self.ends_on = add_months(self.starts_on, 12 * row["years"]) - timedelta(days=1)

    @property
    def convention(self):
        return self.world.conventions[self.reference]

    def plan(self):
        day, on, row = self.world.day, self.world.on, self.row
        on(day(row["prepared"]), self.prepare)
        if "signed" in row:
            on(day(row["signed"]), lambda: self.convention.sign(on=day(row["signed"]), by=self.by))
        for pledge in row.get("pledges", []):
            on(day(pledge.get("on", row.get("signed"))), self.pledge, pledge)
        for fee in row.get("fees", []):
            on(day(fee["on"]), self.charge_fee, fee)
        for amendment in row.get("amendments", []):
            on(day(amendment["signed"]), self.amend, amendment)
        if "carried_over" in row:
            on(day(row["carried_over"]), self.carry_over, day(row["carried_over"]))
        for verb in ("suspend", "close"):
            if step := row.get(verb):
                on(day(step["on"]), self.step, verb, step)

    def prepare(self):
        row = self.row
        name = row["name"].format(first=self.starts_on.year, last=self.ends_on.year)
        if "renews" in row:
            convention = self.world.conventions[row["renews"]].renew(
                reference=self.reference, name=name, starts_on=self.starts_on, ends_on=self.ends_on
            )
            terms = convention.terms.get()
        else:
            convention = Convention(
                antenna=self.antenna,
                reference=self.reference,
                name=name,
                starts_on=self.starts_on,
            )
            terms = Terms(ends_on=self.ends_on)
        change(terms, row.get("terms", {}))
        convention.prepare(terms, territories=self.territories(row))
        self.world.conventions[self.reference] = convention

    def pledge(self, row):
        day = self.world.day
        pledge = self.convention.pledge(
            self.world.sponsors[row["sponsor"]],
            origin=row.get("origin", Pledge.Origin.PUBLIC),
            on=day(row.get("on", self.row.get("signed"))),
            amount=row.get("amount", 0),
            days=row.get("days", 0),
            envelope=row.get("envelope", Envelope.GENERAL),
            note=row.get("note", ""),
            by=self.by,
        )
        for on, amount in row.get("received", []):
            self.world.on(day(on), pledge.receive, amount, on=day(on), by=self.by)
        for call in row.get("calls", []):
            self.world.on(day(call.get("on")) or self.world.today, self.call, pledge, call)
        for verb in ("withdraw", "give_up"):
            if step := row.get(verb):
                on = day(step["on"])
                tell = getattr(pledge, verb)
                self.world.on(on, tell, on=on, reason=step["reason"], by=self.by)

    def call(self, pledge, row):
        """A call that was made on a day, and what came of it; one of today awaits its letter."""
        day, amount = self.world.day, row["amount"]
        due_on, on = day(row["due"]), day(row.get("on"))
        call = call_funds(pledge, amount, due_on=due_on, on=on, by=self.by)
        for on, amount in row.get("received", []):
            self.world.on(day(on), pledge.receive, amount, on=day(on), call=call, by=self.by)

    def charge_fee(self, row):
        on = self.world.day(row["on"])
        self.convention.charge_fee(row["amount"], on=on, label=row["label"], by=self.by)

    def amend(self, row):
        terms = self.convention.terms.last()
        terms.effective_on = self.world.day(row["effective"])
        change(terms, row["terms"])
        self.convention.amend(
            terms,
            signed_on=self.world.day(row["signed"]),
            reason=row["reason"],
            document=row.get("document", ""),
            territories=self.territories(row) if "territories" in row else None,
            by=self.by,
        )

    def step(self, verb, row):
        getattr(self.convention, verb)(
            on=self.world.day(row["on"]), reason=row["reason"], by=self.by
        )

    def carry_over(self, on):
        """Everything left goes to the successor, envelope by envelope."""
        for envelope in Envelope:
            if left := self.convention.balance(envelope, on=on):
                self.convention.carry_over(left, on=on, envelope=envelope, by=self.by)

    def territories(self, row):
        return [self.world.territories[name] for name in row["territories"]]


def change(terms, values):
    for field, value in values.items():
        setattr(terms, field, value)

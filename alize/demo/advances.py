"""What happens to an aid after its contract: two people, other schedules, losses, by the verbs."""

from datetime import timedelta
from decimal import Decimal

from support.answers import propose, send
from support.models import Aid, Declaration, PaymentOrder
from support.models.register import SINCE


def plan_payments(world, aid, row, by):
    """Payments on their days; the network approves what one person may not pay alone."""
    for on, amount in row.get("paid", []):
        world.on(world.day(on), pay, world, aid, world.day(on), Decimal(amount), by)
    for on, amount in row.get("ordered", []):
        world.on(world.day(on), aid.order, Decimal(amount), on=world.day(on), by=by)


def plan_declaration(world, aid, by):
    """In the national register a week later, but for the latest ones, which wait."""
    on = aid.decision.decided_on + timedelta(days=7)
    if by and aid.decision.decided_on >= SINCE and on < world.today - timedelta(days=90):
        on = max(on, aid.contract_on)
        world.on(on, Declaration.record, [aid], on=on, reference=f"RC-{aid.number}", by=by)


def pay(world, aid, day, amount, by):
    line = aid.pay(amount, on=day, by=by)
    if isinstance(line, PaymentOrder):
        line.approve(on=day, by=world.users["reseau@demo.alize.example"])


def plan_hardship(world, aid, row, by):
    """Requests for another schedule, rejected and excess payments, losses, what is given up."""
    day = world.day
    for asked in row.get("rescheduled", []):
        world.on(day(asked["asked"]), ask, world, aid, asked, by)
    if "rejected" in row:
        on, reason = row["rejected"]
        world.on(day(on), lambda: aid.repayments.last().reject(on=day(on), reason=reason, by=by))
    if "overpaid" in row:
        on, amount = row["overpaid"]
        world.on(day(on), aid.repay, Decimal(amount), on=day(on), by=by, keep_credit=True)
    if "released" in row:
        on, reason = row["released"]
        world.on(day(on), aid.release, on=day(on), reason=reason, by=by)
    if "lost" in row:
        lost = row["lost"]
        world.on(day(lost["on"]), lose, day(lost["on"]), aid, lost, by)
        for on, amount in lost.get("recovered", []):
            world.on(day(on), aid.recover, Decimal(amount), on=day(on), by=by)


def ask(world, aid, asked, by):
    on = world.day(asked["asked"])
    first = asked.get("first")
    request = aid.ask_rescheduling(
        asked.get("kind", "rescheduling"),
        on=on,
        reason=asked["reason"],
        first_due_on=first and world.day(first),
        instalments=asked.get("times"),
        frequency=asked.get("frequency", 1),
        by=by,
    )
    if "accorded" in asked:
        answered_on = world.day(asked["accorded"])
        reference = asked.get("reference", "")
        world.on(answered_on, accord, request, answered_on, reference, by)


def accord(request, on, reference, by):
    request.approve(on=on, reference=reference, by=by)
    if by:
        send(request, **propose(request, by=by), by=by, by_post=True, on=on)


def lose(day, aid, lost, by):
    owed = Aid.objects.get(pk=aid.pk).outstanding
    texts = {"reference": lost["reference"], "reason": lost["reason"]}
    aid.write_off(owed, on=day, by=by, **texts)

"""What is written off: nothing late is hidden, what comes afterwards is recovered."""

import pytest

from support.instalments import follow
from support.late import late_on
from support.models import Aid
from tests.factories import TODAY, AidFactory, approved, day
from tests.refusals import refused


@pytest.fixture
def paid(convention):
    """10 000 € paid out 290 days ago, due in ten months: nine instalments are due."""
    decision = approved(convention=convention, on=day(-300)).approval
    aid = AidFactory(decision=decision, contract_on=day(-300), deferral_months=0, instalments=10)
    aid.disburse(10_000, on=day(-290))
    return aid


def fresh(aid):
    return Aid.objects.get(pk=aid.pk)


def test_a_loss_is_decided_by_the_committee_and_what_comes_after_is_recovered(paid):
    balance = paid.convention.balance()
    paid.repay(4_000, on=day(-100))
    with refused(field="reference"):
        paid.write_off(6_000, on=day(-50), reference="", reason="Liquidation")
    with refused(field="amount"):
        paid.write_off(6_001, on=day(-50), reference="PV", reason="Liquidation")
    loss = paid.write_off(6_000, on=day(-50), reference="PV du 3 mars", reason="Liquidation")
    aid = fresh(paid)
    assert (aid.outstanding, aid.outstanding_on(day(-51)), aid.late, aid.lost) == (
        0,
        6_000,
        0,
        6_000,
    )
    assert paid.convention.balance() == balance + 4_000  # the money had left long before
    with refused(field="amount"):
        paid.repay(500, on=TODAY)
    with refused("before_loss", field="received_on"):
        paid.recover(500, on=day(-51))
    with refused("before_loss", field="received_on"):
        paid.repay(500, on=day(-51))
    paid.recover(500, on=TODAY)
    aid = fresh(paid)
    assert (aid.outstanding, aid.lost, aid.repaid) == (0, 5_500, 4_500)
    assert paid.convention.balance() == balance + 4_500
    with refused("recovered"):
        loss.strike(reason="Erreur")


def test_what_is_recovered_pays_no_instalment(paid):
    paid.write_off(2_000, on=day(-50), reference="PV", reason="Créance contestée")
    paid.recover(500, on=day(-10))
    late = Aid.objects.late_on(TODAY).get()
    # ten times a thousand: the last two are lost, eight are late
    assert late.arrears == fresh(paid).late == 8_000
    assert (late.owed, fresh(paid).outstanding) == (8_000, 8_000)
    [oldest] = late_on(Aid.objects.all(), TODAY)
    assert (oldest.late, oldest.since) == (8_000, fresh(paid).schedule(day(-51))[0].due_on)


def test_a_loss_leaves_the_last_instalments_and_what_was_late_stays_late(paid):
    paid.repay(4_500, on=day(-150))
    before = fresh(paid)
    paid.write_off(3_000, on=day(-100), reference="PV", reason="Accord de créanciers")
    aid = fresh(paid)
    assert aid.late_on(day(-101)) == before.late_on(day(-101)) > 0
    assert aid.late_on(day(-100)) == before.late_on(day(-100))
    told = follow(aid.schedule(), aid.settled, TODAY, after=aid.first_paid_on)
    assert [line.amount for line in told] == [1_000] * 7
    assert (aid.late, aid.outstanding) == (2_500, 2_500)
    asked = aid.ask_rescheduling(
        "rescheduling", on=TODAY, reason="x", first_due_on=day(30), instalments=5, frequency=1
    )
    asked.approve(on=TODAY, reference="PV")
    assert fresh(paid).late_on(day(31)) == 500

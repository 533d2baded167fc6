"""How files are treated: adjourned, refused, how long they wait, who comes to the sessions; what is
late, what other money stands beside the aid."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.sectors import section_of
from reports.evaluation import Evaluation
from reports.groups import size_of
from reports.rows import FIGURES
from tests import factories as make
from tests.factories import TODAY, day
from tests.rooms import opened


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def at(convention, offset=0):
    return Evaluation(convention, day(offset))


def test_a_file_adjourned_twice_counts_once_with_its_last_reason(convention):
    application = make.submitted(convention=convention, on=day(-60))
    for offset, reason in ((-50, "Devis manquant"), (-30, "Bilan manquant")):
        application.adjourn(on=day(offset), reason=reason)
        application.submit(on=day(offset + 5))
    application.approve(on=day(-10), advance=Decimal(1_000))
    found = [at(convention, offset).applications_adjourned for offset in (-51, -50, 0)]
    assert found == [0, 1, 1]
    [row] = FIGURES["applications_adjourned"].rows(at(convention))
    assert (row.adjourned_on, row.reason) == (day(-30), "Bilan manquant")
    [row] = FIGURES["applications_adjourned"].rows(at(convention, -40))
    assert (row.adjourned_on, row.reason) == (day(-50), "Devis manquant")


def test_the_rows_of_refusals_say_why(client, alice, convention):
    make.submitted(convention=convention).refuse(on=day(-30), reason="Hors du territoire")
    client.force_login(alice)
    address = reverse("reports:evaluation_rows", args=[convention.pk])
    assert "Hors du territoire" in words(client.get(address, {"chiffre": "dossiers-refuses"}))


def test_the_page_and_its_json_list_what_was_refused_that_day_and_why(
    client, alice, fred, convention
):
    refused = make.submitted(convention=convention)
    refused.refuse(on=day(-30), reason="Hors du territoire")
    annulled = make.submitted(convention=convention)
    annulled.refuse(on=day(-30), reason="Par erreur")
    annulled.annul(on=day(-10), reason="Mauvais dossier")
    address = reverse("reports:evaluation", args=[convention.pk])
    convention.readers.add(fred)
    for person, links in ((alice, True), (fred, False)):
        client.force_login(person)
        page = words(client.get(address))
        assert "Hors du territoire" in page and "Par erreur" not in page
        assert f"{refused.reference} – {refused.company}" in page
        assert (f'href="{refused.get_absolute_url()}"' in page) is links
        told = client.get(address, {"format": "json"}).json()["refusals"]
        assert told == [
            {
                "reference": refused.reference,
                "decided_on": day(-30).isoformat(),
                "reason": "Hors du territoire",
            }
        ]
        before = {"au": day(-20).isoformat()}
        assert "Par erreur" in words(client.get(address, before))
        before["au"] = day(-31).isoformat()
        assert "Dossiers refusés, et pourquoi" not in words(client.get(address, before))


def test_a_file_waits_until_it_is_decided_or_withdrawn_and_again_once_annulled(convention):
    annulled = make.submitted(convention=convention, on=day(-60))
    annulled.approve(on=day(-50), advance=Decimal(1_000))
    annulled.annul(on=day(-40), reason="Mauvais dossier")
    withdrawn = make.submitted(convention=convention, on=day(-60))
    withdrawn.adjourn(on=day(-50), reason="Devis manquant")
    withdrawn.withdraw(on=day(-30), reason="Projet abandonné")
    make.ApplicationFactory(convention=convention).withdraw(on=day(-30), reason="Jamais déposé")
    told = [
        (found.applications_approved, found.applications_waiting, found.applications_withdrawn)
        for found in (at(convention, offset) for offset in (-61, -60, -50, -40, -30))
    ]
    assert told == [(0, 0, 0), (0, 2, 0), (1, 1, 0), (0, 2, 0), (0, 1, 1)]
    [row] = FIGURES["applications_withdrawn"].rows(at(convention))
    assert (row, row.withdrawn_on, row.reason) == (withdrawn, day(-30), "Projet abandonné")
    rows = FIGURES["applications_waiting"].rows(at(convention, -35))
    assert {(row.get_step_display(), row.step_since) for row in rows} == {
        ("Déposé", day(-40)),
        ("Ajourné", day(-50)),
    }


def test_files_wait_on_average_from_their_deposit_and_from_their_approval(convention):
    paid = make.approved(convention=convention, on=day(-40))  # received twenty days before
    make.approved(convention=convention, on=day(-25))  # thirty-five days
    make.submitted(convention=convention, on=day(-60)).refuse(on=day(-60), reason="Hors champ")
    make.submitted(convention=convention, on=day(-60))
    aid = make.AidFactory(decision=paid.approval, contract_on=day(-38))
    aid.disburse(Decimal(100), on=day(-33))
    aid.disburse(Decimal(100), on=day(-3))
    found = at(convention)
    assert (found.decision_days, found.applications_decided) == (55, 3)
    assert found.days_to_decision == Decimal("18.3")
    assert (found.payment_days, found.applications_paid) == (7, 1)
    assert found.days_to_payment == 7
    assert at(convention, -34).days_to_payment is None
    assert at(convention, -61).days_to_decision is None


def test_an_adjourned_file_waits_since_its_first_deposit(convention):
    application = make.submitted(convention=convention, on=day(-60))
    application.adjourn(on=day(-50), reason="Devis manquant")
    application.submit(on=day(-20))
    application.refuse(on=day(-10), reason="Hors champ")
    assert at(convention).decision_days == 50


def test_a_payment_struck_out_was_none(convention):
    aid = make.AidFactory(decision=make.approved(convention=convention).approval)
    aid.disburse(Decimal(100), on=day(-9)).strike(reason="Erreur")
    assert at(convention).applications_paid == 0


# Sessions


def test_seats_are_present_from_afar_represented_or_away(convention):
    room = opened(convention, present=["anne", "bank"])
    session = room.session
    session.arrive(room.club, is_remote=True)
    session.entrust(room.marc, to=room.anne)
    assert at(convention).sessions_held == 0
    session.close()
    found = at(convention)
    assert (found.sessions_held, found.seats_convened) == (1, 5)
    assert (found.seats_present, found.seats_remote, found.seats_represented) == (3, 1, 1)
    assert found.attendance_rate == 0.8
    assert at(convention, -1).attendance_rate is None
    [row] = FIGURES["seats_represented"].rows(found)
    assert row.seat == room.marc


def test_who_came_back_from_afar_was_in_the_room(convention):
    room = opened(convention, present=["anne"])
    room.session.leave(room.anne)
    room.session.arrive(room.anne, is_remote=True)
    room.session.close(at=timezone.now() + timedelta(seconds=1))
    found = at(convention)
    assert (found.seats_present, found.seats_remote) == (1, 0)


def test_a_proxy_given_to_who_did_not_come_represents_nobody(convention):
    room = opened(convention, present=["anne"])
    invitation = room.session.invitations.get(seat=room.marc)
    invitation.answer, invitation.proxy_to = "proxy", room.bank
    invitation.save()
    room.session.close()
    assert at(convention).seats_represented == 0


def test_the_sessions_of_another_convention_of_the_committee_do_not_count(convention, toul):
    room = opened(convention)
    room.session.close()
    other = make.ConventionFactory(antenna=toul, funds=1_000)
    assert Evaluation(other, TODAY).sessions_held == 0


# Late, and leverage


def test_what_is_late_is_what_the_list_of_late_advances_says(convention):
    late = make.late_advance(convention=convention, days=40)
    make.late_advance(convention=convention, days=-20)
    found = at(convention)
    assert (found.aid_late, found.advances_late) == (late.late_on(TODAY), 1)
    assert found.aid_late == 200  # two instalments of a hundred euros
    late.repay(Decimal(150), on=day(-1))
    assert at(convention).aid_late == 50
    late.repay(Decimal(50), on=TODAY)
    assert (at(convention).aid_late, at(convention).advances_late) == (0, 0)
    assert at(convention, -41).advances_late == 0


def test_leverage_is_the_other_money_for_each_euro_of_aid(convention):
    make.approved(convention=convention, advance=Decimal(10_000))  # it costs 15 000 €
    make.approved(convention=convention, advance=0, days=3)  # days alone: no aid, no leverage
    make.submitted(convention=convention).refuse(on=day(-30), reason="Hors champ")
    found = at(convention)
    assert (found.project_cost, found.aid_granted) == (15_000, 10_000)
    assert found.leverage == Decimal("0.50")
    assert at(convention, -31).leverage is None


# Groups


@pytest.mark.parametrize(
    ("headcount", "group"),
    [
        ("0", "moins-de-10"),
        ("9.99", "moins-de-10"),
        ("10", "10-a-49"),
        ("49.5", "10-a-49"),
        ("50", "50-a-249"),
        ("249.99", "50-a-249"),
        ("250", "250-et-plus"),
        (None, "aucun"),
    ],
)
def test_a_head_count_is_in_one_class(headcount, group):
    assert size_of(headcount and Decimal(headcount)).value == group


@pytest.mark.parametrize(
    ("code", "section"),
    [("25.62B", "C"), ("47.11F", "G"), ("01.11Z", "A"), ("99.00Z", "U"), ("04.00Z", None)],
)
def test_a_naf_code_is_in_one_section(code, section):
    assert section_of(code) == section

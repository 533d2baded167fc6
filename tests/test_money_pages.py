"""The pages of an advance's money: from the contract that is printed to what is recovered."""

from decimal import Decimal

import pytest
from django.urls import reverse

from conventions.models import ReferenceRate
from conventions.money import in_euros
from support.answers import propose
from support.answers import send as send_answer
from support.models import Aid, Credit, PaymentOrder, Repayment, Rescheduling
from tests import factories as make
from tests.printed import is_accessible
from tests.printed import words as printed


@pytest.fixture
def file(convention, toul):
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    conditions = ["Bail signé", "Accord de la banque"]
    return make.approved(
        convention=convention, company=company, on=make.day(-300), conditions=conditions
    )


@pytest.fixture
def paid(convention, toul):
    """10 000 € paid out 290 days ago, due in ten months."""
    company = make.CompanyFactory(antenna=toul, name="Scierie Didier")
    decision = make.approved(convention=convention, company=company, on=make.day(-300)).approval
    aid = make.AidFactory(
        decision=decision, contract_on=make.day(-300), deferral_months=0, instalments=10
    )
    aid.disburse(10_000, on=make.day(-290))
    return aid


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def url(name, row):
    return reverse(f"support:{name}", args=[row.pk])


def send(client, name, row, **typed):
    """Post to a page as a person does, and read where it leads."""
    typed = {key: getattr(value, "isoformat", lambda v=value: v)() for key, value in typed.items()}
    return words(client.post(url(name, row), typed, follow=True))


def test_money_leaves_three_actions_after_the_decision(client, alice, file):
    client.force_login(alice)
    today, day = make.day(0), make.day(-1)
    contract = {"instrument": "advance", "deferral_months": 6, "instalments": 36, "frequency": 1}
    page = send(client, "aid_sign", file, contract_on=day, **contract)
    assert "Conditions du comité encore à lever" in page and "Lever les conditions" in page
    lease, bank = file.approval.conditions.all()
    proofs = {f"proof_{lease.pk}": "Bail du 3", f"proof_{bank.pk}": "Courriel de la banque"}
    assert "Levée le" in send(client, "conditions_meet", file, met_on=day, **proofs)
    aid = Aid.objects.get()
    send(client, "disbursement_add", aid, amount="10 000,00", paid_on=today)
    assert Aid.objects.get().disbursed == 10_000
    assert {each.met_by for each in file.approval.conditions.all()} == {alice}


def test_conditions_are_met_one_or_more_at_a_time(client, alice, file):
    client.force_login(alice)
    lease = file.approval.conditions.first()
    page = send(client, "conditions_meet", file, met_on=make.day(0))
    assert "Donnez le justificatif d’au moins une condition." in page
    send(client, "conditions_meet", file, met_on=make.day(0), **{f"proof_{lease.pk}": "Bail"})
    assert [each.label for each in file.approval.unmet_conditions] == ["Accord de la banque"]


def test_the_contract_is_printed_corrected_and_filed_signed(client, alice, file):
    client.force_login(alice)
    aid = make.AidFactory(decision=file.approval, contract_on=make.day(-200))
    content = client.get(url("aid_contract", aid)).content
    assert is_accessible(content, title="Contrat d’avance remboursable sans intérêt")
    text = printed(content)
    for told in (aid.number, "Tôlerie Marchal", "10 000,00 €", "Bail signé", "aucun intérêt"):
        assert told in text, told
    assert text.count("277,77 €") == 35
    terms = {"deferral_months": 0, "instalments": 4, "frequency": 3}
    send(client, "aid_correct", aid, **terms)
    assert "2 500,00 €" in printed(client.get(url("aid_contract", aid)).content)
    send(client, "signed_copy_add", aid, file=make.upload("virus.exe", b"MZ"))
    assert not Aid.objects.get().signed_copy
    client.post(url("signed_copy_add", aid), {"file": make.upload("contrat.pdf")})
    copy = client.get(url("signed_copy", aid))
    assert copy["Content-Disposition"] == 'attachment; filename="contrat.pdf"'
    assert copy.getvalue().startswith(b"%PDF")


def test_a_second_person_approves_a_large_payment(client, alice, nadia, bob, file, toul):
    file.convention.terms.update(second_person_above=5_000)
    for condition in file.approval.conditions.all():
        condition.meet(on=make.day(-100), proof="Vu")
    aid = make.AidFactory(decision=file.approval, contract_on=make.day(-100))
    client.force_login(alice)
    page = send(client, "disbursement_add", aid, amount="6000", paid_on=make.day(0))
    assert "6 000,00 €, saisi par Alice" in page
    assert "Ce déblocage attend qu’une autre personne l’approuve." in page
    assert "dont 6 000,00 € à approuver" in page
    assert "Il reste 4 000,00 € à débloquer" in words(client.get(url("disbursement_add", aid)))
    home = words(client.get(reverse("home")))
    waiting = home.partition("Aides à débloquer")[2]
    assert "Déblocages à approuver" in home and "4 000,00 €" in waiting
    order = PaymentOrder.objects.get()
    assert "Vous avez saisi ce déblocage" in words(
        client.get(url("order_approve", order), follow=True)
    )
    assert "une autre personne doit l’approuver" in send(
        client, "order_approve", order, on=make.day(0)
    )
    client.force_login(bob)
    assert client.post(url("order_approve", order), {"on": make.day(0)}).status_code == 403
    assert client.post(url("order_strike", order), {"reason": "Non"}).status_code == 403
    client.force_login(nadia)
    page = words(client.get(url("order_approve", order)))
    for told in (aid.number, "Alice, le", "6 000,00 €", "Bail signé – levée le"):
        assert told in page, told
    send(client, "order_approve", order, on=make.day(0))
    for name in ("order_approve", "order_strike"):
        again = words(client.get(url(name, order), follow=True))
        assert "Ce déblocage a déjà été approuvé ou abandonné." in again
    assert Aid.objects.get().disbursed == 6_000
    page = words(client.get(aid.get_absolute_url()))
    assert "Approuvé par Nadia" in page and "À approuver" not in page


def test_who_may_approve_may_also_give_up(client, alice, nadia, file):
    file.convention.terms.update(second_person_above=5_000)
    for condition in file.approval.conditions.all():
        condition.meet(on=make.day(-100), proof="Vu")
    aid = make.AidFactory(decision=file.approval, contract_on=make.day(-100))
    order = aid.pay(6_000, on=make.day(0), by=alice)
    client.force_login(nadia)
    assert url("order_strike", order) in client.get(url("order_approve", order)).text
    send(client, "order_strike", order, reason="Mauvais bénéficiaire")
    assert not PaymentOrder.objects.waiting().exists() and Aid.objects.get().disbursed == 0


def test_who_pays_a_late_company_is_told(client, alice, paid):
    assert paid.late
    application = paid.application
    more = make.approved(company=application.company, convention=application.convention)
    aid = make.AidFactory(decision=more.approval)
    client.force_login(alice)
    page = words(client.get(url("disbursement_add", aid)))
    late = " ".join(in_euros(paid.late).split())
    assert f"Cette entreprise a {late} de remboursements en retard." in page
    paid.repay(paid.late, on=make.day(0))
    assert "en retard" not in words(client.get(url("disbursement_add", aid)))


def test_payments_of_a_day_are_exported_for_the_accountant(client, alice, paid):
    client.force_login(alice)
    on = {"paid_from": make.day(-290).isoformat(), "paid_to": make.day(-290).isoformat()}
    address = reverse("support:payment_list")
    file = client.get(address, on | {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert paid.number in file and "10000,00" in file and "Scierie Didier" in file
    assert client.get(address, on | {"format": "xlsx"}).getvalue()[:2] == b"PK"
    on["paid_to"] = make.day(-291).isoformat()
    assert "Scierie" not in words(client.get(address, on))


def test_without_a_base_rate_the_whole_advance_counts_and_the_page_says_why(client, alice, paid):
    client.force_login(alice)
    why = "le taux de base du jour de la décision n’est pas saisi"
    assert why in words(client.get(paid.get_absolute_url()))
    ReferenceRate.objects.create(since=make.day(-400), base_rate="2.00", source="Avis")
    assert why not in words(client.get(paid.get_absolute_url()))


def test_an_excess_is_refused_kept_then_given_back(client, alice, paid):
    client.force_login(alice)
    typed = {"amount": "10 000,50", "received_on": make.day(-5)}
    assert "il reste 10 000,00 € à rembourser" in send(client, "repayment_add", paid, **typed)
    page = send(client, "repayment_add", paid, keep_credit="on", **typed)
    assert "Trop-perçu de 0,50 €, gardé pour l’entreprise" in page
    page = send(client, "credit_send_back", Credit.objects.get(), on=make.day(0))
    assert "Trop-perçu de 0,50 €, rendu à l’entreprise" in page


def test_a_rejected_payment_is_told_with_its_day(client, alice, paid):
    line = paid.repay(Decimal(1_000), on=make.day(-200))
    client.force_login(alice)
    page = send(client, "repayment_reject", line, on=make.day(-190), reason="Sans provision")
    assert "Rejeté par la banque le" in page and "Sans provision" in page
    assert Repayment.objects.counting_on(make.day(0)).count() == 0


def test_another_schedule_is_asked_seen_on_the_dashboard_and_accorded(client, alice, paid):
    client.force_login(alice)
    asked = {"requested_on": make.day(-5), "reason": "Perte d’un client", "kind": "rescheduling"}
    page = send(client, "rescheduling_add", paid, **asked)
    assert "Donnez la date de la première échéance." in page
    assert "Donnez le nombre d’échéances." in page and "Perte d’un client" in page
    plan = {"first_due_on": make.day(30), "instalments": 20, "frequency": 1}
    page = send(client, "rescheduling_add", paid, **asked, **plan)
    assert "20 échéances tous les mois" in page
    assert "Échéanciers demandés" in words(client.get(reverse("home")))
    request = Rescheduling.objects.get()
    answer = {"accorded": "yes", "on": make.day(-1), "answer": "Bon courage"}
    page = send(client, "rescheduling_answer", request, **answer)
    assert "donnez la référence de sa décision" in page
    page = send(client, "rescheduling_answer", request, reference="PV du 3 mars", **answer)
    assert "Dites-la maintenant à l’entreprise." in page
    page = words(client.get(paid.get_absolute_url()))
    assert "Échéancier : 20 échéances" in page and "500,00 €" in page
    assert "Cette demande a déjà sa réponse." in words(
        client.get(url("rescheduling_answer", request), follow=True)
    )


def test_a_default_a_loss_and_what_comes_after(client, alice, paid):
    client.force_login(alice)
    asked = {"requested_on": make.day(-20), "reason": "Sans réponse", "kind": "default"}
    send(client, "rescheduling_add", paid, **asked)
    answer = {"accorded": "yes", "on": make.day(-15), "reference": "PV du 3 mars"}
    send(client, "rescheduling_answer", Rescheduling.objects.get(), **answer)
    page = words(client.get(paid.get_absolute_url()))
    assert "10 000,00 € en retard" in page
    loss = {"amount": "10000", "written_off_on": make.day(-10), "reason": "Liquidation"}
    page = send(client, "write_off_add", paid, reference="PV du 3 avril", **loss)
    assert "Passé en perte : 10 000,00 €" in page and "PV du 3 avril" in page
    page = send(client, "recovery_add", paid, amount="750", received_on=make.day(-1))
    assert "9 250,00 €" in page and "Récupéré après perte" in page


def test_the_rest_is_given_up_and_taken_again(client, alice, file):
    aid = make.AidFactory(decision=file.approval, contract_on=make.day(-200))
    client.force_login(alice)
    page = send(client, "release_add", aid, released_on=make.day(0), reason="Projet abandonné")
    assert "10 000,00 € ne seront pas débloqués" in page
    page = send(client, "release_strike", aid.releases.get(), reason="Projet repris")
    assert "Rayée le" in page and Aid.objects.get().left_to_pay == 10_000


def test_the_list_of_payments_costs_the_same_for_one_row_and_for_many(
    client, alice, convention, django_assert_max_num_queries
):
    client.force_login(alice)
    for extra in (1, 4):
        for _ in range(extra):
            decision = make.approved(convention=convention, advance=Decimal(1_000)).approval
            make.AidFactory(decision=decision).disburse(100, on=make.day(-3), by=alice)
        with django_assert_max_num_queries(8):
            client.get(reverse("support:payment_list"))


def test_what_came_back_says_where_it_went_and_a_grant_never_opens_the_page(client, alice, paid):
    client.force_login(alice)
    typed = {"received_on": make.day(-5), "keep_credit": "on"}
    page = send(client, "repayment_add", paid, amount="10 000,50", **typed)
    assert "10 000,00 € retournent à la convention, 0,50 € de trop-perçu sont gardés" in page
    assert "Rien n’était dû : 7,00 € sont gardés" in send(
        client, "repayment_add", paid, amount="7", **typed
    )
    line = Repayment.objects.get()
    page = words(client.get(url("repayment_reject", line)))
    assert "Tout le virement de 10 000,50 € est rejeté, dont 0,50 € de trop-perçu." in page
    decision = make.approved(convention=paid.convention, advance=0, grant=500).approval
    grant = make.AidFactory(decision=decision, instrument="grant")
    grant.disburse(500, on=make.day(0))
    page = words(client.get(url("repayment_add", grant), follow=True))
    assert "Une subvention ne se rembourse pas." in page
    unpaid = make.AidFactory(decision=make.approved(convention=paid.convention).approval)
    page = words(client.get(url("repayment_add", unpaid), follow=True))
    assert "Rien n’a encore été débloqué" in page


def test_an_accord_that_would_be_late_at_once_is_refused(client, alice, paid):
    client.force_login(alice)
    plan = {"first_due_on": make.day(-3), "instalments": 20, "frequency": 1}
    request = paid.ask_rescheduling("rescheduling", on=make.day(-9), reason="Travaux", **plan)
    answer = {"accorded": "yes", "on": make.day(-5), "reference": "PV"}
    page = send(client, "rescheduling_answer", request, **answer)
    assert "refusez, puis enregistrez une demande plus lointaine" in page
    assert Rescheduling.objects.get().is_waiting


def test_a_number_that_would_be_ignored_is_refused_and_what_is_compulsory_says_so(
    client, alice, paid
):
    client.force_login(alice)
    asked = {"requested_on": make.day(-5), "reason": "Travaux", "first_due_on": make.day(60)}
    page = send(client, "rescheduling_add", paid, kind="moratorium", instalments=12, **asked)
    assert "seul un nouvel échéancier change ce nombre" in page
    send(client, "rescheduling_add", paid, kind="moratorium", **asked)
    form = client.get(url("rescheduling_answer", Rescheduling.objects.get())).context["form"]
    assert form.fields["reference"].required


def test_striking_an_accord_out_says_that_its_letter_left(client, alice, paid):
    client.force_login(alice)
    plan = {"first_due_on": make.day(30), "instalments": 20, "frequency": 1}
    request = paid.ask_rescheduling("rescheduling", on=make.day(-9), reason="Travaux", **plan)
    request.approve(on=make.day(-5), reference="PV", by=alice)
    warning = "écrivez de nouveau à l’entreprise"
    assert warning not in words(client.get(url("rescheduling_strike", request)))
    send_answer(request, **propose(request, by=alice), by=alice, by_post=True)
    assert warning in words(client.get(url("rescheduling_strike", request)))
    assert "écrivez-le maintenant" in send(client, "rescheduling_strike", request, reason="Erreur")

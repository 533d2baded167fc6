"""An advance as its coordinator lives it: contract, payments, bank, lateness, another schedule."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from conventions.schedule import add_months
from support.models import Aid, ReminderStep
from territories.dates import in_figures
from tests import factories as make
from tests.printed import words
from tests.test_accessibility import DESKTOP, PHONE, faults
from tests.test_bank_file import workbook
from tests.test_browser import PASSWORD, iso, press, sign_in, type_in

pytestmark = pytest.mark.browser

# Twelve instalments: the bank tells the first three, the fourth is late by three weeks or so.
FIRST_DUE = add_months(make.day(-20), -3)
DUE = [add_months(FIRST_DUE, month) for month in range(4)]


@pytest.fixture
def file(transactional_db, toul, alice):
    """12 500 € that the committee of Toul granted on two conditions."""
    alice.set_password(PASSWORD)
    alice.save()
    convention = make.ConventionFactory(antenna=toul, reference="TOUL-1", funds=100_000)
    company = make.CompanyFactory(antenna=toul, name="SARL Tôlerie Marchal")
    make.ContactFactory(company=company, email="jeanne@marchal.example")
    step = {"kind": "email", "subject": "Votre avance {aide}", "body": "Il manque {montant}."}
    ReminderStep.objects.update_or_create(days=8, antenna=None, defaults=step)
    return make.approved(
        convention=convention,
        company=company,
        on=make.day(-150),
        advance=Decimal(12_500),
        conditions=["Bail signé", "Accord de la banque"],
    )


@pytest.fixture
def page(live_server, new_context, file, alice):
    page = new_context(viewport=DESKTOP, base_url=live_server.url).new_page()
    sign_in(page, live_server.url, alice)
    return page


def test_an_advance_from_its_contract_to_another_schedule(page, file):
    sign_the_contract(page, file)
    print_it_and_file_the_signed_copy(page)
    meet_the_conditions(page)
    pay_out_in_two_times(page)
    read_the_bank_s_spreadsheet(page)
    confirm_what_it_proposes(page)
    see_what_is_late(page)
    send_a_reminder(page)
    ask_for_another_schedule(page)
    accord_it(page)
    tell_the_company(page)
    read_the_figures(page, file)


def says(page, *texts):
    """The page shows each of these, to a person who looks at it."""
    for text in texts:
        shown = page.get_by_role("main").get_by_text(text).filter(visible=True)
        expect(shown.first).to_be_visible()


def card(page, heading):
    return page.locator("section", has=page.get_by_role("heading", name=heading))


def beside(section, label):
    """What a list of facts says of this."""
    return section.locator("dt").get_by_text(label, exact=True).locator("+ dd")


def fact(page, label):
    return beside(card(page, "Avance remboursable"), label)


def follow(page, name):
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def sign_the_contract(page, file):
    page.goto(file.get_absolute_url())
    follow(page, "Aide")
    says(page, "12 500,00 €", "Bail signé", "À lever avant tout déblocage")
    follow(page, "Saisir le contrat")
    says(page, "Conditions du comité encore à lever")
    type_in(page, contract_on=iso(-145), deferral_months="0", instalments="12")
    type_in(page, first_due_on=FIRST_DUE.isoformat())
    press(page, "Enregistrer")
    says(
        page,
        "Le contrat est enregistré.",
        f"12 échéances tous les mois, sans intérêt – la première le {in_figures(FIRST_DUE)}",
    )


def print_it_and_file_the_signed_copy(page):
    with page.expect_download() as printing:
        follow(page, "Contrat à imprimer (PDF)")
    content = Path(printing.value.path()).read_bytes()
    text = words(content)
    assert content.startswith(b"%PDF") and Aid.objects.get().number in text
    assert "12 500,00 €" in text and "Accord de la banque" in text
    follow(page, "Joindre le contrat signé")
    signed = {"name": "signe.pdf", "mimeType": "application/pdf", "buffer": content}
    page.locator("[name=file]").set_input_files(signed)
    press(page, "Joindre")
    with page.expect_download() as copy:
        page.get_by_role("link", name="Contrat signé", exact=True).click()
    assert copy.value.suggested_filename == "signe.pdf"


def meet_the_conditions(page):
    follow(page, "Lever les conditions")
    type_in(page, met_on=iso(-142))
    page.get_by_label("Justificatif : Bail signé").fill("Bail du 3")
    page.get_by_label("Justificatif : Accord de la banque").fill("Courriel de la banque")
    press(page, "Enregistrer")
    expect(page.get_by_text(f"Levée le {in_figures(make.day(-142))} par Alice")).to_have_count(2)
    expect(page.get_by_text("À lever avant tout déblocage")).to_have_count(0)


def pay_out_in_two_times(page):
    for amount, ago, left in [("8 500", -140, "4 000,00 €"), ("4 000", -130, "0,00 €")]:
        follow(page, "Débloquer")
        type_in(page, amount=amount, paid_on=iso(ago))
        press(page, "Enregistrer")
        expect(fact(page, "Reste à débloquer")).to_have_text(left)
    expect(fact(page, "Reste à rembourser")).to_have_text("12 500,00 €")


def read_the_bank_s_spreadsheet(page):
    aid = Aid.objects.get()
    siren = aid.application.company.siret[:9]
    spreadsheet = workbook(
        ["Date", "Libellé", "Communication", "Montant"],
        [DUE[0], "VIR TOLERIE MARCHAL", "", 1041.66],
        [DUE[1], "VIR SEPA", aid.number, 1041.66],
        [DUE[2], f"VIR {siren}", "", 1041.66],
        [DUE[2], "FRAIS DE TENUE DE COMPTE", "", -5],
    )
    page.goto(reverse("support:aid_list"))
    follow(page, "Relevés bancaires")
    follow(page, "Déposer un relevé")
    page.locator("[name=file]").set_input_files(
        {"name": "juin.xlsx", "mimeType": "application/octet-stream", "buffer": spreadsheet}
    )
    press(page, "Lire le fichier")
    says(page, "Ces en-têtes sont nouveaux", "FRAIS DE TENUE DE COMPTE", "Montant signé (deviné)")
    assert not list(faults(page))
    page.get_by_role("checkbox", name="Communication").check()
    press(page, "Lire le relevé")
    says(page, "Le relevé est lu : 3 sommes reçues à traiter.")


def confirm_what_it_proposes(page):
    """On a phone, as one does between two visits."""
    says(page, "Le libellé porte le nom de l’entreprise.")
    says(page, f"Le libellé porte le numéro {Aid.objects.get().number}.")
    says(page, "Le libellé porte le SIREN de l’entreprise.")
    for day in DUE[:3]:
        says(page, f"Le montant est celui de l’échéance du {in_figures(day)}.")
    expect(page.get_by_role("radio", name="Marchal", checked=True)).to_have_count(3)
    assert not list(faults(page))
    page.set_viewport_size(PHONE)
    press(page, "Enregistrer les lignes cochées")
    says(page, "3 remboursements sont enregistrés : 3 124,98 € retournent à la convention.")
    says(page, "Toutes les lignes de ce relevé sont traitées.")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size(DESKTOP)


def see_what_is_late(page):
    page.goto(reverse("home"))
    says(page, "1 041,66 €", "relance à envoyer")
    follow(page, "Tous les retards")
    row = page.get_by_role("row", name="Marchal")
    for text in (in_figures(DUE[3]), "1 041,66 €", "Aucune", "À envoyer"):
        expect(row).to_contain_text(text)
    follow(page, "SARL Tôlerie Marchal")
    says(page, f"Échéance du {in_figures(DUE[3])} : 1 041,66 €")


def is_sent(answer):
    return answer.request.method == "POST"


def send_a_reminder(page):
    """Seen as a PDF in a tab of its own; the page stays, to be sent."""
    follow(page, "Préparer la relance")
    with page.context.expect_event("response", is_sent) as preview:
        press(page, "Aperçu du PDF")
    assert preview.value.header_value("content-type") == "application/pdf"
    assert not mail.outbox
    assert not list(faults(page))
    press(page, "Envoyer")
    says(page, "Relance envoyée à Jeanne Marchal (jeanne@marchal.example).")
    [message] = mail.outbox
    [(_name, content, kind)] = message.attachments
    assert kind == "application/pdf" and "Il manque 1 041,66 €." in words(content)


def ask_for_another_schedule(page):
    follow(page, "Aide")
    says(page, "1 041,66 € en retard : aucune pénalité, mais l’entreprise est à appeler.")
    follow(page, "Demander un autre échéancier")
    says(page, "Il reste 9 375,02 € à rembourser, sans aucun intérêt.")
    page.locator("[name=kind]").select_option("rescheduling")
    type_in(page, requested_on=iso(-5), reason="Un client en moins", first_due_on=iso(30))
    type_in(page, instalments="18", frequency="1")
    press(page, "Enregistrer la demande")
    page.goto(reverse("home"))
    says(page, "Échéanciers demandés")


def accord_it(page):
    card(page, "Échéanciers demandés").get_by_role("link", name="Marchal").click()
    expect(page.get_by_role("link", name="Demander un autre échéancier")).to_have_count(0)
    follow(page, "Répondre")
    says(page, "Si c’est accordé aujourd’hui")
    says(page, "SARL Tôlerie Marchal. 18 échéances tous les mois")
    page.get_by_role("radio", name="Accordé").check()
    type_in(page, on=iso(-1), reference="PV du 3 mars", answer="Bon courage")
    press(page, "Enregistrer")
    says(page, "Dites-la maintenant à l’entreprise.")


def tell_the_company(page):
    says(page, f"18 échéances tous les mois, à partir du {in_figures(make.day(30))}.")
    assert not list(faults(page))
    press(page, "Envoyer")
    says(page, "Réponse envoyée à Jeanne Marchal (jeanne@marchal.example).")
    [(_name, content, _kind)] = mail.outbox[-1].attachments
    letter = words(content)
    assert "il reste 9 375,02 € à rembourser" in letter and "PV du 3 mars" in letter
    assert (letter.count("520,83 €"), letter.count("520,91 €")) == (17, 1)
    says(page, f"Accordé – 18 échéances tous les mois, à partir du {in_figures(make.day(30))}.")
    expect(fact(page, "En retard")).to_have_text("Rien")


def read_the_figures(page, file):
    """What is left is 9 375,02 €: seventeen times 520,83 € and the cents in the last one."""
    for label, euros in {
        "Accordé": "12 500,00 €",
        "Débloqué": "12 500,00 €",
        "Remboursé": "3 124,98 €",
        "Reste à rembourser": "9 375,02 €",
    }.items():
        expect(fact(page, label)).to_have_text(euros)
    page.get_by_text("Échéancier : 21 échéances").click()
    schedule = page.get_by_role("table", name="Échéancier")
    expect(schedule.get_by_role("cell", name="520,83 €")).to_have_count(17)
    expect(schedule.get_by_role("row").last).to_contain_text("520,91 €")
    page.goto(reverse("support:late_list"))
    says(page, "Aucune avance n’est en retard ce jour-là.")
    page.goto(file.convention.get_absolute_url())
    money = card(page, "L’argent aujourd’hui")
    expect(beside(money, "Aide remboursée")).to_have_text("3 124,98 €")
    expect(beside(money, "Solde disponible")).to_have_text("90 624,98 €")

"""The pages of the bank's statements: read a file, choose its columns, settle its lines."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from support.models import BankColumns, BankLine, Repayment, Statement
from tests import factories as make

HEADER = "Date;Libellé;Débit;Crédit"


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def csv(*lines, header=HEADER):
    text = "\n".join(["Compte;FR7630006000011234567890189", "", header, *lines])
    return SimpleUploadedFile("releve.csv", text.encode("cp1252"))


def line(offset, label, amount):
    return f"{make.day(offset):%d/%m/%Y};{label};;{amount}"


@pytest.fixture
def aid(convention, toul):
    """10 000 € lent to Tôlerie Marchal: 36 instalments of 277,77 €, the first in a week or so."""
    company = make.CompanyFactory(antenna=toul, name="SARL Tôlerie Marchal")
    application = make.approved(convention=convention, company=company, on=make.day(-240))
    aid = make.AidFactory(decision=application.approval, contract_on=make.day(-230))
    aid.disburse(10_000, on=make.day(-220))
    return aid


@pytest.fixture
def other(convention, toul):
    """5 000 € lent to Menuiserie Colin, in 36 instalments of 138,88 €."""
    company = make.CompanyFactory(antenna=toul, name="Menuiserie Colin")
    application = make.approved(
        convention=convention, company=company, on=make.day(-240), advance=Decimal(5_000)
    )
    aid = make.AidFactory(decision=application.approval, contract_on=make.day(-230))
    aid.disburse(5_000, on=make.day(-220))
    return aid


def send(client, file, **typed):
    return client.post(reverse("support:statement_add"), {"file": file, **typed}, follow=True)


def choose(client, page, **columns):
    """Answer the page of the columns."""
    typed = {"day": 0, "labels": [1], "credit": 3, "debit": 2} | columns
    hidden = {"file": page.context["sealed"], "antenna": page.context["antenna"].pk}
    return client.post(
        reverse("support:statement_columns"),
        {name: value for name, value in typed.items() if value is not None} | hidden,
        follow=True,
    )


@pytest.fixture
def reader(client, alice, toul):
    """Reads a file of Toul's with the usual headings; answers with the page of the statement."""
    client.force_login(alice)

    def read(*lines, **options):
        page = send(client, csv(*lines, **options), antenna=toul.pk)
        return choose(client, page) if "sealed" in (page.context or {}) else page

    return read


def settle(client, statement, *choices):
    """Send the page of a statement: (line, choice) or (line, "", another advance)."""
    data = {"line": [row.pk for row, *_rest in choices]}
    for row, choice, *other in choices:
        data[f"line-{row.pk}-choice"] = choice
        data[f"line-{row.pk}-other"] = other[0] if other else ""
    return client.post(statement.get_absolute_url(), data, follow=True)


def checked(page):
    return [form["choice"].value() for form in page.context["settlement"].forms]


def test_new_headings_are_asked_once_and_guesses_are_called_guesses(client, alice, toul, aid):
    client.force_login(alice)
    page = send(client, csv(line(-3, "VIR X", "10,00")), antenna=toul.pk)
    text = words(page)
    assert "Colonnes du relevé" in text and "Crédit (deviné)" in text and "VIR X" in text
    assert not Statement.objects.exists()
    form = page.context["form"]
    assert form.initial == {"day": 0, "labels": [1], "credit": 3, "debit": 2}
    answer = choose(client, page)
    statement = Statement.objects.get()
    assert answer.redirect_chain[-1][0] == statement.get_absolute_url()
    assert BankColumns.objects.get().columns == (0, [1], None, 3, 2)
    send(client, csv(line(-2, "VIR Y", "20,00")), antenna=toul.pk)
    assert Statement.objects.count() == 2


def test_a_line_that_names_the_company_and_pays_an_instalment_is_checked_beforehand(
    client, reader, aid, other
):
    instalment = aid.schedule()[0].amount
    page = reader(
        line(
            -3, "VIR TOLERIE MARCHAL FR7630006000011234567890189", f"{instalment}".replace(".", ",")
        ),
        line(-2, "VIR INCONNU", "33,00"),
        line(-1, "VIR MENUISERIE COLIN", "12,00"),
        f"{make.day(-1):%d/%m/%Y};FRAIS;-5,00;",
    )
    statement = Statement.objects.get()
    assert (statement.debits, statement.lines.count()) == (1, 3)
    assert checked(page) == [f"aid-{aid.pk}", "", ""]
    text = words(page)
    assert "Le libellé porte le nom de l’entreprise." in text
    assert "Les indices sont trop faibles" in text
    assert "Rien dans cette ligne ne désigne une avance" in text
    assert "FR76" not in text and "[…]" in text
    first, second, third = statement.lines.all()
    answer = settle(
        client,
        statement,
        (first, f"aid-{aid.pk}"),
        (second, "other"),
        (third, "", other.application.reference),
    )
    assert "2 remboursements sont enregistrés" in words(answer)
    assert "Toutes les lignes de ce relevé sont traitées." in words(answer)
    assert aid.get_absolute_url() in words(answer)
    assert {(each.aid, each.amount) for each in Repayment.objects.all()} == {
        (aid, instalment),
        (other, Decimal(12)),
    }
    assert BankLine.objects.get(pk=second.pk).state == "Pas un remboursement"

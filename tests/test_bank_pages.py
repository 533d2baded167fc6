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
    hidden = {"file": page.context["sealed"]}
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


def pays(aid, offset=-3, label="VIR TOLERIE MARCHAL"):
    """A line that names the company and pays its first instalment."""
    return line(offset, label, str(aid.schedule()[0].amount).replace(".", ","))


# Read once


def test_the_same_file_again_adds_nothing_and_shows_what_it_became(client, reader, aid):
    reader(pays(aid))
    statement = Statement.objects.get()
    settle(client, statement, (statement.lines.get(), f"aid-{aid.pk}"))
    answer = reader(pays(aid))
    assert answer.redirect_chain[-1][0] == statement.get_absolute_url()
    assert "a déjà été lu" in words(answer) and "rien n’est ajouté" in words(answer)
    assert Statement.objects.count() == Repayment.objects.count() == 1


def test_a_file_that_overlaps_shows_the_lines_known_and_adds_the_others(client, reader, aid):
    reader(pays(aid), line(-3, "VIR DUPONT", "8,00"))
    first = Statement.objects.get()
    settle(client, first, (first.lines.first(), f"aid-{aid.pk}"))
    answer = reader(line(-3, "VIR DUPONT", "8,00"), pays(aid), line(-1, "VIR DUPONT", "8,00"))
    second = Statement.objects.exclude(pk=first.pk).get()
    assert [each.day for each in second.lines.all()] == [make.day(-1)]
    assert set(second.known.all()) == set(first.lines.all())
    text = words(answer)
    assert "Déjà connues d’un autre relevé" in text
    assert "Remboursement enregistré" in text and first.get_absolute_url() in text
    assert BankLine.objects.count() == 3
    lines = client.get(reverse("support:bank_line_list", args=[second.pk]))
    assert len(lines.context["page"].object_list) == 3


def test_two_payments_alike_in_one_file_are_two_lines(reader, aid):
    reader(line(-3, "VIR DUPONT", "8,00"), line(-3, "VIR DUPONT", "8,00"))
    assert BankLine.objects.count() == 2


def test_two_antennas_read_the_same_file_each_for_itself(client, reader, charlie, longwy, aid):
    reader(line(-3, "VIR DUPONT", "8,00"))
    client.force_login(charlie)
    page = send(client, csv(line(-3, "VIR DUPONT", "8,00")), antenna=longwy.pk)
    choose(client, page)
    assert {each.antenna.name for each in Statement.objects.all()} == {"Toul", "Longwy"}
    assert BankLine.objects.count() == 2


# Settled together or not at all


def test_one_line_refused_keeps_all_from_being_written_and_every_choice(client, reader, aid, other):
    reader(line(-230, "VIR COLIN", "10,00"), line(-2, "VIR DUPONT", "9,00"), pays(aid))
    statement = Statement.objects.get()
    early, foreign, right = statement.lines.all()
    answer = settle(
        client,
        statement,
        (early, "", other.application.reference),
        (foreign, "other"),
        (right, f"aid-{aid.pk}"),
    )
    text = words(answer)
    assert "Rien n’est enregistré" in text
    forms = answer.context["settlement"].forms
    assert [bool(form.errors) for form in forms] == [True, False, False]
    assert "avant le premier déblocage" in text
    assert checked(answer) == ["", "other", f"aid-{aid.pk}"]
    assert other.application.reference in text
    assert not Repayment.objects.exists()
    assert statement.lines.to_settle().count() == 3


@pytest.mark.parametrize(
    ("choice", "typed", "sentence"),
    [
        ("other", "COLIN", "Choisissez : la proposition cochée, ou l’avance écrite ici."),
        ("", "introuvable", "Aucune avance à rembourser ne porte ce nom."),
        ("", "CONV", "Plusieurs avances, précisez"),
        ("aid-999999", "", "Cette proposition ne tient plus"),
        ("recorded", "", "Cette proposition ne tient plus"),
        ("\0", "", "Cette proposition ne tient plus"),
    ],
)
def test_what_is_not_clear_is_asked_again(client, reader, aid, other, choice, typed, sentence):
    aid.convention.reference = "CONV-COMMUNE"
    reader(pays(aid))
    statement = Statement.objects.get()
    answer = settle(client, statement, (statement.lines.get(), choice, typed))
    assert sentence in words(answer)
    assert statement.lines.to_settle().exists() and not Repayment.objects.exists()


def test_lines_left_for_later_stay(client, reader, aid):
    reader(pays(aid), line(-2, "VIR DUPONT", "9,00"))
    statement = Statement.objects.get()
    first, second = statement.lines.all()
    answer = settle(client, statement, (first, ""), (second, ""))
    assert "toutes les lignes attendent" in words(answer)
    settle(client, statement, (first, f"aid-{aid.pk}"), (second, ""))
    assert list(statement.lines.to_settle()) == [second]
    assert Statement.objects.unfinished().get() == statement


def test_a_line_settled_by_somebody_else_meanwhile_is_told(client, reader, alice, aid):
    reader(pays(aid))
    statement = Statement.objects.get()
    line = statement.lines.get()
    line.ignore("other", by=alice)
    answer = settle(client, statement, (line, f"aid-{aid.pk}"))
    assert "déjà traitée : Pas un remboursement" in words(answer)
    assert not Repayment.objects.exists()


def test_money_beyond_what_is_left_is_refused_beside_its_line(client, reader, aid):
    reader(line(-3, f"VIR {aid.application.reference}", "10 000,01"))
    statement = Statement.objects.get()
    answer = settle(client, statement, (statement.lines.get(), f"aid-{aid.pk}"))
    assert "Dépasse ce qui reste à rembourser : 10 000,00 €." in words(answer)
    assert "Remboursement trop élevé" in words(answer)
    assert checked(answer) == [f"aid-{aid.pk}"]


def keep(client, statement, row, choice, other=""):
    name = f"line-{row.pk}"
    typed = {f"{name}-choice": choice, f"{name}-other": other, f"{name}-keep": "on"}
    return client.post(statement.get_absolute_url(), {"line": [row.pk], **typed}, follow=True)


def test_an_excess_is_kept_when_the_person_says_so_and_the_page_says_how_much(client, reader, aid):
    page = reader(line(-3, f"VIR {aid.application.reference}", "10 000,01"), pays(aid, -2))
    first, second = page.context["settlement"].forms
    assert first.offers_to_keep and not first["keep"].value() and checked(page)[0] == ""
    assert not second.offers_to_keep
    assert "10 000,00 € remboursent l’avance, 0,01 € sont gardés" in words(page)
    statement = Statement.objects.get()
    row = statement.lines.get(pk=first.line.pk)
    answer = keep(client, statement, row, f"aid-{aid.pk}")
    text = words(answer)
    assert "10 000,00 € retournent à la convention." in text
    assert "Remboursement enregistré, 0,01 € de trop-perçu gardés" in text
    row.refresh_from_db()
    assert (row.repayment.amount, row.credit.amount) == (10_000, Decimal("0.01"))
    url = reverse("support:repayment_strike", args=[row.repayment_id])
    assert "et le trop-perçu de 0,01 € venu avec lui" in words(client.get(url))
    client.post(url, {"reason": "Mauvais dossier"})
    assert statement.lines.to_settle().count() == 2


def test_an_excess_of_lines_together_is_offered_once_refused_and_kept_alone(client, reader, aid):
    reader(
        line(-3, "VIR TOLERIE MARCHAL SOLDE", "10 000,00"),
        line(-2, "VIR TOLERIE MARCHAL BIS", "250,00"),
    )
    statement = Statement.objects.get()
    one, two = statement.lines.all()
    answer = settle(client, statement, (one, f"aid-{aid.pk}"), (two, "", aid.number))
    forms = answer.context["settlement"].forms
    assert [form.offers_to_keep for form in forms] == [False, True]
    settle(client, statement, (one, f"aid-{aid.pk}"))
    two.record(aid, keep_credit=True)
    page = words(client.get(statement.get_absolute_url()))
    assert "Trop-perçu gardé pour l’entreprise" in page
    assert reverse("support:credit_strike", args=[two.credit_id]) in page


def test_an_excess_wants_an_advance_that_was_paid_out(client, reader, aid):
    page = reader(line(-230, "VIR TOLERIE MARCHAL", "10 000,01"), line(-2, "VIR DUPONT", "9,00"))
    assert not any(form.offers_to_keep for form in page.context["settlement"].forms)
    statement = Statement.objects.get()
    early, foreign = statement.lines.all()
    assert "Choisissez d’abord l’avance" in words(keep(client, statement, foreign, "other"))
    keep(client, statement, early, f"aid-{aid.pk}")
    assert statement.lines.to_settle().count() == 2 and not Repayment.objects.exists()


def test_a_repayment_struck_out_frees_its_line(client, reader, alice, aid):
    reader(pays(aid))
    statement = Statement.objects.get()
    line = statement.lines.get()
    settle(client, statement, (line, f"aid-{aid.pk}"))
    Repayment.objects.get().strike(reason="Mauvais dossier", by=alice)
    page = client.get(statement.get_absolute_url())
    assert "a été rayé" in words(page) and checked(page) == [""]
    settle(client, statement, (line, f"aid-{aid.pk}"))
    line.refresh_from_db()
    assert line.repayment == Repayment.objects.standing().get()


def test_a_repayment_typed_by_hand_is_recognised_and_not_recorded_twice(client, reader, alice, aid):
    amount = aid.schedule()[0].amount
    typed = aid.repay(amount, on=make.day(-5), by=alice)
    page = reader(pays(aid))
    assert checked(page) == [""] and "est-ce celui-ci" in words(page)
    statement = Statement.objects.get()
    line = statement.lines.get()
    settle(client, statement, (line, f"repayment-{typed.pk}"))
    line.refresh_from_db()
    assert (line.repayment, line.state) == (typed, "Remboursement déjà saisi")
    assert Repayment.objects.count() == 1
    client.post(reverse("support:bank_line_reopen", args=[line.pk]))
    assert list(statement.lines.to_settle()) == [line]


def test_an_ignored_line_can_be_put_back_and_a_recorded_one_is_struck_out(client, reader, aid):
    reader(pays(aid), line(-2, "VIR DUPONT", "9,00"))
    statement = Statement.objects.get()
    right, foreign = statement.lines.all()
    settle(client, statement, (right, f"aid-{aid.pk}"), (foreign, "returned"))
    page = words(client.get(statement.get_absolute_url()))
    for row, possible in ((foreign, True), (right, False)):
        url = reverse("support:bank_line_reopen", args=[row.pk])
        assert (url in page) is possible
        answer = client.post(url, follow=True)
        assert ("de nouveau à traiter" in words(answer)) is possible
    assert list(statement.lines.to_settle()) == [foreign]


def test_a_statement_read_by_mistake_is_removed_until_a_line_is_settled(client, reader, aid):
    reader(pays(aid))
    statement = Statement.objects.get()
    url = reverse("support:statement_remove", args=[statement.pk])
    assert url in words(client.get(statement.get_absolute_url()))
    client.post(url)
    assert not Statement.objects.exists() and not BankLine.objects.exists()
    reader(pays(aid))
    statement = Statement.objects.get()
    settle(client, statement, (statement.lines.get(), "other"))
    answer = client.post(reverse("support:statement_remove", args=[statement.pk]), follow=True)
    assert "il reste" in words(answer) and Statement.objects.exists()


# Bad files, other columns


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "vide"),
        (b"%PDF-1.7", "de type PDF"),
        (b"PK\x03\x04", "abîmé"),
        (b"bonjour", "aucune ligne avec une date et un montant"),
        (b"Date;Montant\n03/25/2026;1,00\n", None),
    ],
)
def test_a_file_that_cannot_be_read_is_told_beside_it(client, alice, toul, content, sentence):
    client.force_login(alice)
    answer = send(client, SimpleUploadedFile("x.csv", content), antenna=toul.pk)
    assert answer.status_code == 200
    if sentence:
        assert sentence in words(answer)
        assert not Statement.objects.exists()


def test_columns_that_do_not_fit_are_told_and_nothing_is_remembered(client, alice, toul):
    client.force_login(alice)
    page = send(client, csv(line(-3, "VIR X", "10,00")), antenna=toul.pk)
    for columns, sentence in [
        ({"credit": None, "debit": None}, "Choisissez un montant signé"),
        ({"amount": 3}, "Choisissez un montant signé"),
        ({"day": 1}, "Aucune ligne de ce fichier ne se lit avec ces colonnes"),
        ({"debit": 3}, "Une même colonne ne peut pas servir deux fois"),
        ({"day": 99}, "Choisissez dans la liste"),
    ]:
        assert sentence in words(choose(client, page, **columns)), columns
    assert not BankColumns.objects.exists() and not Statement.objects.exists()


def test_remembered_columns_can_be_chosen_again(client, reader, toul, aid):
    reader(pays(aid))
    page = send(client, csv(line(-1, "VIR Z", "3,00")), antenna=toul.pk, again="on")
    assert "Colonnes du relevé" in words(page)
    choose(client, page, labels=[])
    assert BankColumns.objects.get().labels == []


def test_a_file_that_waited_elsewhere_is_asked_again(client, alice, charlie, toul):
    client.force_login(alice)
    page = send(client, csv(line(-3, "VIR X", "10,00")), antenna=toul.pk)
    client.force_login(charlie)
    assert "déposez-le de nouveau" in words(choose(client, page))
    for text in ("", "x", "a:b:c", "\0"):
        answer = client.post(reverse("support:statement_columns"), {"file": text}, follow=True)
        assert "déposez-le de nouveau" in words(answer)
    assert not Statement.objects.exists()


def test_rows_that_cannot_be_read_are_told_with_why(reader, aid):
    page = reader(pays(aid), line(-2, "VIR", "1O,00"), line(-2, "VIR", "1.234"))
    text = words(page)
    assert "Ligne 5 : le montant « 1O,00 » est illisible." in text
    assert Statement.objects.get().unread_count == 1  # 1.234: other amounts have a comma


# Who, and how much it costs


def test_a_reader_sees_and_settles_nothing_and_a_stranger_sees_nothing(
    client, reader, bob, charlie, aid
):
    reader(pays(aid))
    statement = Statement.objects.get()
    client.force_login(bob)
    page = client.get(statement.get_absolute_url())
    assert "attendent un animateur" in words(page) and not page.context["settlement"].forms
    assert settle(client, statement, (statement.lines.get(), "other")).status_code == 403
    assert "statement_add" not in words(client.get(reverse("support:statement_list")))
    assert client.get(reverse("support:statement_add")).status_code == 403
    client.force_login(charlie)
    assert client.get(statement.get_absolute_url()).status_code == 404
    assert settle(client, statement, (statement.lines.get(), "other")).status_code == 404


def test_the_pages_cost_the_same_for_one_line_and_for_many(
    client, reader, aid, other, django_assert_max_num_queries
):
    def costs(name, *row):
        with django_assert_max_num_queries(60) as queries:
            client.get(reverse(f"support:{name}", args=row))
        return len(queries)

    def lines(number):
        return [pays(aid, label=f"VIR TOLERIE MARCHAL {number}-{i}") for i in range(number)]

    for number in (2, 20):
        reader(*lines(number))
        statement = Statement.objects.first()
        rows = statement.lines.all()[: number // 2]
        settle(client, statement, *((row, f"aid-{aid.pk}") for row in rows))
    few, many = (
        [costs("statement", each.pk), costs("bank_line_list", each.pk)]
        for each in Statement.objects.order_by("pk")
    )
    assert few == many
    assert costs("statement_list") < 12


def test_a_long_statement_is_settled_page_by_page(client, reader, aid):
    page = reader(*(line(-3, f"VIR {number}", "1,00") for number in range(60)))
    assert len(page.context["settlement"].forms) == 25
    assert "Page 1 sur 3" in words(page)
    statement = Statement.objects.get()
    page = client.get(statement.get_absolute_url(), {"page": 3})
    assert len(page.context["settlement"].forms) == 10


def test_the_dashboard_names_the_statements_to_finish(client, reader, aid):
    reader(pays(aid))
    statement = Statement.objects.get()
    home = words(client.get("/"))
    assert "Relevés bancaires à finir" in home and statement.get_absolute_url() in home
    settle(client, statement, (statement.lines.get(), "other"))
    assert statement.get_absolute_url() not in words(client.get("/"))

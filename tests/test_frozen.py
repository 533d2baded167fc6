"""Frozen copies of a report: numbered, unchangeable, compared with today, sent and remembered."""

import json
from contextlib import nullcontext
from functools import partial

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from reports.evaluation import Evaluation
from reports.freezing import Person, compared, deliver, freeze, people_of
from reports.models import Delivery, FrozenReport
from reports.models.frozen import fingerprint
from reports.report import Report
from tests import factories as make
from tests.forms_read import plain
from tests.left import delivered, kept
from tests.numbers import TODAY, day
from tests.printed import is_accessible, words
from tests.refusals import refused, refused_by


@pytest.fixture
def copy(convention, alice):
    convention.pledge(make.SponsorFactory(name="Sidérac"), origin="private", on=day(-300), days=3)
    return freeze(convention, day(-10), by=alice)


def url(name, row, **query):
    return reverse(f"reports:{name}", args=[row.pk], query=query)


def changes(copy):
    return {
        (line.label, line.part): (plain(line.then), plain(line.now))
        for line in compared(copy)
        if line.is_changed
    }


# Kept as it was


def test_a_copy_keeps_the_figures_and_the_pdf_of_its_day(copy, convention, alice):
    assert str(copy) == f"BILAN-{convention.reference}-01"
    assert json.loads(copy.figures) == Report(Evaluation(convention, day(-10))).as_dict()
    assert copy.figures_sha256 == fingerprint(copy.figures.encode())
    assert copy.pdf_sha256 == fingerprint(bytes(copy.pdf))
    assert is_accessible(bytes(copy.pdf), title=f"Bilan de la convention {convention.reference}")
    text = words(bytes(copy.pdf))
    assert str(copy) in text and copy.figures_sha256 in text.replace(" ", "")
    assert f"par {alice}" in text


def test_copies_are_numbered_by_convention_without_a_gap(convention, toul, alice):
    other = make.ConventionFactory(antenna=toul)
    asked = [(convention, TODAY), (other, TODAY), (convention, day(-1))]
    assert [freeze(each, at, by=alice).number for each, at in asked] == [1, 1, 2]


def test_a_copy_that_would_say_the_very_same_is_refused(convention, toul, alice):
    first = freeze(convention, day(-10), by=alice)
    with pytest.raises(ValidationError, match=str(first)):
        freeze(convention, day(-10), by=alice)
    convention.charge_fee(10, on=day(-11), label="Frais")
    assert freeze(convention, day(-10), by=alice).number == 2


def test_a_draft_and_a_day_without_an_evaluation_are_not_frozen(convention, toul, alice):
    draft = make.ConventionFactory(antenna=toul, signed=False)
    with refused("not_signed"):
        freeze(draft, TODAY, by=alice)
    with refused("future"):
        freeze(convention, day(1), by=alice)
    with refused("too_early"):
        freeze(convention, day(-4_000), by=alice)
    assert not FrozenReport.objects.exists()


def test_neither_a_copy_nor_who_received_it_ever_changes(convention):
    copy = kept(convention)
    for row, field in ((copy, "number"), (copy.deliveries.get(), "email")):
        rows = type(row).objects
        for change in (
            row.save,
            row.delete,
            rows.all().delete,
            partial(rows.update, **{field: getattr(row, field)}),
            partial(rows.bulk_update, [row], [field]),
        ):
            with pytest.raises(TypeError, match="kept of a report"), transaction.atomic():
                change()
    assert FrozenReport.objects.count() == Delivery.objects.count() == 1


@pytest.mark.parametrize("table", ["reports_frozenreport", "reports_delivery"])
def test_the_database_itself_refuses_to_change_them(convention, table):
    kept(convention)
    refusal = pytest.raises(IntegrityError, match="report_append_only")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET id = id")
    with (
        refusal if connection.vendor == "postgresql" else nullcontext(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table} WHERE id = 0 OR id > 0")
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("frozen_report_numbered_once", {}),
        ("frozen_report_number_from_one", {"number": 0}),
        ("frozen_report_figures_have_a_print", {"number": 2, "figures_sha256": "ab"}),
        ("frozen_report_pdf_has_a_print", {"number": 2, "pdf_sha256": "ab"}),
        ("frozen_report_has_figures", {"number": 2, "figures": ""}),
    ],
)
def test_the_database_refuses_a_copy_that_could_not_be_checked(convention, constraint, fields):
    row = FrozenReport.objects.values().get(pk=kept(convention).pk)
    del row["id"]
    with refused_by(constraint):
        FrozenReport.objects.create(**row | fields)


@pytest.mark.parametrize("field", ["recipient", "email"])
def test_the_database_refuses_a_delivery_to_nobody(convention, field):
    copy = kept(convention)
    with refused_by("delivery_says_to_whom"):
        delivered(copy, **{field: ""})


# What changed since


def test_nothing_changed_as_long_as_the_data_say_the_same(copy, convention):
    convention.charge_fee(10, on=day(-9), label="Après le jour du bilan")
    assert changes(copy) == {}
    assert len(compared(copy)) > 40


def test_data_of_the_past_typed_later_show_as_differences(copy, convention):
    convention.charge_fee(10, on=day(-20), label="Oubliés")
    sponsor = make.SponsorFactory(name="Région")
    convention.pledge(sponsor, origin="public", on=day(-300), amount=500)
    found = changes(copy)
    assert found["Frais de gestion", ""] == ("0,00 €", "10,00 €")
    assert found["Apports promis", "Région"] == ("0,00 €", "500,00 €")
    assert found["Solde disponible", ""] == ("120 000,00 €", "120 490,00 €")
    assert ("Apports promis", "Sidérac") not in found


def test_a_pledge_struck_from_the_past_shows_too(convention, alice):
    pledge = convention.pledge(
        make.SponsorFactory(name="Région"), origin="public", on=day(-300), amount=500
    )
    copy = freeze(convention, day(-10), by=alice)
    pledge.withdraw(on=day(-20), reason="Délibération annulée")
    assert changes(copy)["Apports promis", "Région"] == ("500,00 €", "0,00 €")


def test_a_target_changed_for_the_past_shows(copy, convention):
    terms = convention.terms.last()
    terms.effective_on, terms.target_jobs = day(-15), 55
    convention.amend(terms, signed_on=TODAY, reason="Comité de pilotage")
    assert changes(copy)["Emplois", ""][1] == "55"


def test_a_figure_that_the_program_did_not_compute_then_is_no_difference(convention):
    record = {
        "themes": [{"title": "Les emplois", "unit": "number", "figures": []}],
        "gauges": [],
        "tables": [],
    }
    record["themes"][0]["figures"] = [
        {"key": "jobs_created", "label": "Emplois créés", "value": 3},
        {"key": "happiness", "label": "Bonheur", "value": 12},
    ]
    [line] = compared(kept(convention, figures=json.dumps(record)))
    assert (line.label, line.then, line.now, line.is_changed) == ("Emplois créés", "3", "0", True)


# Its pages


def test_a_coordinator_freezes_the_report_of_a_day(client, alice, convention):
    client.force_login(alice)
    page = client.get(url("frozen_add", convention, au="2026-02-30"))
    assert page.status_code == 200
    wrong = client.post(url("frozen_add", convention), {"au": day(1).isoformat()})
    assert "est dans le futur" in plain(wrong.text)
    answer = client.post(url("frozen_add", convention), {"au": day(-3).isoformat()}, follow=True)
    copy = FrozenReport.objects.get()
    assert answer.redirect_chain[-1][0] == copy.get_absolute_url()
    assert copy.created_by == alice and copy.at == day(-3)
    assert "Aucun chiffre n’a changé depuis." in answer.text
    assert copy.pdf_sha256 in answer.text and copy.figures_sha256 in answer.text


def test_the_page_shows_what_changed_and_all_figures_when_asked(client, alice, copy, convention):
    convention.charge_fee(10, on=day(-20), label="Oubliés")
    client.force_login(alice)
    page = plain(client.get(copy.get_absolute_url()).text)
    assert "chiffres sur" in page and "Frais de gestion" in page
    assert "Dossiers déposés" not in page
    assert "Dossiers déposés" in client.get(url("frozen", copy, tous=1)).text


def test_the_files_are_the_very_bytes_that_were_kept(client, alice, copy, convention):
    convention.charge_fee(10, on=day(-20), label="Oubliés")
    client.force_login(alice)
    pdf, figures = (client.get(url(name, copy)) for name in ("frozen_pdf", "frozen_json"))
    assert fingerprint(pdf.content) == copy.pdf_sha256
    assert fingerprint(figures.content) == copy.figures_sha256
    name = f"bilan-{convention.reference}-01".lower()
    for answer, kind in ((pdf, "pdf"), (figures, "json")):
        assert f'attachment; filename="{name}.{kind}"' == answer["Content-Disposition"]


def test_the_list_is_empty_at_first_and_leaves_as_a_file(client, alice, convention):
    client.force_login(alice)
    assert "Aucun exemplaire" in client.get(url("frozen_list", convention)).text
    kept(convention)
    assert "-01</a>" in client.get(url("frozen_list", convention)).text
    text = b"".join(client.get(url("frozen_list", convention, format="csv"))).decode()
    assert f"BILAN-{convention.reference}-01" in text and ";1;" in text
    assert client.get(url("frozen_list", convention, format="xlsx")).getvalue()[:2] == b"PK"


def test_the_list_costs_the_same_for_one_and_for_many(
    client, alice, convention, django_assert_max_num_queries
):
    client.force_login(alice)
    kept(convention)
    with django_assert_max_num_queries(30) as few:
        client.get(url("frozen_list", convention))
    for number in range(2, 9):
        kept(convention, number)
    with django_assert_max_num_queries(len(few)):
        client.get(url("frozen_list", convention))


# Who receives it


@pytest.fixture
def expected(convention, fred):
    """A reader and two sponsors, one of whom reads too."""
    convention.readers.add(fred)
    for name, email in (("Région", "FRED@example.org"), ("Side", "side@example.org")):
        sponsor = make.SponsorFactory(name=name, email=email, contact_name="Jeanne")
        convention.pledge(sponsor, origin="public", on=day(-300), amount=1)
    return convention


def test_readers_and_sponsors_are_proposed_once_each(expected):
    people = people_of(expected)
    assert [person.email for person in people] == ["fred@example.org", "side@example.org"]
    assert people[1].name == "Jeanne (Side)"


def test_each_person_gets_a_message_and_is_remembered(client, alice, expected):
    copy = freeze(expected, TODAY, by=alice)
    client.force_login(alice)
    client.post(
        url("frozen_send", copy),
        {"known": ["fred@example.org"], "others": "maire@example.org\n\nFred@example.org "},
    )
    assert sorted(message.to[0] for message in mail.outbox) == [
        "fred@example.org",
        "maire@example.org",
    ]
    for message in mail.outbox:
        [(name, content, kind)] = message.attachments
        assert (name, kind) == (f"{copy}.pdf".lower(), "application/pdf")
        assert fingerprint(content) == copy.pdf_sha256 and copy.pdf_sha256 in message.body
        assert message.reply_to == [alice.email]
    page = client.get(copy.get_absolute_url()).text
    assert "maire@example.org" in page
    form = client.get(url("frozen_send", copy)).context["form"]
    assert form.initial["known"] == ["side@example.org"]


def test_an_address_typed_twice_gets_one_message(client, alice, expected):
    copy = freeze(expected, TODAY, by=alice)
    client.force_login(alice)
    typed = "Maire@example.org\nmaire@EXAMPLE.org\nSIDE@example.org\nFRED@example.org"
    client.post(url("frozen_send", copy), {"known": ["fred@example.org"], "others": typed})
    sent = sorted(message.to[0].lower() for message in mail.outbox)
    assert sent == ["fred@example.org", "maire@example.org", "side@example.org"]
    names = set(copy.deliveries.values_list("recipient", flat=True))
    assert {"Jeanne (Side)", str(expected.readers.get())} < names  # known under their names
    assert len(names) == 3


def test_who_sends_a_copy_is_told_who_sees_the_recipients(client, alice, convention):
    client.force_login(alice)
    page = plain(client.get(url("frozen_send", kept(convention))).text)
    assert "tous les financeurs qui lisent ce bilan les voient" in page


def test_a_draft_has_nothing_to_freeze_and_says_so(client, alice, toul):
    client.force_login(alice)
    draft = make.ConventionFactory(antenna=toul, signed=False)
    address, typed = url("frozen_add", draft), {"au": TODAY.isoformat()}
    for page in (client.get(address), client.post(address, typed)):
        assert "cette convention n’est pas signée" in page.text and "form" not in page.context
    assert not FrozenReport.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Choisissez au moins un destinataire."),
        ({"others": "mairie"}, "« mairie » n’est pas une adresse électronique."),
        ({"known": ["x@example.org"]}, "Choisissez dans la liste."),
        ({"others": "\n".join(f"a{n}@example.org" for n in range(21))}, "20 destinataires au plus"),
    ],
)
def test_a_wrong_recipient_gets_a_sentence_and_nothing_leaves(
    client, alice, expected, typed, sentence
):
    copy = kept(expected)
    client.force_login(alice)
    answer = client.post(url("frozen_send", copy), typed)
    assert answer.status_code == 200 and sentence in plain(answer.text)
    assert not mail.outbox and copy.deliveries.count() == 1


def test_a_mail_server_that_fails_leaves_no_trace(client, alice, convention, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    copy = kept(convention)
    with refused("not_sent"):
        deliver(copy, Person("Fred", "fred@example.org"), by=alice)
    client.force_login(alice)
    answer = client.post(url("frozen_send", copy), {"others": "a@example.org"}, follow=True)
    assert "le serveur de messagerie ne répond pas" in answer.text
    assert copy.deliveries.count() == 1


# Who may


@pytest.mark.parametrize("name", ["frozen_add", "frozen_send"])
def test_a_reader_reads_and_a_stranger_finds_nothing(
    client, bob, charlie, fred, maria, convention, name
):
    copy = kept(convention)
    convention.readers.add(fred)
    row = convention if name == "frozen_add" else copy
    for person, status in ((bob, 403), (charlie, 404), (fred, 404), (maria, 404)):
        client.force_login(person)
        typed = {"au": TODAY.isoformat(), "others": "a@example.org"}
        assert client.post(url(name, row), typed).status_code == status
    assert FrozenReport.objects.count() == Delivery.objects.count() == 1


def test_the_network_freezes_and_sends(client, nadia, convention):
    client.force_login(nadia)
    client.post(url("frozen_add", convention), {"au": TODAY.isoformat()})
    copy = FrozenReport.objects.get()
    client.post(url("frozen_send", copy), {"others": "a@example.org"})
    assert copy.deliveries.get().sent_by == nadia


def test_a_funder_reads_the_copies_of_their_conventions_and_no_other(
    client, fred, convention, longwy
):
    mine, other = kept(convention), kept(make.ConventionFactory(antenna=longwy))
    convention.readers.add(fred)
    client.force_login(fred)
    for name in ("frozen", "frozen_pdf", "frozen_json"):
        assert client.get(url(name, mine)).status_code == 200
        assert client.get(url(name, other)).status_code == 404
    page = client.get(url("frozen_list", convention)).text
    assert mine.get_absolute_url() in page and "Figer un bilan" not in page
    assert client.get(url("frozen_list", other.convention)).status_code == 404
    convention.readers.remove(fred)
    assert client.get(url("frozen", mine)).status_code == 404

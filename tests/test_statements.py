"""Yearly statements of sponsors: previewed, sent a few at a time, once, and kept as they left."""

from datetime import date

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from reports import statements
from reports.statements import StatementsOfYear, drafted, send_line, send_next, statement_pdf
from support.models import StatementLine, StatementSending, YearlyStatement
from tests import factories as make
from tests.left import stated
from tests.numbers import TODAY, day
from tests.printed import is_accessible
from tests.printed import words as printed
from tests.refusals import refused, refused_by

YEAR = TODAY.year - 1
LAST_DAY = date(YEAR, 12, 31)


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def gave(antenna, name="Sidérac", *, email="thiry@siderac.example", days=1, company=None):
    """A sponsor whose expert gave days on the last day of last year; the page of its statements."""
    sponsor = make.SponsorFactory(name=name, email=email, contact_name="Laurence Thiry")
    convention = antenna.conventions.first() or make.ConventionFactory(
        antenna=antenna, funds=1_000_000, terms={"day_value": 800}, reference="TOUL-1"
    )
    file = make.approved(
        convention=convention,
        company=make.CompanyFactory(antenna=antenna, name=company or f"Chez {name}"),
        on=convention.starts_on,
    )
    mission = make.MissionFactory(
        application=file, expert__sponsor=sponsor, starts_on=day(-365), signed_on=day(-365)
    )
    make.SkillDayFactory(mission=mission, done_on=LAST_DAY, days=days, certified_on=LAST_DAY)
    return sponsor


@pytest.fixture
def sponsor(toul):
    return gave(toul)


def page_of(antenna, **query):
    return reverse("reports:statement_list", args=[antenna.pk], query=query)


def chosen(*sponsors, rank=1):
    return {"statement": [f"{sponsor.pk} {rank}" for sponsor in sponsors]}


def begun(antenna, *sponsors, by, rank=1):
    return StatementSending.begin(antenna, YEAR, dict.fromkeys(sponsors, rank), by=by)


# Before it leaves


def test_the_page_tells_who_gave_and_who_was_told(client, alice, toul, sponsor):
    gave(toul, "Carrelor", email="")
    stated_one = drafted(sponsor, toul, YEAR, by=alice, on=day(-1))
    client.force_login(alice)
    page = words(client.get(page_of(toul)))
    assert page.count("Pas encore envoyé") == 2 and "Sidérac – 1 j" in page
    assert "Carrelor" in page.partition("Sans adresse électronique")[2]
    stated_one.save()
    page = words(client.get(page_of(toul)))
    assert "à Laurence Thiry (thiry@siderac.example)" in page and "envoyer de nouveau" in page
    assert "Pas encore envoyé" in page.partition("Sans adresse électronique")[2]
    assert "Sidérac" not in words(client.get(page_of(toul, annee=YEAR - 1)))


def test_the_pdf_says_the_same_figures_thanks_and_nothing_of_taxes(client, alice, toul, sponsor):
    client.force_login(alice)
    address = reverse("reports:statement_preview", args=[sponsor.pk])
    answer = client.get(address, {"antenne": toul.pk, "annee": YEAR})
    content = answer.getvalue()
    assert "attachment" in answer["Content-Disposition"]
    assert is_accessible(content, title=f"Journées de compétences données en {YEAR}")
    text = printed(content)
    for told in ("Sidérac", "Chez Sidérac", "TOUL-1", "Paul Humbert", "800,00 €", "Merci"):
        assert told in text
    for word in ("fiscal", "impôt", "déduct", "mécénat", "reçu"):
        assert word not in text.lower()


def test_a_preview_tells_what_its_reader_may_read_and_no_more(client, alice, charlie, toul, longwy):
    sponsor = gave(toul)
    address = reverse("reports:statement_preview", args=[sponsor.pk])
    client.force_login(charlie)
    assert "Chez Sidérac" not in printed(client.get(address).getvalue())
    assert client.get(address, {"antenne": toul.pk}).status_code == 404
    client.force_login(alice)
    assert "Chez Sidérac" in printed(client.get(address).getvalue())
    for wrong in ({"annee": "abc"}, {"annee": "99999"}, {"annee": "12"}, {"antenne": "x"}):
        assert client.get(address, wrong).status_code == 404


# Sending them


def test_all_that_are_chosen_leave_a_few_at_a_time(client, alice, toul, monkeypatch):
    monkeypatch.setattr(statements, "AT_ONCE", 2)
    sponsors = [gave(toul, f"Groupe {n}", email=f"g{n}@groupe.example") for n in range(5)]
    client.force_login(alice)
    answer = client.post(page_of(toul), chosen(*sponsors[:4]))
    sending = StatementSending.objects.get()
    assert answer.url == f"{sending.get_absolute_url()}?suite=1" and not mail.outbox
    page = words(client.get(answer.url))
    assert "Relevés traités : 0 sur 4" in page and 'hx-trigger="load"' in page
    page = words(client.post(sending.get_absolute_url(), follow=True))
    assert '<progress class="w-100" max="4" value="2"' in page and 'hx-trigger="load"' in page
    page = words(client.post(sending.get_absolute_url(), follow=True))
    assert 'value="4"' in page and "4 relevés envoyés." in page and "Continuer l’envoi" not in page
    assert sorted(to for message in mail.outbox for to in message.to) == [
        f"g{n}@groupe.example" for n in range(4)
    ]
    client.post(sending.get_absolute_url())
    assert len(mail.outbox) == 4


def test_what_leaves_carries_the_statement_and_is_kept_as_it_left(client, alice, toul, sponsor):
    send_next(begun(toul, sponsor, by=alice), by=alice)
    [message] = mail.outbox
    [(_name, attached, _kind)] = message.attachments
    kept = YearlyStatement.objects.get()
    assert bytes(kept.pdf) == attached and kept.body == message.body
    assert (kept.days, kept.sent_on, kept.sent_by) == (1, TODAY, alice)
    assert message.reply_to == [alice.email]
    assert "vos équipes ont donné 1 journée aux petites" in message.body
    sponsor.experts.get().skill_days.get().strike(reason="Erreur")
    client.force_login(alice)
    assert client.get(kept.get_absolute_url()).getvalue() == attached


def test_a_statement_leaves_once_unless_it_is_chosen_again(client, alice, toul, sponsor):
    first, second = (begun(toul, sponsor, by=alice) for _time in range(2))
    for sending in (first, second, second):
        send_next(sending, by=alice)
    assert len(mail.outbox) == 1
    assert second.lines.get().refusal == "Ce relevé est déjà parti, dans un autre envoi."
    client.force_login(alice)
    page = words(client.post(page_of(toul), chosen(sponsor)))
    assert "Ces relevés ont changé" in page and len(mail.outbox) == 1
    client.post(page_of(toul), chosen(sponsor, rank=2))
    send_next(StatementSending.objects.first(), by=alice)
    assert len(mail.outbox) == 2
    assert [row.rank for row in StatementsOfYear(toul, YEAR).rows] == [3]


def test_one_that_is_refused_does_not_keep_the_others(client, alice, toul, sponsor):
    silent, idle = gave(toul, "Carrelor"), gave(toul, "Transmosel")
    sending = begun(toul, silent, idle, sponsor, by=alice)
    silent.email = ""
    silent.save()
    idle.experts.get().skill_days.get().strike(reason="Erreur")
    client.force_login(alice)
    page = words(client.post(sending.get_absolute_url(), follow=True))
    assert "Relevés traités : 3 sur 3, dont 2 qui ne partent pas" in page
    assert "L’apporteur n’a plus d’adresse électronique." in page
    assert "L’apporteur n’a plus aucune journée cette année-là." in page
    assert YearlyStatement.objects.get().sponsor == sponsor


def test_a_mail_server_that_fails_stops_and_says_so(client, alice, toul, sponsor, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    sending = begun(toul, sponsor, gave(toul, "Carrelor"), by=alice)
    client.force_login(alice)
    page = words(client.post(sending.get_absolute_url(), follow=True))
    assert "Le message n’est pas parti" in page and "L’envoi s’est arrêté" in page
    assert "Relevés traités : 0 sur 2" in page and 'hx-trigger="load"' not in page
    assert not YearlyStatement.objects.exists()
    assert "il n’est pas fini" in words(client.get(page_of(toul)))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "2 relevés envoyés." in words(client.post(sending.get_absolute_url(), follow=True))


def test_a_line_that_was_settled_meanwhile_sends_nothing(alice, toul, sponsor):
    line = begun(toul, sponsor, by=alice).lines.get()
    assert send_line(line, by=alice) and send_line(line, by=alice) is None
    assert len(mail.outbox) == 1


def test_a_year_that_is_not_over_sends_nothing(client, alice, toul, sponsor):
    with refused("not_over"):
        StatementSending.begin(toul, TODAY.year, {sponsor: 1}, by=alice)
    client.force_login(alice)
    page = words(client.get(page_of(toul, annee=TODAY.year)))
    assert "L’année n’est pas finie" in page and "Envoyer les relevés" not in page
    with refused(field="statement"):
        StatementSending.begin(toul, YEAR, {}, by=alice)


def test_nothing_chosen_is_told(client, alice, toul, sponsor):
    client.force_login(alice)
    assert "Cochez au moins un relevé." in words(client.post(page_of(toul), {}))
    assert not StatementSending.objects.exists()


def test_statements_are_sent_by_the_antenna_s_coordinator_alone(
    client, alice, bob, charlie, nadia, toul, sponsor
):
    sending = begun(toul, sponsor, by=alice)
    pages = [page_of(toul), sending.get_absolute_url()]
    for person, reads, writes in ((bob, 200, 403), (nadia, 200, 403), (charlie, 404, 404)):
        client.force_login(person)
        for page in pages:
            assert client.get(page).status_code == reads
            assert client.post(page, chosen(sponsor)).status_code == writes
    client.force_login(bob)
    assert "Continuer l’envoi" not in words(client.get(f"{pages[1]}?suite=1"))
    assert not mail.outbox


def test_a_sponsor_of_two_antennas_gets_one_statement_of_each(alice, toul, longwy):
    sponsor = gave(toul)
    alice.give(Role.COORDINATOR, longwy)
    assert StatementsOfYear(longwy, YEAR).rows == []
    [row] = StatementsOfYear(toul, YEAR).rows
    assert (row.sponsor, row.days, row.sent) == (sponsor, 1, [])


def test_the_page_asks_as_much_however_many_sponsors(
    client, alice, toul, sponsor, django_assert_max_num_queries
):
    client.force_login(alice)
    client.get(page_of(toul))
    with django_assert_max_num_queries(25) as few:
        client.get(page_of(toul))
    for number in range(4):
        drafted(gave(toul, f"Groupe {number}"), toul, YEAR, by=alice).save()
    with django_assert_max_num_queries(len(few)):
        client.get(page_of(toul))


def test_the_statement_of_a_year_without_days_says_so(toul, alice):
    days = statements.statement_of(make.SponsorFactory(), YEAR, toul)
    assert "Aucune journée n’a été donnée" in printed(
        statement_pdf(days, antenna=toul, at=alice.date_joined)
    )


def test_the_database_keeps_statements_whole(toul, alice):
    statement = stated(toul)
    sending, sponsor = statement.line.sending, statement.sponsor
    fields = {"antenna": toul, "sponsor": sponsor, "year": YEAR, "pdf": b"", "sent_on": TODAY}
    for constraint, values in [
        ("yearly_statement_leaves_once", {"days": 1}),
        ("yearly_statement_tells_days", {"days": 0, "rank": 2}),
    ]:
        with refused_by(constraint):
            YearlyStatement.objects.create(**fields, **values, sent_by=alice)
    with refused_by("statement_line_once_in_a_sending"):
        StatementLine.objects.create(sending=sending, sponsor=sponsor)
    with refused_by("statement_line_left_or_was_refused"):
        StatementLine.objects.update(refusal="Refusé")

"""Pages of what is late: the list at a date, a reminder from draft to log, those of a day."""

import csv
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.core import mail
from django.urls import reverse
from python_calamine import CalamineWorkbook

from reports.dashboard import Dashboard
from support.models import Reminder, ReminderStep
from tests import factories as make
from tests.left import reminded
from tests.printed import words

LATE = reverse("support:late_list")
ALL = reverse("support:reminder_send_all")


def late(convention, name="Marchal", *, email="", **fields):
    company = make.CompanyFactory(antenna=convention.antenna, name=name)
    aid = make.late_advance(convention=convention, company=company, **fields)
    make.ContactFactory(company=company, email=email)
    return aid


def url(name, row):
    return reverse(f"support:{name}", args=[row.pk])


def text(response):
    """The page as one line of words, every space a plain one."""
    content = unescape(response.content.decode())
    return " ".join(content.replace("\u202f", " ").split())


def typed(page, **changes):
    """What the form of a reminder sends when nothing else is touched."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changes


def test_from_the_list_to_the_log(client, alice, convention):
    aid = late(convention, email="jeanne@marchal.example")
    client.force_login(alice)
    page = text(client.get(LATE))
    assert "Marchal" in page and "200,00 €" in page and "Aucune" in page and "À envoyer" in page
    file = client.get(url("reminder_list_of_aid", aid))
    assert "Préparer la relance (Courrier)" in text(file)

    draft = client.get(url("reminder_send", aid))
    assert "2 échéances en retard, pour 200,00 €" in text(draft)
    values = typed(draft, subject="Votre\r\navance", body="Payez, s’il vous plaît.")
    preview = client.post(url("reminder_send", aid), values | {"preview": "1"})
    assert "Payez, s’il vous plaît." in words(preview.content) and not mail.outbox
    sent = client.post(url("reminder_send", aid), values, follow=True)
    reminder = Reminder.objects.get()
    assert sent.redirect_chain[-1][0] == reminder.get_absolute_url()
    assert "Relance envoyée à Jeanne Marchal (jeanne@marchal.example)." in text(sent)
    assert "impayée depuis" in text(sent)
    [message] = mail.outbox
    assert message.subject == "Votre avance"
    assert client.get(url("reminder_pdf", reminder)).content == message.attachments[0][1]

    assert "Relances envoyées" in text(client.get(url("reminder_list_of_aid", aid)))
    page = text(client.get(LATE))
    assert "1, le" in page and "À envoyer" not in page
    again = client.get(url("reminder_send", aid), follow=True)
    assert "Aucune relance n’est à envoyer" in text(again)


def test_who_waits_for_another_schedule_is_answered_before_being_reminded(
    client, alice, convention
):
    aid = late(convention, email="jeanne@marchal.example", days=10)
    client.force_login(alice)
    assert "Envoyer ce courriel" in text(client.get(ALL))
    plan = {"first_due_on": make.day(30), "instalments": 4, "frequency": 1}
    aid.ask_rescheduling("rescheduling", on=make.day(-1), reason="Travaux", **plan)
    assert "Aucun courriel à envoyer aujourd’hui." in text(client.get(ALL))
    page = text(client.get(url("reminder_send", aid)))
    assert "a demandé un autre échéancier le" in page and "Répondre à la demande" in page


def test_a_formal_notice_leaves_by_post_and_gets_its_number_later(client, alice, convention):
    aid = late(convention, days=100)
    client.force_login(alice)
    draft = client.get(url("reminder_send", aid))
    assert "part en recommandé" in text(draft)
    assert "n’a d’adresse électronique" in text(draft)
    client.post(url("reminder_send", aid), typed(draft))
    notice = Reminder.objects.get()
    assert (notice.kind, notice.sent_to, notice.tracking) == ("notice", "", "")
    file = text(client.get(url("reminder_list_of_aid", aid)))
    assert f"l’entreprise a jusqu’au {notice.answer_by:%d/%m/%Y} pour payer" in file
    client.post(url("reminder_track", notice), {"tracking": "1A 234"})
    assert "1A 234" in text(client.get(notice.get_absolute_url()))
    again = client.get(url("reminder_track", notice), follow=True)
    assert "n’attend pas de numéro" in text(again)

    Reminder.objects.update(sent_on=make.day(-20), answer_by=make.day(-5))
    assert "le comité peut décider de la suite" in text(
        client.get(url("reminder_list_of_aid", aid))
    )
    assert "Délai passé" in text(client.get(LATE))
    assert "délai passé : le comité peut décider" in text(client.get("/"))
    page = client.get(url("reminder_list_of_aid", aid)).text
    assert url("rescheduling_add", aid) in page and url("write_off_add", aid) in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "", "contact": ""}, "subject"),
        ({"body": "Payez {montant}"}, "body"),
        ({"contact": ""}, "contact"),
        ({"contact": "0"}, "contact"),
        ({"way": "pigeon"}, "way"),
        ({"read": "30 2020-01-01 5"}, "__all__"),
    ],
)
def test_what_cannot_leave_is_told_beside_its_field(client, alice, convention, changes, field):
    aid = late(convention, email="jeanne@marchal.example")
    client.force_login(alice)
    draft = client.get(url("reminder_send", aid))
    response = client.post(url("reminder_send", aid), typed(draft, **changes))
    assert field in response.context["form"].errors
    assert not mail.outbox and not Reminder.objects.exists()


def test_the_list_tells_what_was_late_at_a_date_and_refuses_the_future(client, alice, convention):
    aid = late(convention)
    aid.repay(200, on=make.TODAY)
    client.force_login(alice)
    assert "Aucune avance n’est en retard" in text(client.get(LATE))
    yesterday = make.day(-1)
    page = text(client.get(LATE, {"au": f"{yesterday:%d/%m/%Y}"}))
    assert f"Retards au {yesterday:%d/%m/%Y}" in page and "200,00 €" in page
    response = client.get(LATE, {"au": f"{make.day(1):%d/%m/%Y}"})
    assert "Cette date est dans le futur." in text(response)
    assert response.context["filter"].form.errors.keys() == {"au"}


def test_filters_narrow_the_totals_and_the_files_too(client, nadia, convention, longwy):
    late(convention, "Marchal", days=100)
    late(convention, "Humbert", days=10)
    elsewhere = make.ConventionFactory(antenna=longwy, funds=50_000)
    late(elsewhere, "Wolff", days=20)
    client.force_login(nadia)

    def names(**query):
        found = client.get(LATE, query).context["page"].object_list
        return [each.aid.application.company.name for each in found]

    assert names() == ["Marchal", "Wolff", "Humbert"]
    assert names(o="company") == ["Humbert", "Marchal", "Wolff"]
    assert names(o="-late")[0] == "Marchal"
    assert names(antenna=longwy.pk) == names(q="wolff") == ["Wolff"]
    assert names(age="up_to_30") == ["Wolff", "Humbert"]
    Reminder.objects.create(**as_sent(names, client))
    assert names(to_send="on") == ["Wolff", "Humbert"]

    query = {"antenna": convention.antenna.pk, "format": "csv"}
    [heading, *lines] = csv.reader(
        StringIO(client.get(LATE, query).getvalue().decode()), delimiter=";"
    )
    assert [line[0] for line in lines] == ["Marchal", "Humbert"]
    ages = [heading.index(label) for label in ("1 à 30 jours", "31 à 90 jours", "91 à 180 jours")]
    totals = client.get(LATE, {"antenna": convention.antenna.pk}).context
    euros = sum(float(line[at].replace(",", ".")) for line in lines for at in ages)
    assert euros == totals["total"] == 500
    assert lines[0][-4:-2] == ["1", f"Mise en demeure du {make.TODAY:%d/%m/%Y}"]
    book = client.get(LATE, query | {"format": "xlsx"}).getvalue()
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["Marchal", "Humbert"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_a_past_day_says_what_was_left_to_pay_back_that_day(
    client, alice, convention, kind
):
    aid = late(convention)
    was_left = aid.outstanding
    aid.repay(200, on=make.TODAY)
    client.force_login(alice)
    query = {"au": make.day(-1).isoformat(), "format": kind}
    content = client.get(LATE, query).getvalue()
    if kind == "csv":
        heading, line = csv.reader(StringIO(content.decode()), delimiter=";")
    else:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        heading, line = book.get_sheet_by_index(0).to_python()
    told = line[heading.index("Reste à rembourser (€)")]
    assert float(str(told).replace(",", ".")) == was_left > 200


def as_sent(names, client):
    """The fields of the reminder that the first of the list is due."""
    found = client.get(LATE).context["page"].object_list[0]
    return {
        "aid": found.aid,
        "kind": "notice",
        "step_days": 90,
        "sent_on": make.TODAY,
        "answer_by": make.day(15),
        "late": found.late,
        "oldest_due_on": found.since,
        "sent_by": make.UserFactory(),
        "pdf": b"%PDF",
    }


def test_all_the_e_mails_of_the_day_leave_once_read(client, alice, convention):
    late(convention, "Marchal", days=10, email="jeanne@marchal.example")
    late(convention, "Humbert", days=10, email="paul@humbert.example")
    late(convention, "Wolff", days=10)
    late(convention, "Remy", days=40, email="claire@remy.example")
    client.force_login(alice)
    page = client.get(ALL)
    told = text(page)
    assert "jeanne@marchal.example" in told and "paul@humbert.example" in told
    without, letters = told.index("Sans adresse électronique"), told.index("Courriers et mises")
    assert without < told.rindex("Wolff") < letters < told.rindex("Remy")
    assert "Cochez au moins une relance." in text(client.post(ALL, {}))
    keys = [key for key, _late in page.context["form"].fields["aid"].choices]
    sent = client.post(ALL, {"aid": keys}, follow=True)
    assert "2 relances envoyées." in text(sent)
    assert "Aucun courriel à envoyer aujourd’hui." in text(sent)
    assert len(mail.outbox) == Reminder.objects.count() == 2
    assert "ont changé" in text(client.post(ALL, {"aid": keys}))


def test_the_home_page_says_which_reminders_wait(client, alice, convention):
    aid = late(convention)
    [found] = Dashboard(convention.antenna, make.TODAY).late
    assert (found.aid, found.late, found.step.days) == (aid, 200, 30)
    client.force_login(alice)
    home = text(client.get("/"))
    assert "relance à envoyer" in home and url("reminder_list_of_aid", aid) in home


def test_a_reader_reads_and_sends_nothing(client, bob, charlie, convention):
    aid = late(convention, email="jeanne@marchal.example")
    reminder = reminded(aid)
    for person, reads, writes in ((bob, 200, 403), (charlie, 404, 404)):
        client.force_login(person)
        for name, row in (("reminder_list_of_aid", aid), ("reminder", reminder)):
            page = client.get(url(name, row))
            assert page.status_code == reads and "Préparer" not in page.text
        assert client.get(url("reminder_pdf", reminder)).status_code == reads
        for name, row in (("reminder_send", aid), ("reminder_track", reminder)):
            assert client.post(url(name, row)).status_code == writes
    assert "Marchal" not in text(client.get(LATE)) + text(client.get(ALL))
    client.force_login(bob)
    assert client.get(ALL).status_code == 403 and "Relances du jour" not in text(client.get(LATE))


def test_the_list_costs_the_same_for_one_advance_and_for_many(
    client, alice, convention, django_assert_max_num_queries
):
    client.force_login(alice)
    counts = []
    for extra in (1, 5):
        for _number in range(extra):
            reminded(late(convention, days=10, email="a@example.org"))
        with django_assert_max_num_queries(40) as queries:
            client.get(LATE)
            client.get(ALL)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_step_is_written_with_a_preview_in_the_administration(client, root):
    client.force_login(root)
    step = ReminderStep.objects.first()
    address = reverse("admin:support_reminderstep_change", args=[step.pk])
    assert "{echeances}" in client.get(address).text
    values = {"days": 8, "kind": "email", "notice_days": 15, "subject": "A", "body": "{montant}"}
    preview = client.post(address, values | {"_preview": "1"})
    assert preview["Content-Type"] == "application/pdf"
    assert "1 000,00 €" in words(preview.content)
    wrong = client.post(address, values | {"_preview": "1", "body": "{prenom}"})
    assert "n’est pas un champ" in text(wrong)


def test_the_log_is_read_in_the_administration(client, root, convention):
    reminder = reminded(late(convention))
    client.force_login(root)
    address = reverse("admin:support_reminder_change", args=[reminder.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"subject": "x"}).status_code == 403

"""Reminders: their steps, what they say and why, what leaves once, what is kept."""

from datetime import timedelta

import pytest
from django.core import mail

from committee.letters import example
from committee.placeholders import fill
from support.late import late_on, lateness_of
from support.models import Aid, Reminder, ReminderStep
from support.reminders import EXAMPLE, propose, reason_of, send, send_all, values_of
from tests import factories as make
from tests.printed import is_accessible, words
from tests.refusals import refused, refused_by

TEXTS = {"subject": "Objet", "body": "Texte"}


@pytest.fixture
def aid(convention):
    """Ten instalments of 100 €; the two oldest are late, by 40 days and by 10."""
    aid = make.late_advance(convention=convention)
    make.ContactFactory(
        company=aid.application.company, email="jeanne@marchal.example", is_main=True
    )
    return aid


def lateness(aid, on=make.TODAY):
    [found] = lateness_of(list(Aid.objects.filter(pk=aid.pk).with_money()), on)
    return found


def remind(aid, by, **changes):
    """Send the step that is due, as it is proposed."""
    late = lateness(aid)
    proposal = propose(late, by=by)
    texts = {"subject": proposal.subject, "body": proposal.body, "contact": proposal.contact}
    return send(late, **texts | changes, by=by)


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


# Steps


def test_the_network_has_four_steps_to_begin_with(db):
    steps = ReminderStep.objects.by_antenna()[None]
    told = [(step.days, step.kind) for step in steps]
    assert told == [(8, "email"), (30, "letter"), (60, "letter"), (90, "notice")]


def test_what_they_say_is_filled_and_promises_no_interest(db):
    for step in ReminderStep.objects.all():
        step.full_clean()
        text = plain(fill(step.body, EXAMPLE))
        assert "{" not in text
        assert "Aucun intérêt ni aucune pénalité" in text
        content = example(step, EXAMPLE)
        assert is_accessible(content, title=fill(step.subject, EXAMPLE))
        assert "1 000,00 €" in words(content)


def test_the_formal_notice_says_until_when_and_what_comes_next(db):
    text = plain(fill(ReminderStep.objects.get(kind="notice").body, EXAMPLE))
    assert "au plus tard le 26 avril 2026" in text
    assert "le comité d’agrément sera informé" in text
    assert "tout ce qui reste à rembourser de l’avance, soit 12 500,00 €" in text


def test_an_antenna_with_steps_of_its_own_has_no_other(aid, convention):
    assert lateness(aid).step.days == 30
    step = ReminderStep.objects.create(antenna=convention.antenna, days=35, kind="email", **TEXTS)
    assert (lateness(aid).step, lateness(aid).steps) == (step, [step])


@pytest.mark.parametrize("text", ["Bonjour {prenom}", "Bonjour {", "{projet}"])
def test_a_step_holds_known_fields_only(text):
    with refused("placeholder", field="body"):
        ReminderStep(days=8, kind="email", subject="Objet", body=text).clean_fields()


def test_every_field_is_known_to_steps_and_to_reminders(aid, alice):
    names = {name[1:-1] for name, _meaning in ReminderStep.known_fields()}
    assert names == EXAMPLE.keys() == values_of(lateness(aid), contact=None, by=alice).keys()


# What it says and why


def test_it_tells_each_late_instalment_and_what_is_left(aid, alice):
    aid.repay(30, on=make.day(-1))
    late = lateness(aid)
    values = values_of(late, contact=None, by=alice)
    oldest, latest = (line.due_on for line in late.instalments)
    told = {name: plain(text) for name, text in values.items()}
    assert told["montant"] == "170,00 €"
    assert (told["nombre"], told["jours"]) == ("2 échéances", f"{late.days} jours")
    assert told["echeances"] == (
        f"- {oldest:%d/%m/%Y} : 70,00 €, sur une échéance de 100,00 €\n"
        f"- {latest:%d/%m/%Y} : 100,00 €"
    )
    assert (told["reste"], told["delai"], told["contact"]) == ("970,00 €", "", "")


def test_why_is_one_sentence(aid):
    late = lateness(aid)
    since = f"{late.since:%d/%m/%Y}"
    sentence = f"échéance du {since} de 100,00 € impayée depuis {late.days} jours"
    assert plain(reason_of(late)) == sentence
    aid.repay(30, on=make.day(-1))
    assert plain(reason_of(lateness(aid))) == (
        f"échéance du {since} de 100,00 €, dont 70,00 € restent impayés depuis {late.days} jours"
    )


# What leaves


def test_it_leaves_with_its_document_and_is_kept(aid, alice):
    reminder = remind(aid, alice)
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == (["jeanne@marchal.example"], ["alice@example.org"])
    assert (sent.subject, sent.body) == (reminder.subject, reminder.body)
    kept = Reminder.objects.get()
    assert bytes(kept.pdf) == sent.attachments[0][1]
    assert (kept.kind, kept.step_days, kept.late) == ("letter", 30, 200)
    assert (kept.recipient, kept.sent_to) == ("Jeanne Marchal", "jeanne@marchal.example")
    assert (kept.sent_on, kept.sent_by, kept.answer_by) == (make.TODAY, alice, None)
    assert kept.oldest_due_on == lateness(aid).since
    assert is_accessible(bytes(kept.pdf), title=kept.subject)
    told = words(bytes(kept.pdf))
    assert "À l’attention de Jeanne Marchal" in told
    assert "2 échéances en retard, pour 200,00 €" in told


def test_once_sent_nothing_is_to_send_until_the_next_step(aid, alice):
    remind(aid, alice)
    assert lateness(aid).step is None
    with refused("not_due"):
        propose(lateness(aid), by=alice)
    later = make.TODAY + timedelta(days=30)
    assert lateness(aid, later).step.days == 60


def test_what_changed_meanwhile_is_read_again(aid, alice):
    late = lateness(aid)
    aid.repay(30, on=make.day(-1))
    with refused("changed"):
        send(late, contact=None, by_post=True, by=alice, **TEXTS)
    aid.repay(170, on=make.day(-1))
    with refused("not_due"):
        send(late, contact=None, by_post=True, by=alice, **TEXTS)
    assert not mail.outbox
    assert not Reminder.objects.exists()


def test_paid_back_it_is_no_longer_due_and_another_instalment_starts_anew(aid, alice):
    remind(aid, alice)
    aid.repay(100, on=make.day(0))
    late = lateness(aid)
    assert 8 <= late.days < 30 and late.step.kind == "email"
    aid.repay(100, on=make.day(0))
    assert (lateness(aid).late, lateness(aid).step) == (0, None)
    assert not late_on(Aid.objects.all(), make.TODAY)


def test_the_second_of_two_people_is_told_that_it_left(aid, alice):
    late = lateness(aid)
    remind(aid, alice)
    with refused("not_due"):
        send(late, contact=aid.application.company.main_contact, by=alice, **TEXTS)
    assert len(mail.outbox) == 1


def test_a_mail_server_that_fails_is_told_and_nothing_is_kept(aid, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    with refused("not_sent"):
        remind(aid, alice)
    assert not Reminder.objects.exists()
    assert lateness(aid).step.days == 30


def test_nobody_to_write_to_is_told_and_it_may_leave_by_post(aid, alice):
    aid.application.company.contacts.update(email="")
    with refused(field="contact"):
        remind(aid, alice, contact=aid.application.company.main_contact)
    reminder = remind(aid, alice, contact=None, by_post=True)
    assert (reminder.recipient, reminder.sent_to) == (aid.application.company.name, "")
    assert str(reminder.destination) == "par la poste" and not mail.outbox


def test_a_field_left_in_it_is_refused(aid, alice):
    with refused("placeholder"):
        remind(aid, alice, body="Payez {montant}")


# The formal notice


@pytest.fixture
def noticed(convention, alice):
    """An advance late by 100 days, whose formal notice went to the post today."""
    aid = make.late_advance(convention=convention, days=100)
    return remind(aid, alice, by_post=True, tracking="")


def test_a_formal_notice_has_a_delay_after_which_the_committee_can_decide(noticed):
    assert noticed.answer_by == make.TODAY + timedelta(days=15)
    assert plain(noticed.body).count("au plus tard le") == 1
    aid = noticed.aid
    assert (lateness(aid).notice, lateness(aid).awaits_committee) == (noticed, False)
    last_day = lateness(aid, noticed.answer_by)
    assert not last_day.awaits_committee
    after = lateness(aid, noticed.answer_by + timedelta(days=1))
    assert after.awaits_committee and after.step is None


def test_a_notice_is_answered_once_all_that_was_late_then_is_paid_back(noticed):
    aid, late = noticed.aid, lateness(noticed.aid).late
    aid.repay(late - 1, on=make.TODAY)
    assert lateness(aid).notice == noticed
    aid.repay(1, on=make.TODAY)
    assert lateness(aid).notice is None
    assert lateness(aid, make.day(200)).notice is None  # of what is late since, it said nothing


def test_the_number_of_the_recorded_delivery_is_written_once(noticed, aid, alice):
    noticed.track("1A 234 567 8901 2")
    assert Reminder.objects.get().tracking == "1A 234 567 8901 2"
    with refused("tracked"):
        noticed.track("2A 000")
    with refused("tracked"):
        remind(aid, alice).track("2A 000")
    aid.reminders.all().delete()


# All the e-mails of a day


def test_all_leave_but_those_that_cannot(convention, alice):
    found = []
    for number in range(3):
        aid = make.late_advance(convention=convention, days=10)
        if number:
            make.ContactFactory(company=aid.application.company, email=f"{number}@example.org")
        found.append(lateness(aid))
    outcome = send_all(found, by=alice)
    assert [message.to for message in mail.outbox] == [["1@example.org"], ["2@example.org"]]
    assert [each.kind for each in outcome.sent] == ["email", "email"]
    [(late, sentence)] = outcome.failed
    assert late == found[0] and "adresse électronique" in sentence


def test_a_mail_server_that_fails_stops_there(convention, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    found = []
    for _number in range(3):
        aid = make.late_advance(convention=convention, days=10)
        make.ContactFactory(company=aid.application.company, email="a@example.org")
        found.append(lateness(aid))
    outcome = send_all(found, by=alice)
    assert (outcome.sent, len(outcome.failed)) == ([], 1)


# The database


def test_the_database_keeps_steps_apart(toul):
    with refused_by("reminder_step_kind_known"):
        ReminderStep.objects.create(days=5, kind="fax", **TEXTS)
    with refused_by("reminder_step_comes_after"):
        ReminderStep.objects.create(days=0, kind="email", **TEXTS)
    with refused_by("reminder_step_once_a_day_in_the_network"):
        ReminderStep.objects.create(days=8, kind="email", **TEXTS)
    ReminderStep.objects.create(days=8, kind="email", antenna=toul, **TEXTS)
    with refused_by("reminder_step_once_a_day_in_an_antenna"):
        ReminderStep.objects.create(days=8, kind="email", antenna=toul, **TEXTS)


@pytest.mark.parametrize(
    ("spoilt", "constraint"),
    [
        ({"kind": "fax"}, "reminder_kind_known"),
        ({"late": 0}, "reminder_of_something_late"),
        ({"oldest_due_on": make.TODAY}, "reminder_of_something_late"),
        ({"answer_by": make.day(5)}, "reminder_with_a_delay_is_a_formal_notice"),
        ({"tracking": "1A"}, "reminder_tracked_left_by_post"),
    ],
)
def test_the_database_keeps_reminders_whole(aid, alice, spoilt, constraint):
    remind(aid, alice)
    with refused_by(constraint):
        Reminder.objects.update(**spoilt)


def test_a_step_leaves_once_for_an_instalment(aid, alice):
    reminder = remind(aid, alice)
    reminder.pk, reminder._state.adding = None, True
    with refused_by("reminder_once_a_step_for_an_instalment"):
        reminder.save()

"""Finding an expert for a file: the ranked list, asking one, the answer, the mission."""

from decimal import Decimal
from smtplib import SMTPException

import pytest
from django.core import mail
from django.urls import reverse

from committee.models import Application
from companies.models import Expert
from support.models import Mission, Solicitation
from support.solicitations import solicit
from tests.experts import AbsenceFactory, OfferFactory, SolicitationFactory
from tests.factories import (
    TODAY,
    CompanyFactory,
    ExpertFactory,
    MissionFactory,
    SeatFactory,
    SkillDayFactory,
    SkillFactory,
    SponsorFactory,
    approved,
    day,
    submitted,
)
from tests.numbers import siren
from tests.refusals import refused, refused_by


@pytest.fixture
def methods(db):
    return SkillFactory(name="Méthodes de production")


@pytest.fixture
def file(convention, methods):
    """Granted five days, looks for methods."""
    company = CompanyFactory(antenna=convention.antenna, name="Tôlerie Marchal")
    application = approved(convention=convention, company=company, days=Decimal(5))
    application.requested_skills.add(methods)
    return application


@pytest.fixture
def undecided(convention, methods):
    """Before the committee, which may still step aside from it."""
    application = submitted(convention=convention)
    application.requested_skills.add(methods)
    return application


@pytest.fixture
def someone(file, methods):
    """Makes an expert of Toul who offers methods."""

    def make(last_name="Humbert", **fields):
        fields = {"email": f"{last_name.lower()}@example.org"} | fields
        expert = ExpertFactory(last_name=last_name, antennas=[file.antenna], **fields)
        OfferFactory(expert=expert, skill=methods, level="expert")
        return expert

    return make


def url(name, row, **query):
    address = reverse(f"support:{name}", args=[row.pk])
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


def found(client, file, **asked):
    """The last names listed, in order."""
    page = client.get(reverse("support:expert_find", args=[file.pk]), asked).context["page"]
    return [verdict.candidate.name.split()[-1] for verdict in page]


def words(response):
    return " ".join(response.text.replace("\u00a0", " ").split())


def why(client, file, **asked):
    return words(client.get(reverse("support:expert_find", args=[file.pk]), asked))


# The list


def test_the_tab_of_days_leads_to_the_experts_in_order(client, alice, file, someone):
    basic = someone("Basset")
    basic.offers.update(level="basic")
    SolicitationFactory(expert=someone("Arnould"))
    someone("Weber")
    client.force_login(alice)
    text = client.get(url("mission_list_of_application", file)).text
    assert url("expert_find", file).strip("?") in text and "Trouver un intervenant" in text
    assert found(client, file) == ["Weber", "Arnould", "Basset"]
    text = why(client, file)
    assert "Offre ce qui est recherché : Méthodes de production (expert)." in text
    assert "5 j à donner, à Toul" in text and "1. <a" in text


def test_each_row_of_the_database_counts(client, alice, file, someone, convention):
    expert = someone(days_a_year=12, home=file.company.commune)
    convention.pledge(
        expert.sponsor, origin="private", amount=0, days=Decimal(20), on=convention.starts_on
    )
    near = approved(convention=convention)  # the same pledge
    here = MissionFactory(application=near, expert=expert, days=3, starts_on=day(-20))
    SkillDayFactory(mission=here, done_on=TODAY, days=Decimal("0.5"))
    SkillDayFactory(mission=here, done_on=day(0)).strike(reason="Erreur")
    elsewhere = {"application": approved(), "expert": expert}
    MissionFactory(**elsewhere, days=2)
    MissionFactory(**elsewhere, days=9, starts_on=day(-200), ends_on=day(-100))
    stopped = MissionFactory(application=file, expert=expert, days=8)
    SkillDayFactory(mission=stopped, done_on=day(-6), days=Decimal("0.25"))
    stopped.stop(on=day(-4), reason="Projet abandonné")
    MissionFactory(application=approved()).others.add(expert)
    colleague = someone("Weber", sponsor=expert.sponsor)
    MissionFactory(application=file, expert=colleague, days=4, ends_on=day(-1))
    SolicitationFactory(expert=expert, asked_on=day(-3))
    client.force_login(alice)
    text = why(client, file, q="humbert")
    for sentence in (
        "Part de Toul, la commune de l’entreprise.",
        f"Il reste 12,75 j des 20 j promises par {expert.sponsor}.",
        "Peut encore donner 6,75 j sur 12 j cette année.",
        "3 missions en cours, 4,5 j encore à donner.",
        f"Dernière sollicitation le {day(-3):%d/%m/%Y}.",
    ):
        assert sentence in text
    assert found(client, file) == ["Humbert", "Weber"]


def test_whoever_is_set_apart_is_listed_apart_with_why(client, alice, undecided, someone):
    company = undecided.company
    someone("Absent")
    AbsenceFactory(expert=Expert.objects.get(last_name="Absent"))
    someone("Rival", sponsor=SponsorFactory(excluded_sectors="C"))
    someone("Maison", sponsor=SponsorFactory(siren=company.siren))
    juge = someone("Juge")
    someone("Libre", sponsor=SponsorFactory(excluded_sectors="46 G"))
    seat = SeatFactory(committee__antenna=undecided.antenna, employer=juge.sponsor)
    undecided.recuse(seat, reason="Concurrent")
    client.force_login(alice)
    assert found(client, undecided) == ["Libre"]
    assert "4 intervenants écartés" in why(client, undecided)
    assert sorted(found(client, undecided, show="apart")) == ["Absent", "Juge", "Maison", "Rival"]
    text = why(client, undecided, show="apart")
    for said in ("Absence du", "exclut ce secteur (C)", "ou son groupe.", "se déporte"):
        assert said in text
    assert "Solliciter" not in text
    assert found(client, undecided, on=day(10)) == ["Absent", "Libre"]


@pytest.mark.parametrize("tie", ["employer_siren", "employer_group"])
def test_the_employer_who_steps_aside_is_known_by_its_number_or_name(
    client, alice, undecided, someone, tie
):
    sponsor = SponsorFactory(name="Sidérac", siren=siren(4_242))
    someone(sponsor=sponsor)
    known = {"employer_siren": sponsor.siren, "employer_group": "SIDERAC"}
    seat = SeatFactory(committee__antenna=undecided.antenna, **{tie: known[tie]})
    client.force_login(alice)
    assert found(client, undecided) == ["Humbert"]
    undecided.recuse(seat, reason="Lien de famille")
    assert found(client, undecided) == []


def test_who_lends_the_intended_expert_steps_aside_and_the_expert_stays(
    client, alice, undecided, someone
):
    expert = someone()
    SeatFactory(committee__antenna=undecided.antenna, employer=expert.sponsor)
    Application.objects.update(expert=expert)
    client.force_login(alice)
    assert found(client, undecided) == ["Humbert"]
    assert "Pressenti" in why(client, undecided)


def test_one_looks_for_another_skill_or_level(client, alice, file, someone, methods):
    export = SkillFactory(name="Export")
    OfferFactory(expert=someone("Weber"), skill=export, level="basic")
    someone("Humbert")
    client.force_login(alice)
    assert found(client, file) == ["Humbert", "Weber"]
    assert found(client, file, skill=export.pk) == ["Weber"]
    assert "On cherche : Export." in why(client, file, skill=export.pk)
    assert found(client, file, skill=export.pk, level="confirmed") == []
    sponsor = Expert.objects.get(last_name="Weber").sponsor_id
    assert found(client, file, sponsor=sponsor) == ["Weber"]
    wrong = {"skill": "x", "level": "x", "on": "x", "show": "x", "page": "x"}
    assert found(client, file, **wrong) == []
    assert "Aucune ligne n’est montrée" in why(client, file, **wrong)
    assert not client.get(url("expert_find", file, **wrong, format="csv")).streaming


def test_the_list_leaves_as_a_file(client, alice, file, someone):
    someone()
    client.force_login(alice)
    csv = client.get(url("expert_find", file, format="csv")).getvalue().decode()
    assert "Paul Humbert" in csv and "Aucune sollicitation jusqu’ici." in csv
    assert client.get(url("expert_find", file, format="xlsx")).status_code == 200


def test_an_empty_list_says_what_to_do(client, alice, file, someone):
    client.force_login(alice)
    assert "Aucun intervenant ne sert cette antenne" in why(client, file)
    assert "Personne n’est écarté" in why(client, file, show="apart")
    someone(is_available=False)
    text = why(client, file)
    assert "Personne ne convient" in text and "Voir qui est écarté" in text
    assert "Rien ne correspond à cette recherche" in why(client, file, q="zzz")


def test_a_file_without_skills_says_so(client, alice, file, someone):
    someone()
    file.requested_skills.clear()
    client.force_login(alice)
    assert found(client, file) == ["Humbert"]
    assert "Le dossier ne dit pas quelle compétence il recherche" in why(client, file)


def test_a_thousand_experts_cost_as_many_queries_as_one(
    client, alice, file, someone, django_assert_max_num_queries
):
    client.force_login(alice)
    sponsor = someone().sponsor
    AbsenceFactory(expert=Expert.objects.get(), starts_on=day(9), ends_on=day(10))
    address = url("expert_find", file)
    with django_assert_max_num_queries(60) as one:
        client.get(address)
    added = Expert.objects.bulk_create(
        Expert(sponsor=sponsor, first_name="P", last_name=f"N{n}", search=f"n{n}")
        for n in range(1_000)
    )
    served = Expert.antennas.through
    served.objects.bulk_create(served(expert=each, antenna=file.antenna) for each in added)
    for expert in added[:20]:
        OfferFactory(expert=expert, skill=file.requested_skills.get())
        SolicitationFactory(expert=expert, application=file, answer="none", answered_on=TODAY)
    with django_assert_max_num_queries(len(one.captured_queries) + 1):
        assert len(found(client, file)) == 21
    assert "980 intervenants écartés" in why(client, file)


# Asking


def ask(client, file, expert, **typed):
    typed = {"needed_on": TODAY, "subject": "Une mission", "text": "Bonjour"} | typed
    return client.post(url("expert_solicit", file, intervenant=expert.pk), typed)


def test_an_expert_is_asked_by_an_email_that_is_kept(client, alice, file, someone):
    expert = someone()
    client.force_login(alice)
    page = words(client.get(url("expert_solicit", file, intervenant=expert.pk, on=day(5))))
    assert "Tôlerie Marchal, à Toul" in page and "environ 5 j" in page
    assert "dans ces domaines : Méthodes de production." in page
    assert f'value="{day(5)}"' in page
    answer = ask(client, file, expert, subject="Une\r\nmission", needed_on=day(5))
    assert answer.url == url("expert_find", file).strip("?")
    [message] = mail.outbox
    assert (message.to, message.reply_to) == ([expert.email], [alice.email])
    assert (message.subject, message.body) == ("Une mission", "Bonjour")
    kept = Solicitation.objects.get()
    assert (kept.expert, kept.application, kept.asked_by) == (expert, file, alice)
    assert (kept.asked_on, kept.needed_on, kept.sent_to) == (TODAY, day(5), expert.email)
    assert found(client, file) == []
    assert "réponse est attendue" in why(client, file, show="apart")


def test_an_expert_is_asked_once(client, alice, file, someone):
    expert = someone()
    client.force_login(alice)
    ask(client, file, expert)
    assert "réponse est attendue" in words(ask(client, file, expert))
    assert len(mail.outbox) == Solicitation.objects.count() == 1


def test_whoever_is_set_apart_cannot_be_asked(client, alice, file, someone):
    expert = someone(sponsor=SponsorFactory(excluded_sectors="25"))
    client.force_login(alice)
    assert "exclut ce secteur (25)" in words(ask(client, file, expert))
    assert not mail.outbox and not Solicitation.objects.exists()


def test_an_expert_may_be_asked_for_what_the_list_does_not_say(client, alice, file, someone):
    expert = someone()
    expert.offers.all().delete()
    client.force_login(alice)
    ask(client, file, expert)
    assert Solicitation.objects.get().expert == expert


def test_who_is_away_today_may_be_asked_for_later(client, alice, file, someone):
    expert = someone()
    AbsenceFactory(expert=expert)
    client.force_login(alice)
    assert "Absence du" in words(ask(client, file, expert))
    ask(client, file, expert, needed_on=day(8))
    assert Solicitation.objects.count() == 1


def test_a_message_that_does_not_leave_leaves_no_trace(client, alice, file, someone, monkeypatch):
    def broken(*args, **kwargs):
        raise SMTPException

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", broken)
    client.force_login(alice)
    assert "n’est pas parti" in words(ask(client, file, someone()))
    assert not Solicitation.objects.exists()


def test_who_has_no_address_is_asked_aloud(client, alice, file, someone):
    expert = someone(email="")
    client.force_login(alice)
    page = client.get(url("expert_solicit", file, intervenant=expert.pk)).text
    assert "appelez, puis notez" in page and "Objet" not in page
    ask(client, file, expert)
    assert not mail.outbox
    assert Solicitation.objects.get().sent_to == ""
    assert "de vive voix" in why(client, file)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"needed_on": ""}, "needed_on"),
        ({"needed_on": "0001-01-01"}, "needed_on"),
        ({"subject": " "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"text": ""}, "text"),
        ({"text": "x" * 5001}, "text"),
    ],
)
def test_a_wrong_request_is_told_beside_its_field(client, alice, file, someone, typed, field):
    client.force_login(alice)
    assert ask(client, file, someone(), **typed).context["form"].errors[field]
    assert not mail.outbox


@pytest.mark.parametrize("key", ["", "abc", "9" * 40, "²", "0"])
def test_an_expert_that_the_antenna_has_not_is_chosen_in_the_list(client, alice, file, key):
    client.force_login(alice)
    answer = client.get(url("expert_solicit", file), {"intervenant": key})
    assert answer.url == reverse("support:expert_find", args=[file.pk])


def test_another_antenna_s_expert_cannot_be_asked(client, alice, file, longwy):
    expert = ExpertFactory(antennas=[longwy])
    client.force_login(alice)
    assert ask(client, file, expert).status_code == 302
    assert not Solicitation.objects.exists()
    with refused("antenna"):
        solicit(file, expert, needed_on=TODAY, by=alice)


def test_a_closed_file_looks_for_nobody(client, alice, convention, someone):
    over = submitted(convention=convention)
    over.refuse(on=TODAY, reason="Hors du champ")
    client.force_login(alice)
    assert "Solliciter" not in why(client, over)
    assert ask(client, over, someone()).status_code == 302
    assert not mail.outbox


def test_a_reader_sees_and_asks_nobody(client, bob, file, someone):
    solicitation = SolicitationFactory(application=file, expert=someone())
    someone("Weber")
    client.force_login(bob)
    text = why(client, file)
    assert "Weber" in text and "Solliciter" not in text and "Noter la réponse" not in text
    assert ask(client, file, solicitation.expert).status_code == 403
    assert client.post(url("solicitation_answer", solicitation)).status_code == 403


# The answer, and the mission that follows


def test_from_a_yes_the_mission_is_opened_with_the_expert(client, alice, file, someone):
    solicitation = SolicitationFactory(application=file, expert=someone())
    client.force_login(alice)
    assert "Ouvrir une mission" not in why(client, file)
    answer = url("solicitation_answer", solicitation)
    client.post(answer, {"answer": "yes", "answered_on": TODAY, "note": "Les mardis"})
    solicitation.refresh_from_db()
    assert (solicitation.answer, solicitation.answered_on) == ("yes", TODAY)
    text = why(client, file)
    add = url("mission_add", file, intervenant=solicitation.expert_id)
    assert "Les mardis" in text and add in text
    form = client.get(add).text
    assert f'<option value="{solicitation.expert_id}" selected>' in form
    mission = {"expert": solicitation.expert_id, "subject": "Flux", "days": "5"}
    client.post(add, mission | {"starts_on": TODAY, "ends_on": day(90)})
    assert Mission.objects.get().expert == solicitation.expert
    assert "Ouvrir une mission" not in why(client, file)


def test_before_the_approval_a_yes_opens_no_mission(client, alice, convention):
    asked = SolicitationFactory(
        application=submitted(convention=convention), answer="yes", answered_on=TODAY
    )
    client.force_login(alice)
    assert "Ouvrir une mission" not in why(client, asked.application)


def test_no_answer_is_an_answer_and_the_expert_may_be_asked_again(client, alice, file, someone):
    expert = someone()
    client.force_login(alice)
    ask(client, file, expert)
    client.post(
        url("solicitation_answer", Solicitation.objects.get()),
        {"answer": "none", "answered_on": TODAY},
    )
    assert "N’a pas répondu à la demande" in why(client, file)
    ask(client, file, expert)
    assert Solicitation.objects.waiting().count() == 1 and len(mail.outbox) == 2


def test_an_answer_noted_wrongly_is_corrected(client, alice, file, someone):
    solicitation = SolicitationFactory(
        application=file, expert=someone(), answer="yes", answered_on=day(-2)
    )
    client.force_login(alice)
    assert f'value="{day(-2)}"' in client.get(url("solicitation_answer", solicitation)).text
    client.post(url("solicitation_answer", solicitation), {"answer": "no", "answered_on": day(-1)})
    solicitation.refresh_from_db()
    assert (solicitation.answer, solicitation.answered_on) == ("no", day(-1))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"answer": ""}, "answer"),
        ({"answer": "maybe"}, "answer"),
        ({"answered_on": ""}, "answered_on"),
        ({"answered_on": day(1)}, "answered_on"),
        ({"answered_on": day(-8)}, "answered_on"),
        ({"note": "x" * 201}, "note"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_field(client, alice, file, someone, typed, field):
    solicitation = SolicitationFactory(application=file, expert=someone())
    client.force_login(alice)
    typed = {"answer": "no", "answered_on": TODAY, "note": ""} | typed
    answer = client.post(url("solicitation_answer", solicitation), typed)
    assert answer.context["form"].errors[field]
    solicitation.refresh_from_db()
    assert solicitation.answer == ""


def test_the_database_keeps_questions_and_answers_whole(db):
    asked = SolicitationFactory()
    with refused_by("solicitation_waits_once_for_a_file"):
        SolicitationFactory(application=asked.application, expert=asked.expert)
    wrong = {
        "solicitation_answer_known": {"answer": "typo", "answered_on": TODAY},
        "solicitation_answered_on_a_day": {"answer": "yes"},
        "solicitation_answered_after_it_was_asked": {"answer": "no", "answered_on": day(-8)},
        "solicitation_sent_whole_or_not_at_all": {"subject": "Une mission"},
    }
    for constraint, fields in wrong.items():
        with refused_by(constraint):
            SolicitationFactory(application=asked.application, **fields)
    with refused_by("solicitation_answered_on_a_day"):
        SolicitationFactory(application=asked.application, answered_on=TODAY)

"""Personal links: one person, one mission, one purpose; refused without a word too many."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from support.links import send_link
from support.models import Feedback, PersonalLink, SkillDay
from support.models.links import PersonalLink as Link
from territories.dates import in_figures
from tests import factories as make
from tests.refusals import refused, refused_by

Purpose = Link.Purpose
GRADES = {f"grade{n}": "4" for n in range(1, 6)}


@pytest.fixture(autouse=True)
def forgotten_rates():
    cache.clear()


@pytest.fixture
def mission(convention):
    """At Marchal's, whose Jeanne has an address, as its expert has."""
    file = make.approved(convention=convention, on=make.day(-60))
    make.ContactFactory(company=file.company, name="Jeanne Marchal", email="jeanne@marchal.example")
    expert = make.ExpertFactory(email="expert@sponsor.example", antennas=[convention.antenna])
    return make.MissionFactory(application=file, expert=expert, subject="Qualité")


def contact_of(mission):
    return mission.application.company.contacts.get()


def link_for(mission, purpose):
    person = contact_of(mission) if purpose == Purpose.CERTIFY else mission.expert
    return PersonalLink.give(mission, purpose, person)


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def logged(client, link, **typed):
    values = {"done_on": make.day(-1).isoformat(), "days": "0.5", "note": "Audit", "key": uuid4()}
    return client.post(link.get_absolute_url(), values | typed, follow=True)


# Sending one


def test_a_coordinator_sends_a_link_by_mail_and_sees_it_opened(client, alice, mission):
    client.force_login(alice)
    address = reverse("support:link_send", args=[mission.pk])
    assert "Saisir ses journées" in words(client.get(address))
    page = words(client.post(address, {"link": f"log-{mission.expert.pk}"}, follow=True))
    assert "Lien envoyé à" in page and "jamais ouvert" in page
    [message] = mail.outbox
    assert message.to == ["expert@sponsor.example"] and "« Qualité »" in message.body
    url = next(line for line in message.body.splitlines() if line.startswith("http"))
    client.logout()
    assert "Mes journées" in words(client.get(url))
    client.force_login(alice)
    assert "jamais ouvert" not in words(client.get(mission.get_absolute_url()))


def test_who_has_no_address_gets_no_link(client, alice, mission):
    mission.expert.email = ""
    mission.expert.save()
    with refused("no_address"):
        PersonalLink.give(mission, Purpose.LOG, mission.expert)
    client.force_login(alice)
    address = reverse("support:link_send", args=[mission.pk])
    assert "Sans adresse électronique" in words(client.get(address))
    client.post(address, {"link": f"log-{mission.expert.pk}"})
    assert not PersonalLink.objects.exists()


def test_a_stranger_to_the_mission_gets_no_link(mission):
    for person in (
        make.ExpertFactory(email="x@y.example"),
        make.ContactFactory(email="x@y.example"),
    ):
        with refused("stranger"):
            PersonalLink.give(mission, Purpose.FEEDBACK, person)


def test_a_mail_server_that_fails_leaves_no_link(client, alice, mission, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(alice)
    address = reverse("support:link_send", args=[mission.pk])
    page = words(client.post(address, {"link": f"log-{mission.expert.pk}"}))
    assert "Le message n’est pas parti" in page and not PersonalLink.objects.exists()


# Refusals


def renewed(link):
    PersonalLink.give(link.mission, link.purpose, link.person)


def expired(link):
    PersonalLink.objects.update(expires_on=make.day(-1))


def put_out(link):
    link.mission.expert = make.ExpertFactory()
    link.mission.save()


REFUSALS = {
    "stranger": put_out,
    "expired": expired,
    "revoked": lambda link: link.revoke(),
    "replaced": renewed,
}


@pytest.mark.parametrize("why", REFUSALS)
def test_a_link_that_is_over_opens_nothing_says_nothing_and_is_logged(client, mission, caplog, why):
    link = link_for(mission, Purpose.LOG)
    url = link.get_absolute_url()
    assert client.get(url).status_code == 200
    REFUSALS[why](link)
    with caplog.at_level(logging.WARNING, logger="alize.links"):
        answers = [client.get(url), client.post(url, {"days": "1"})]
    for answer in answers:
        assert answer.status_code == 410
        page = words(answer)
        assert "Ce lien ne sert plus" in page
        assert "Qualité" not in page and mission.application.company.name not in page
    assert f"refused: {why}" in caplog.text and link.word not in caplog.text
    assert not SkillDay.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1], lambda t: t + "A", lambda t: "x", lambda t: t[::-1]]
)
def test_a_tampered_link_is_refused_and_logged(client, mission, caplog, change):
    token = link_for(mission, Purpose.LOG).token
    url = reverse("support:personal_link", args=[change(token)])
    assert client.get(url).status_code == 410
    assert "refused: tampered" in caplog.text


def test_a_link_reaches_the_days_of_nobody_else(client, mission):
    other = make.ExpertFactory(email="other@sponsor.example")
    mission.others.add(other)
    theirs = mission.log(1, on=make.day(-2), expert=other, key=uuid4())
    elsewhere = make.MissionFactory(application=mission.application, subject="Ailleurs")
    link = link_for(mission, Purpose.LOG)
    page = words(client.get(link.get_absolute_url()))
    assert "Aucune journée pour l’instant." in page and "Ailleurs" not in page
    client.post(link.get_absolute_url(), {"strike": theirs.pk})
    theirs.refresh_from_db()
    assert theirs.struck_at is None
    certify = link_for(mission, Purpose.CERTIFY)
    foreign = make.SkillDayFactory(mission=elsewhere)
    client.post(certify.get_absolute_url(), {"days": [foreign.pk], "by": "Jeanne"})
    assert not SkillDay.objects.certified().exists()


def test_who_left_the_company_certifies_nothing_more(client, alice, mission):
    link = link_for(mission, Purpose.CERTIFY)
    type(link.contact).objects.update(company=make.CompanyFactory())
    assert client.get(link.get_absolute_url()).status_code == 410
    client.force_login(alice)
    page = words(client.get(mission.get_absolute_url()))
    assert "cette personne n’est plus de la mission" in page


def test_what_one_link_sends_is_limited(client, mission, settings):
    settings.ACCOUNT_RATE_LIMITS = {"personal_link": "2/m/key"}
    link = link_for(mission, Purpose.LOG)
    answers = [client.post(link.get_absolute_url(), {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Trop d’envois à la fois" in words(answers[2]) and "mot de passe" not in words(
        answers[2]
    )
    assert answers[2]["Referrer-Policy"] == "same-origin"


def test_the_address_is_told_to_no_other_site(client, mission):
    answer = client.get(link_for(mission, Purpose.LOG).get_absolute_url())
    assert answer["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer["X-Robots-Tag"] and "no-store" in answer["Cache-Control"]


# What each is for


def test_an_expert_logs_a_day_and_takes_a_mistake_back(client, mission):
    link = link_for(mission, Purpose.LOG)
    page = words(logged(client, link))
    assert "C’est noté, merci." in page and "Audit" in page
    [skill_day] = SkillDay.objects.all()
    assert (skill_day.expert, skill_day.done_on) == (mission.expert, make.day(-1))
    page = words(client.post(link.get_absolute_url(), {"strike": skill_day.pk}, follow=True))
    assert "La journée est retirée." in page
    skill_day.refresh_from_db()
    assert skill_day.struck_at and not SkillDay.objects.standing().exists()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"done_on": make.day(1).isoformat()}, "futur"),
        ({"done_on": make.day(-30).isoformat()}, "La mission va du"),
        ({"done_on": "hier"}, "date valide"),
        ({"days": "2"}, "2"),
        ({"days": ""}, "obligatoire"),
    ],
)
def test_a_wrong_day_is_told_and_what_was_typed_is_kept(client, mission, typed, told):
    page = words(logged(client, link_for(mission, Purpose.LOG), **typed))
    assert told in page and "Audit" in page
    assert not SkillDay.objects.exists()


def test_a_day_sent_twice_on_a_bad_network_counts_once(client, mission):
    link, key = link_for(mission, Purpose.LOG), uuid4()
    for _ in range(3):
        logged(client, link, key=key)
    assert SkillDay.objects.count() == 1


def test_a_company_certifies_what_it_received(client, mission):
    kept, other = (make.SkillDayFactory(mission=mission, done_on=make.day(-n)) for n in (3, 2))
    link = link_for(mission, Purpose.CERTIFY)
    url = link.get_absolute_url()
    page = words(client.get(url))
    assert "Jeanne Marchal" in page and f"{in_figures(kept.done_on)} – 1 j" in page
    page = words(client.post(url, {"by": "Jeanne Marchal"}))
    assert "Cochez au moins une journée." in page
    page = words(client.post(url, {"days": [kept.pk], "by": "Jeanne Marchal"}, follow=True))
    assert "les journées sont certifiées" in page
    assert SkillDay.objects.certified().get() == kept
    client.post(url, {"days": [kept.pk], "by": "Jeanne Marchal"})  # sent again: nothing to do
    assert list(SkillDay.objects.filter(certified_on=None)) == [other]


def test_a_company_sees_whose_days_it_certifies_when_several_help(client, mission):
    link = link_for(mission, Purpose.CERTIFY)
    mission.log(1, on=make.day(-3))
    assert str(mission.expert) not in words(client.get(link.get_absolute_url()))
    helper = make.ExpertFactory(first_name="Hélène", last_name="Aide")
    mission.others.add(helper)
    mission.log(1, on=make.day(-2), expert=helper, note="Essais")
    page = words(client.get(link.get_absolute_url()))
    assert "1 j – Hélène Aide – Essais" in page and f"1 j – {mission.expert}" in page


def test_the_company_is_told_of_everybody_who_comes(client, alice, mission):
    mission.others.add(make.ExpertFactory(first_name="Hélène", last_name="Aide"))
    send_link(mission, Purpose.CERTIFY, contact_of(mission), root_url="https://x.example", by=alice)
    assert f"{mission.expert}, Hélène Aide interviennent chez vous" in mail.outbox[0].body


def test_an_expert_sees_in_whose_name_the_days_are_noted(client, mission):
    page = words(client.get(link_for(mission, Purpose.LOG).get_absolute_url()))
    assert str(mission.expert) in page


def test_each_side_gives_its_opinion_once(client, alice, mission):
    for person, told in ((mission.expert, "bien préparée"), (contact_of(mission), "votre besoin")):
        url = PersonalLink.give(mission, Purpose.FEEDBACK, person).get_absolute_url()
        assert told in words(client.get(url))
        assert "obligatoire" in words(client.post(url, GRADES | {"grade3": ""}))
        page = words(client.post(url, GRADES | {"comment": "Bravo"}, follow=True))
        assert "Merci pour votre avis." in page and "Bravo" in page
        client.post(url, GRADES)
    assert Feedback.objects.count() == 2
    client.force_login(alice)
    assert words(client.get(mission.get_absolute_url())).count("Tout à fait d’accord") == 10


def test_the_database_keeps_links_and_opinions_whole(mission):
    link = link_for(mission, Purpose.LOG)
    fields = {"mission": mission, "sent_to": "x@y.example", "word": "x", "expires_on": make.day(9)}
    again = {"purpose": "log", "expert": mission.expert}
    contact = {"purpose": "certify", "contact": contact_of(mission)}
    PersonalLink.objects.create(**fields, **contact)
    for constraint, values in [
        ("personal_link_purpose_known", again | {"purpose": "typo"}),
        ("personal_link_for_one_person", {"purpose": "log", "contact": contact_of(mission)}),
        ("personal_link_once_for_an_expert", again),
        ("personal_link_once_for_a_contact", contact),
    ]:
        with refused_by(constraint):
            PersonalLink.objects.create(**fields, **values)
    grades = dict.fromkeys(GRADES, 4)
    Feedback.objects.create(mission=mission, side="expert", **grades)
    for constraint, values in [
        ("feedback_side_known", {"side": "typo"}),
        ("feedback_grades_from_1_to_4", {"side": "company", "grade1": 5}),
        ("feedback_once_for_each_side", {"side": "expert"}),
    ]:
        with refused_by(constraint):
            Feedback.objects.create(mission=mission, **grades | values)
    assert link.expires_on == mission.ends_on + timedelta(days=60)

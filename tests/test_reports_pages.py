"""The pages of figures: a convention's overview, its evaluation at a date, the dashboards."""

import html
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from committee.letters import draft_letter, send_letter
from reports.dashboard import Dashboard
from reports.definitions import DEFINITIONS
from reports.display import KINDS
from reports.rows import FIGURES
from tests import factories as make
from tests.rooms import put, vote


def help_a_company(convention, **company):
    """10 000 €, half of them paid, one day and one job."""
    company = make.CompanyFactory(antenna=convention.antenna, **company)
    application = make.approved(convention=convention, company=company)
    aid = make.AidFactory(decision=application.approval)
    aid.disburse(Decimal(5_000), on=make.day(-10))
    mission = make.MissionFactory(application=application)
    make.SkillDayFactory(mission=mission, done_on=make.day(-8))
    make.JobFactory(application=application, starts_on=make.day(-9), observed_on=make.day(-6))
    return application


@pytest.fixture
def helped(convention):
    return help_a_company(convention, name="Tôlerie Marchal")


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize("name", ["evaluation", "evaluation_rows"])
def test_every_link_to_rows_and_files_carries_the_day_that_is_looked_at(
    client, alice, convention, helped, name
):
    client.force_login(alice)
    address = reverse(f"reports:{name}", args=[convention.pk])
    for day, typed in ((make.TODAY, {}), (make.TODAY, {"au": ""}), (make.day(-5), None)):
        page = client.get(address, {"au": day.isoformat()} if typed is None else typed).text
        links = re.findall(r'href="([^"]*(?:/lignes/|/figer/|format=)[^"]*)"', page)
        assert len(links) > (10 if name == "evaluation" else 1)
        assert all(f"au={day.isoformat()}" in html.unescape(link) for link in links)


def test_the_overview_shows_three_gauges_and_the_ledger(client, alice, convention, helped):
    client.force_login(alice)
    page = words(client.get(convention.get_absolute_url()))
    assert "5 000,00 €" in page
    assert "10 000,00 €" in page
    assert "Engagement" in page


def test_the_evaluation_at_a_date_forgets_what_came_later(client, alice, convention, helped):
    client.force_login(alice)
    url = reverse("reports:evaluation", args=[convention.pk])
    early = client.get(url, {"au": make.day(-9).isoformat()}).context["evaluation"]
    late = client.get(url).context["evaluation"]
    assert (early.skill_days_delivered, late.skill_days_delivered) == (0, 1)
    assert (early.jobs_created, late.jobs_created) == (0, 1)
    assert early.aid_disbursed == late.aid_disbursed == 5_000


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2090-01-01", "est dans le futur"),
        ("1999-01-01", "précède la convention"),
        ("hier", "Saisissez une date valide"),
    ],
)
def test_a_wrong_date_gets_a_sentence_beside_the_field(client, alice, convention, typed, sentence):
    client.force_login(alice)
    page = client.get(reverse("reports:evaluation", args=[convention.pk]), {"au": typed})
    assert page.status_code == 200
    assert sentence in words(page)


def rows_page(client, convention, **asked):
    return client.get(reverse("reports:evaluation_rows", args=[convention.pk]), asked)


def test_every_figure_opens_its_rows(client, alice, convention, helped):
    client.force_login(alice)
    page = words(client.get(reverse("reports:evaluation", args=[convention.pk])))
    for key, figure in FIGURES.items():
        answer = rows_page(client, convention, chiffre=figure.slug)
        assert f"chiffre={figure.slug}" in page
        assert answer.context["total"] == getattr(answer.context["figures"], key)
        assert answer.context["page"].paginator.count == len(figure.rows(answer.context["figures"]))
    jobs = words(rows_page(client, convention, chiffre="emplois-crees"))
    assert "Emplois créés au" in jobs and "Tôlerie Marchal" in jobs
    early = rows_page(client, convention, chiffre="emplois-crees", au=make.day(-9).isoformat())
    assert "Aucune ligne ne compte" in words(early)


def test_the_rows_of_a_figure_leave_as_a_file(client, alice, convention, helped):
    client.force_login(alice)
    answer = rows_page(client, convention, chiffre="aide-debloquee", format="csv")
    assert "5000,00" in b"".join(answer).decode()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"chiffre": "bonheur"}, "Choisissez dans la liste"),
        ({"au": "2090-01-01"}, "est dans le futur"),
    ],
)
def test_an_unknown_figure_or_day_gets_a_sentence(client, alice, convention, asked, sentence):
    client.force_login(alice)
    page = rows_page(client, convention, **asked)
    assert page.status_code == 200
    assert sentence in words(page)


def test_the_rows_of_a_figure_cost_the_same_for_one_and_for_many(
    client, alice, convention, helped, django_assert_max_num_queries
):
    client.force_login(alice)
    slugs = [figure.slug for figure in FIGURES.values()]
    counts = {}
    for slug in slugs:
        with django_assert_max_num_queries(40) as few:
            rows_page(client, convention, chiffre=slug)
        counts[slug] = len(few)
    for _ in range(6):
        help_a_company(convention)
    for slug in slugs:
        with django_assert_max_num_queries(counts[slug]):
            rows_page(client, convention, chiffre=slug)


def test_a_funder_reads_the_evaluation_of_the_conventions_given_to_them(client, fred, convention):
    client.force_login(fred)
    url = reverse("reports:evaluation", args=[convention.pk])
    assert client.get(url).status_code == 404
    assert rows_page(client, convention).status_code == 404
    convention.readers.add(fred)
    assert client.get(url).status_code == 200
    assert rows_page(client, convention).status_code == 200
    assert convention.reference in words(client.get("/"))


def test_the_dashboard_lists_what_awaits_and_leads_there(client, alice, toul, convention, helped):
    draft = make.ApplicationFactory(convention=convention)
    waiting = make.submitted(convention=convention)
    unsigned = make.approved(convention=convention)
    client.force_login(alice)
    content = client.get(reverse("reports:dashboard", args=[toul.pk])).content.decode()
    for url in (
        draft.get_absolute_url(),
        waiting.get_absolute_url(),
        reverse("support:aid_list_of_application", args=[unsigned.pk]),
        reverse("support:aid_list_of_application", args=[helped.pk]),
        helped.missions.get().get_absolute_url(),
    ):
        assert url in content


def test_the_dashboard_says_what_decides(client, alice, toul, convention, helped):
    unsigned = make.approved(convention=convention)
    late = make.AidFactory(
        decision=make.approved(convention=convention).approval,
        contract_on=make.day(-101),
        deferral_months=0,
        instalments=10,
    )
    late.disburse(Decimal(1_000), on=make.day(-100))
    since = late.schedule()[0].due_on
    client.force_login(alice)
    page = words(client.get(reverse("reports:dashboard", args=[toul.pk])))
    assert f"décidé le {unsigned.approval.decided_on:%d/%m/%Y}" in page
    assert f"depuis le {since:%d/%m/%Y}" in page
    assert "Avance remboursable" in page
    certify = page.split("Journées à certifier")[1]
    assert "1 j" in certify.split("</ul>")[0]


def test_the_dashboard_says_which_sessions_and_letters_wait(client, alice, toul, room):
    to_come = make.SessionFactory(convention=room.session.convention, committee__name="À venir")
    motion = put(room)
    vote(room, motion, anne="for", marc="for")
    room.session.close_vote(motion)
    client.force_login(alice)
    url = reverse("reports:dashboard", args=[toul.pk])
    page = client.get(url).content.decode()
    assert room.session.get_live_url() in page and to_come.get_absolute_url() in page
    assert "Courriers à envoyer" in page
    room.session.close()
    assert "procès-verbal à signer" in client.get(url).content.decode()
    room.session.minutes.get().sign(by=alice)
    letter = draft_letter(motion.item.application, by=alice)
    letter.contact = make.ContactFactory(
        company=motion.item.application.company, email="patron@example.org"
    )
    letter.save()
    send_letter(letter, by=alice)
    page = client.get(url).content.decode()
    assert "procès-verbal à signer" not in page and "Courriers à envoyer" not in page


def test_each_role_has_its_home(client, alice, maria, nadia, fred, root, convention):
    session = make.SessionFactory(convention=convention)
    waiting = session.add(make.submitted(convention=convention)).application
    make.SeatFactory(committee=session.committee, user=maria)
    session.convene()
    for person, sees in (
        (alice, "Ce qui vous attend"),
        (maria, waiting.title),
        (nadia, "Personnes et invitations"),
        (fred, "Les conventions que vous financez"),
        (root, "Administration"),
    ):
        client.force_login(person)
        assert sees in words(client.get("/"))


def test_an_account_without_a_role_is_told_what_to_do(client, db):
    client.force_login(make.UserFactory())
    assert "n’a pas encore de rôle" in words(client.get("/"))


def test_the_home_page_costs_the_same_for_one_file_and_for_many(
    client, alice, convention, django_assert_max_num_queries
):
    def pile():
        make.ApplicationFactory(convention=convention)
        make.submitted(convention=convention)
        application = make.approved(convention=convention, advance=Decimal(100))
        aid = make.AidFactory(decision=application.approval)
        aid.disburse(Decimal(50), on=make.day(-10))
        make.SkillDayFactory(mission=make.MissionFactory(application=application))

    client.force_login(alice)
    pile()
    client.get("/")
    with django_assert_max_num_queries(60) as few:
        client.get("/")
    for _ in range(8):
        pile()
    with django_assert_max_num_queries(len(few)):
        client.get("/")


def test_an_aid_without_its_contract_waits_though_the_other_has_one(client, alice, convention):
    application = make.approved(convention=convention, grant=Decimal(300))
    dashboard = reverse("reports:dashboard", args=[convention.antenna_id])
    client.force_login(alice)

    def to_sign():
        return client.get(dashboard).context["dashboard"].to_sign

    make.AidFactory(decision=application.approval)
    assert to_sign() == [application]
    make.AidFactory(decision=application.approval, instrument="grant", instalments=1)
    assert to_sign() == []


def test_a_contract_of_a_decision_taken_anew_is_no_longer_to_sign(client, alice, convention):
    application = make.approved(convention=convention, on=make.day(-9))
    application.annul(on=make.day(-8), reason="Montant mal saisi")
    application.approve(on=make.day(-7), advance=Decimal(8_000))
    waiting = Dashboard(convention.antenna, make.TODAY).to_sign
    make.AidFactory(decision=application.approval, contract_on=make.day(-6))
    signed = Dashboard(convention.antenna, make.TODAY).to_sign
    assert (waiting, signed) == ([application], [])


def test_the_network_sees_what_each_running_convention_has_left(client, nadia, convention, longwy):
    last = make.ConventionFactory(
        antenna=longwy, funds=250, terms={"ends_on": make.day(900)}, reference="FIN"
    )
    client.force_login(nadia)
    page = client.get("/")
    assert [row for row, _elapsed in page.context["running"]] == [convention, last]
    assert "250,00 €" in words(page)


def test_the_network_sees_the_payments_that_it_may_approve(
    client, alice, nadia, convention, django_assert_max_num_queries
):
    convention.terms.update(second_person_above=10)

    def ask(by, amount):
        file = make.approved(convention=convention, advance=Decimal(500))
        return make.AidFactory(decision=file.approval).pay(amount, on=make.day(-5), by=by)

    client.force_login(nadia)
    assert "Déblocages à approuver" not in words(client.get("/"))
    theirs, own, given_up, approved = (
        ask(alice, Decimal(100)),
        ask(nadia, Decimal(200)),
        ask(alice, 300),
        ask(alice, 400),
    )
    given_up.strike(reason="Erreur")
    approved.approve(on=make.day(-4), by=nadia)
    with django_assert_max_num_queries(60) as few:
        page = client.get("/")
    cost = len(few)
    assert page.context["to_approve"] == [theirs]
    text = words(page)
    assert theirs.get_absolute_url() in text and "100,00 €" in text and "Toul" in text
    answer = words(client.get(theirs.get_absolute_url()))
    assert reverse("support:order_approve", args=[theirs.pk]) in answer
    assert reverse("support:order_approve", args=[own.pk]) not in words(
        client.get(own.get_absolute_url())
    )
    for _ in range(4):
        ask(alice, Decimal(50))
    with django_assert_max_num_queries(cost):
        assert len(client.get("/").context["to_approve"]) == 5


def test_what_one_sponsor_promised_opens_its_rows_alone(client, alice, convention):
    sponsor = make.SponsorFactory(name="Région & Cie")
    convention.pledge(sponsor, origin="public", amount=700, on=make.day(-9))
    client.force_login(alice)
    page = client.get(reverse("reports:evaluation", args=[convention.pk])).content.decode()
    [link] = re.findall(rf'href="([^"]*chiffre=apports&[^"]*valeur={sponsor.pk})"', page)
    answer = client.get(html.unescape(link))
    assert [row.sponsor for row in answer.context["page"]] == [sponsor]
    assert "Région &amp; Cie au" in words(answer) and "700,00 €" in words(answer)


def test_the_evaluation_says_what_each_figure_means_and_leads_to_each_table(
    client, alice, convention, helped
):
    client.force_login(alice)
    page = client.get(reverse("reports:evaluation", args=[convention.pk]))
    content = page.content.decode()
    for key in KINDS:
        assert content.count(f'popovertarget="definition-{key}"') == 1
        assert content.count(f'id="definition-{key}"') == 1
    assert str(DEFINITIONS["aid_disbursed"]) in content
    anchors = re.findall(r'<a href="#([\w-]+)"', content)
    assert len(anchors) > 10
    assert all(f'id="{anchor}"' in content for anchor in anchors)
    links = re.findall(r'href="([^"]*par=taille[^"]*)"', content)
    answer = client.get(html.unescape(links[0]))
    assert "Dossiers accordés – Moins de 10 personnes au" in words(answer)


def test_the_evaluation_page_costs_the_same_for_one_company_and_for_many(
    client, alice, convention, helped, django_assert_max_num_queries
):
    client.force_login(alice)
    address = reverse("reports:evaluation", args=[convention.pk])
    with django_assert_max_num_queries(90) as few:
        client.get(address)
    for number in range(6):
        help_a_company(convention, naf=make.NafFactory(code=f"2{number}.11A"))
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def test_a_part_of_a_figure_says_of_what(client, alice, convention):
    client.force_login(alice)
    url = reverse("reports:evaluation_rows", args=[convention.pk])
    page = words(client.get(url, {"chiffre": "apports-publics"}))
    assert "Apports promis, dont fonds publics au" in page
    assert "Emplois maintenus, dont vérifiés</option>" in page


@pytest.mark.parametrize("asked", [{"valeur": "99999"}, {"valeur": "x' OR 1=1"}, {}])
def test_a_forged_part_of_a_figure_has_no_row(client, alice, convention, asked):
    client.force_login(alice)
    page = rows_page(client, convention, chiffre="apports", par="apporteur", **asked)
    assert "Apports promis – aucune ligne" in words(page)
    assert not page.context["page"].object_list


@pytest.mark.parametrize(
    "asked",
    [
        {"chiffre": "apports", "par": "lune", "valeur": "1"},
        {"chiffre": "apports", "valeur": "1"},
        {"chiffre": "apports", "par": "college", "valeur": "business"},
        {"chiffre": "lune"},
    ],
)
def test_a_forged_filter_gets_a_sentence_and_never_all_the_rows(client, alice, convention, asked):
    client.force_login(alice)
    page = rows_page(client, convention, **asked)
    told = ["Choisissez dans la liste", "Sélectionnez un choix valide", "n’est pas réparti ainsi"]
    assert any(sentence in words(page) for sentence in told)
    assert "page" not in page.context and 'name="valeur"' not in page.text
    assert "attachment" not in rows_page(client, convention, **asked, format="csv").headers.get(
        "Content-Disposition", ""
    )


def test_a_convention_to_come_says_when_its_evaluation_begins(client, alice, toul):
    convention = make.ConventionFactory(antenna=toul, starts_on=make.day(90), signed=False)
    client.force_login(alice)
    page = client.get(reverse("reports:evaluation", args=[convention.pk]))
    assert "Pas encore de bilan" in words(page) and "Afficher" not in words(page)


def test_a_past_day_tells_the_state_of_that_day(client, alice, convention):
    convention.suspend(on=make.day(-8), reason="Audit")
    convention.resume(on=make.day(-2))
    client.force_login(alice)
    url = reverse("reports:evaluation", args=[convention.pk])
    assert "Ce jour-là, la convention était suspendue" in words(
        client.get(url, {"au": make.day(-5)})
    )
    assert "Ce jour-là, la convention" not in words(client.get(url))


def test_the_head_of_an_evaluation_is_that_of_its_day(client, alice, convention):
    text = convention.terms.get()
    before = f"au {text.ends_on:%d/%m/%Y}"
    text.effective_on, text.ends_on = make.day(-1), make.day(900)
    convention.amend(text, signed_on=make.day(-1), reason="Prolongation")
    client.force_login(alice)
    for name in ("evaluation", "evaluation_rows"):
        url = reverse(f"reports:{name}", args=[convention.pk])
        assert before in client.get(url, {"au": make.day(-2)}).text
        assert before not in client.get(url).text


def test_a_part_that_cannot_be_read_is_told_so(client, alice, convention):
    client.force_login(alice)
    url = reverse("reports:evaluation_rows", args=[convention.pk])
    page = client.get(url, {"par": "taille", "valeur": "\0"})
    assert "Ce chiffre n’est pas réparti ainsi" in page.text

"""A committee in six browsers side by side: from a draft to signed minutes and a letter."""

import re

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar
from playwright.sync_api import expect

from accounts.models import Role
from committee.models import Application, Decision, LetterTemplate, Minutes, Session
from tests import factories as make
from tests.printed import is_accessible, words
from tests.test_browser import PASSWORD, iso, press, sign_in, type_in

pytestmark = pytest.mark.browser

FIRST, SECOND = "Tôlerie Marchal", "Scierie Didier"


class Cast:
    """The six, each in a browser of their own."""

    def __init__(self, browser, site, toul, committee, alice):
        self.browser, self.site, self.pages = browser, site, {}
        self.open("alice", alice)
        seats = {
            "anne": {"is_chair": True},
            "marc": {},
            "paul": {"college": "bank"},
            "zoe": {"college": "association"},
            "lise": {"employer_group": "Marchal"},
        }
        for name, fields in seats.items():
            user = make.UserFactory(
                first_name=name.capitalize(),
                email=f"{name}@example.org",
                roles=[(Role.MEMBER, toul)],
            )
            make.SeatFactory(
                committee=committee, user=user, holder=f"{name.capitalize()} Roy", **fields
            )
            self.open(name, user)

    def open(self, name, user):
        user.set_password(PASSWORD)
        user.save()
        context = self.browser.new_context(
            base_url=self.site, locale="fr-FR", timezone_id="Europe/Paris"
        )
        self.pages[name] = context.new_page()
        sign_in(self.pages[name], self.site, user)

    def __getattr__(self, name):
        return self.pages[name]


@pytest.fixture
def cast(transactional_db, live_server, browser, toul, alice):
    committee = make.CommitteeFactory(antenna=toul)
    convention = make.ConventionFactory(antenna=toul, reference="TOUL-1", funds=100_000)
    make.PieceKindFactory(name="Kbis", required_since=None)
    texts = {"subject": "Votre demande {dossier}", "body": "Sous conditions\u00a0:\n{conditions}"}
    LetterTemplate.objects.update_or_create(outcome="approved", antenna=None, defaults=texts)
    tied = make.CompanyFactory(antenna=toul, name=FIRST, group_name="Marchal")
    make.ContactFactory(company=tied, email="patron@example.org")
    make.ApplicationFactory(convention=convention, company=tied, title="Robot de soudage")
    make.submitted(
        convention=convention,
        company=make.CompanyFactory(antenna=toul, name=SECOND),
        title="Séchoir",
    )
    cast = Cast(browser, live_server.url, toul, committee, alice)
    yield cast
    for page in cast.pages.values():
        page.context.close()


def test_a_committee_from_the_draft_to_the_signed_minutes_and_the_letter(cast):
    submit(cast.alice)
    convene(cast.alice)
    answer(cast)
    session = Session.objects.get()
    arrive(cast, session)
    approve_the_first_file(cast)
    refuse_the_second(cast)
    close_and_sign(cast, session)
    write_to_the_company(cast.alice)


def submit(page):
    page.goto(reverse("committee:application", args=[file(FIRST).pk]))
    page.get_by_role("link", name="Déposer").first.click()
    press(page, "Déposer")
    assert file(FIRST).status == "submitted"


def file(company):
    return Application.objects.get(company__name=company)


def convene(page):
    page.goto(reverse("committee:session_add"))
    type_in(page, on=iso(0), at="09:30", place="Mairie de Toul")
    press(page, "Enregistrer")
    for company in (FIRST, SECOND):
        page.locator("[name=application]").select_option(str(file(company).pk))
        press(page, "Ajouter")
    page.get_by_role("link", name="Convoquer").click()
    press(page, "Envoyer les convocations")
    expect(page.get_by_text("Le comité est convoqué")).to_be_visible()


def letters():
    return {message.to[0].split("@")[0]: message for message in mail.outbox}


def answer(cast):
    """Each got the agenda that they may read, an event, and a link that needs no sign-in."""
    sent = letters()
    assert set(sent) == {"anne", "marc", "paul", "zoe", "lise"}
    assert FIRST in sent["marc"].body and FIRST not in sent["lise"].body
    for name, message in sent.items():
        [event] = Calendar.from_ical(message.attachments[0][1]).walk("VEVENT")
        assert event["DTSTART"].dt.strftime("%H:%M") == "09:30"
        assert (FIRST in str(event["DESCRIPTION"])) is (name != "lise")
    for name, choice, to in [("marc", "present", ""), ("zoe", "proxy", "Anne Roy")]:
        context = cast.browser.new_context(base_url=cast.site, locale="fr-FR")
        page = context.new_page()
        page.goto(re.search(r"http\S+/reponse/\S+", sent[name].body)[0])
        page.locator(f"[name=answer][value={choice}]").check()
        if to:
            page.locator("[name=proxy_to]").select_option(label=to)
        page.get_by_role("main").get_by_role("button").first.click()
        expect(page.get_by_text("Merci")).to_be_visible()
        context.close()


def arrive(cast, session):
    """The chair opens; the others say that they are there, from their own page."""
    cast.anne.goto(session.get_absolute_url())
    cast.anne.get_by_role("link", name="Ouvrir la séance").first.click()
    press(cast.anne, "Ouvrir la séance")
    expect(cast.anne.get_by_text("Quorum non atteint")).to_be_visible()
    press(cast.anne, "Je suis dans la salle")
    for name, how in [("marc", "dans la salle"), ("paul", "à distance"), ("lise", "dans la salle")]:
        page = cast.pages[name]
        page.goto(session.get_live_url())
        press(page, f"Je suis {how}")
    expect(cast.anne.get_by_text("Quorum atteint")).to_be_visible(timeout=15_000)


def approve_the_first_file(cast):
    anne = cast.anne
    anne.get_by_role("button", name=f"Examiner {FIRST}").click()
    expect(cast.marc.get_by_role("heading", name=FIRST)).to_be_visible(timeout=15_000)
    anne.get_by_role("link", name="Mettre aux voix").click()
    type_in(anne, advance="20 000", days="4", jobs_created="3", conditions="Accord de la banque")
    press(anne, "Ouvrir le vote")
    for name, choice in [("marc", "Pour"), ("paul", "Contre")]:
        button = cast.pages[name].get_by_role("button", name=choice, exact=True)
        expect(button).to_be_visible(timeout=15_000)
        button.click()
        expect(cast.pages[name].get_by_text(f"Vous avez voté : {choice}")).to_be_visible()
    expect(cast.lise.get_by_text("dont vous vous déportez")).to_be_visible(timeout=15_000)
    assert FIRST not in cast.lise.content() and "000,00" not in cast.lise.content()
    expect(anne.get_by_text("2 votes sont encore attendus")).to_be_visible(timeout=15_000)
    anne.get_by_role("button", name="Pour", exact=True).first.click()  # her own
    expect(anne.get_by_text("Votez pour Zoe Roy")).to_be_visible()
    anne.get_by_role("button", name="Pour", exact=True).first.click()  # her proxy's
    press(anne, "Clore le vote")
    for name in ("anne", "marc", "paul"):
        result = cast.pages[name].get_by_text("3 pour, 1 contre")
        expect(result).to_be_visible(timeout=15_000)
    decision = Decision.objects.get()
    assert (decision.advance, decision.days, decision.conditions.count()) == (20_000, 4, 1)


def refuse_the_second(cast):
    """Lise is there for this one; the chair notes the vote of the room."""
    anne = cast.anne
    anne.get_by_role("button", name=f"Examiner {SECOND}").click()
    anne.get_by_role("link", name="Mettre aux voix").click()
    anne.locator("[name=outcome][value=refused]").check()
    type_in(anne, reason="Le séchoir est déjà commandé.")
    press(anne, "Ouvrir le vote")
    button = cast.lise.get_by_role("button", name="Contre", exact=True)
    expect(button).to_be_visible(timeout=15_000)
    button.click()
    expect(anne.get_by_text("4 votes sont encore attendus")).to_be_visible(timeout=15_000)
    press(anne, "Tous les autres : pour")
    press(anne, "Clore le vote")
    expect(anne.get_by_text("4 pour, 1 contre")).to_be_visible()
    assert file(SECOND).status == "refused"


def close_and_sign(cast, session):
    anne = cast.anne
    anne.get_by_role("link", name="Clore la séance").click()
    press(anne, "Clore la séance")
    anne.get_by_role("link", name="Procès-verbal").click()
    anne.get_by_role("link", name="Signer").click()
    press(anne, "Signer")
    minutes = Minutes.objects.get()
    expect(anne.get_by_text(minutes.sha256)).to_be_visible()
    document = bytes(minutes.content)
    assert minutes.sha256 in words(document) and FIRST in words(document)
    assert is_accessible(document, title=minutes_title(document))
    cast.lise.goto(reverse("committee:minutes", args=[session.pk]))
    expect(cast.lise.get_by_text("Extrait")).to_be_visible()
    assert FIRST not in cast.lise.content() and SECOND in cast.lise.content()


def minutes_title(document):
    return re.search(r"Procès-verbal de la séance du \d+ \w+ \d{4}", words(document))[0]


def write_to_the_company(page):
    page.goto(file(FIRST).get_absolute_url())
    press(page, "Préparer le courrier")
    page.get_by_role("link", name="Envoyer").first.click()
    press(page, "Envoyer")
    expect(
        page.get_by_text("Courrier envoyé à Jeanne Marchal (patron@example.org)")
    ).to_be_visible()
    message = letters()["patron"]
    [(_name, content, kind)] = message.attachments
    assert kind == "application/pdf" and "Accord de la banque" in words(content)


def test_the_agenda_is_put_in_order_by_dragging_and_by_keyboard(cast):
    page = cast.alice
    submit(page)
    page.goto(reverse("committee:session_add"))
    type_in(page, on=iso(5), at="18:00", place="Mairie de Toul")
    press(page, "Enregistrer")
    for company in (FIRST, SECOND):
        page.locator("[name=application]").select_option(str(file(company).pk))
        press(page, "Ajouter")
    rows = page.locator("[data-drag] > li")
    expect(rows.first).to_contain_text(FIRST)
    rows.last.drag_to(rows.first, target_position={"x": 20, "y": 5})
    expect(rows.first).to_contain_text(SECOND)
    page.get_by_role("button", name=f"avancer {FIRST}").press("Enter")
    expect(rows.first).to_contain_text(FIRST)

"""The minutes of a session: what they say, who signs them, what is never changed after."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from committee.minutes import digest, figures
from committee.models import Minutes
from territories.dates import in_words
from tests.factories import SessionFactory, UserFactory
from tests.printed import is_accessible, words
from tests.refusals import refused, refused_by
from tests.rooms import AWARD, put, vote

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


@pytest.fixture
def anne(toul):
    """The chair's account."""
    return UserFactory(
        first_name="Anne", last_name="Roy", email="anne@example.org", roles=[(Role.MEMBER, toul)]
    )


@pytest.fixture
def lise(toul):
    """The account of who steps aside from Tôlerie Marchal, the second file."""
    return UserFactory(first_name="Lise", email="lise@example.org", roles=[(Role.MEMBER, toul)])


@pytest.fixture
def closed(room, anne, lise):
    """A session that approved a file, refused the other, and was closed."""
    for seat, user in [(room.anne, anne), (room.lise, lise)]:
        type(seat).objects.filter(pk=seat.pk).update(user=user)
    motion = put(room, **AWARD, conditions=["Un prêt bancaire"])
    vote(room, motion, anne="for", marc="for", bank="abstain")
    room.session.close_vote(motion)
    room.session.arrive(room.lise, is_remote=True)
    motion = put(room, item=1)
    vote(room, motion, anne="against", marc="against", bank="for")
    room.session.close_vote(motion)
    room.session.refuse(motion, reason="Trop tôt pour l’entreprise")
    room.session.close()
    return room


@pytest.fixture
def minutes(closed):
    return closed.session.minutes.get()


def url(name, row):
    return reverse(f"committee:{name}", args=[row.pk])


def scan(name="pv signé.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


# What they say


def test_a_closed_session_has_its_minutes_drafted(minutes):
    assert (minutes.number, minutes.signed_at, str(minutes)) == (0, None, "Procès-verbal")


def test_the_document_tells_the_session(minutes, alice):
    text = words(minutes.document_for(alice))
    for told in [
        "Procès-verbal de la séance du",
        "Projet, non signé",
        "Scierie Didier",
        "Accord : avance de 20 000,00 €, 4 j, 3 emplois à créer",
        "Un prêt bancaire",
        "2 pour, 0 contre, 1 abstention : adopté",
        "3 présents ou représentés sur 5, quorum 3",
        "Déport de Lise Noël",
        "Refus : Trop tôt pour l’entreprise",
        "à distance",
        "adopté, à la majorité",
        "2 dossiers examinés. Accords : 1 (20 000,00 €, 4 j, emplois à créer : 3)",
    ]:
        assert told in text, told


def test_the_figures_of_a_session_are_those_of_its_decisions(minutes, anne):
    minutes.sign(by=anne)
    done = figures(minutes.record["files"])
    assert (done["files"], done["seen"], done["approved"], done["share"]) == (2, 2, 1, 0.5)
    assert (done["advance"], done["grant"], done["days"]) == (20_000, 0, 4)


# Signed


def test_what_is_signed_is_frozen_with_its_print(minutes, anne, closed):
    minutes.correct(remarks="Le comité salue l’équipe.")
    minutes.sign(by=anne)
    minutes = Minutes.objects.get()
    assert minutes.sha256 == digest(minutes.record)
    assert minutes.signed_name == "Anne Roy"
    document = bytes(minutes.content)
    assert minutes.sha256 in words(document) and "Le comité salue" in words(document)
    assert is_accessible(document, title=f"Procès-verbal de la séance du {date_of(minutes)}")
    for late in (lambda: minutes.correct(remarks="Non"), lambda: minutes.sign(by=anne)):
        with refused("signed"):
            late()
    company = closed.items[0].application.company
    company.name = "Un autre nom"
    company.save()
    assert "Scierie Didier" in words(Minutes.objects.get().document_for(anne))


def date_of(minutes):
    return in_words(minutes.session.on)


def test_a_change_after_signing_is_a_rectification_with_its_number(minutes, anne):
    with refused("not_signed"):
        Minutes.rectify(minutes.session, remarks="Trop tôt")
    minutes.sign(by=anne)
    with refused(field="remarks"):
        Minutes.rectify(minutes.session, remarks=" ")
    first = Minutes.rectify(minutes.session, remarks="Lire : 5 journées.")
    with refused("not_signed"):
        Minutes.rectify(minutes.session, remarks="Une autre")
    first.sign(by=anne)
    second = Minutes.rectify(minutes.session, remarks="Lire : 6 journées.")
    assert (first.number, second.number) == (1, 2)
    text = words(bytes(Minutes.objects.get(number=1).content))
    assert "Rectification n° 1" in text and minutes.sha256 in text and "5 journées" in text
    assert Minutes.objects.get(number=0).sha256 == minutes.sha256


def test_the_chair_signs_or_the_coordinator_when_the_chair_was_away(
    minutes, anne, alice, lise, room
):
    assert minutes.may_be_signed_by(anne)
    assert not minutes.may_be_signed_by(alice) and not minutes.may_be_signed_by(lise)
    for spoil in (
        lambda: room.session.attendances.filter(seat=room.anne).update(by_deputy=True),
        lambda: room.items[0].application.recusals.create(seat=room.anne, reason="Un ami"),
        lambda: room.session.attendances.filter(seat=room.anne).delete(),
    ):
        with transaction.atomic():
            spoil()
            assert minutes.may_be_signed_by(alice) and not minutes.may_be_signed_by(anne)
            transaction.set_rollback(True)


def test_the_copy_signed_by_hand_is_filed_once(minutes, anne, alice, client):
    client.force_login(alice)
    with refused("not_signed"):
        minutes.file_scan(scan())
    minutes.sign(by=anne)
    page = client.post(url("minutes_scan", minutes), {"file": scan("pv.pdf", b"Bonjour")})
    assert page.context["form"].errors
    client.post(url("minutes_scan", minutes), {"file": scan()})
    answer = client.get(url("minutes_scan_file", minutes))
    assert answer.getvalue() == PDF and "attachment" in answer["Content-Disposition"]
    with refused("filed"):
        Minutes.objects.get().file_scan(scan())


# Who reads


def test_who_steps_aside_reads_an_extract_without_the_file(minutes, anne, lise, client, room):
    client.force_login(lise)
    assert client.get(url("minutes", minutes.session)).status_code == 404  # a draft
    minutes.correct(remarks="Marchal a été longuement discuté.")
    seat = type(room.lise).objects.filter(pk=room.lise.pk)
    seat.update(is_chair=True)
    for name, row in [("minutes_edit", minutes), ("minutes_sign", minutes)]:
        assert client.get(url(name, row)).status_code == 403
    seat.update(is_chair=False)
    minutes.sign(by=anne)
    minutes.file_scan(scan())
    Minutes.rectify(minutes.session, remarks="Lire Marchal et fils.").sign(by=anne)
    page = client.get(url("minutes", minutes.session)).content.decode()
    assert "Scierie Didier" in page and "Extrait" in page and "Marchal" not in page
    for row in Minutes.objects.all():
        text = words(client.get(url("minutes_pdf", row)).content)
        assert "Marchal" not in text and "Extrait : 1 dossier" in text
    assert client.get(url("minutes_scan_file", minutes)).status_code == 404
    client.force_login(anne)
    assert client.get(url("minutes_scan_file", minutes)).status_code == 200
    assert "Marchal" in client.get(url("minutes", minutes.session)).content.decode()


def test_who_steps_aside_does_not_read_that_the_file_was_taken_off_the_agenda(
    room, alice, lise, client
):
    type(room.lise).objects.filter(pk=room.lise.pk).update(user=lise)
    room.session.remove(room.items[1], reason="Marchal n’est pas prête")
    motion = put(room)
    vote(room, motion, anne="for", marc="for")
    room.session.close_vote(motion)
    room.session.close()
    minutes = room.session.minutes.get()
    minutes.sign(by=alice)
    assert "Retiré de l’ordre du jour : Tôlerie Marchal" in words(minutes.document_for(alice))
    client.force_login(lise)
    page = client.get(url("minutes", room.session)).content.decode()
    text = words(client.get(url("minutes_pdf", minutes)).content)
    assert "Scierie Didier" in page and "Marchal" not in page
    assert "Extrait : 1 dossier" in text and "Marchal" not in text


def test_the_pages_draft_sign_and_rectify(minutes, anne, alice, bob, client):
    session = minutes.session
    client.force_login(alice)
    assert url("minutes", session) in client.get(session.get_absolute_url()).content.decode()
    client.post(url("minutes_edit", minutes), {"remarks": "Débat sur l’export."})
    assert client.post(url("minutes_sign", minutes)).status_code == 403
    client.force_login(bob)
    assert "Débat sur l’export" in client.get(url("minutes", session)).content.decode()
    for name in ("minutes_edit", "minutes_sign", "minutes_scan"):
        assert client.post(url(name, minutes)).status_code == 403
    client.force_login(anne)
    client.post(url("minutes_sign", minutes))
    page = client.get(url("minutes", session)).content.decode()
    assert Minutes.objects.get().sha256 in page and "Signé par Anne Roy" in page
    late = client.post(url("minutes_edit", minutes), {"remarks": "Non"})
    assert "il se rectifie" in late.content.decode()
    assert client.post(url("minutes_rectify", session), {"remarks": ""}).context["form"].errors
    client.post(url("minutes_rectify", session), {"remarks": "Lire 5 journées"})
    assert Minutes.objects.get(number=1).signed_at is None


# What the database refuses


@pytest.mark.parametrize(
    ("constraint", "spoil"),
    [
        ("minutes_numbered_once_in_a_session", lambda one: again(one, signed=True)),
        ("minutes_drafted_one_at_a_time", lambda one: again(one, number=1, remarks="Non")),
        ("minutes_signed_with_their_print", lambda one: Minutes.objects.update(sha256="a" * 64)),
        ("minutes_rectification_says_what", lambda one: Minutes.objects.update(number=1)),
    ],
)
def test_the_database_keeps_minutes_sound(minutes, anne, constraint, spoil):
    with refused_by(constraint):
        spoil(minutes)


def again(minutes, signed=False, **fields):
    if signed:
        minutes.sign(by=None)
    for name, value in {"pk": None, **fields}.items():
        setattr(minutes, name, value)
    minutes.save(force_insert=True)


def test_a_session_that_is_not_closed_has_no_minutes(client, alice, convention):
    client.force_login(alice)
    session = SessionFactory(convention=convention)
    assert client.get(url("minutes", session)).status_code == 404

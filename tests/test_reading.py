"""Between two sessions: members read the files and comment on them, those who step aside do not."""

from html import unescape

import pytest
from django.core import mail
from django.db.models import F
from django.urls import reverse

from committee.convocations import write_to_members
from committee.models import Comment, Reading
from committee.reading import left_to_read, opening, sheets_of
from tests import factories as make
from tests.factories import day
from tests.refusals import refused, refused_by

ASIDE, SAWMILL, DAIRY = "Tôlerie Marchal", "Scierie Didier", "Fromagerie Delvalle"


@pytest.fixture
def committee(toul, maria):
    """Maria's employer is of the group Marchal; Anne has no account."""
    committee = make.CommitteeFactory(antenna=toul)
    make.SeatFactory(committee=committee, holder="Anne Roy")
    make.SeatFactory(
        committee=committee, holder="Maria Rossi", user=maria, employer_group="Marchal"
    )
    return committee


@pytest.fixture
def paul(toul, committee):
    """Sits beside Maria, tied to nobody."""
    user = make.UserFactory(email="paul@example.org", roles=[("member", toul)])
    make.SeatFactory(committee=committee, holder="Paul Petit", user=user)
    return user


@pytest.fixture
def planned(committee, convention):
    """Three files, from the first of which Maria steps aside."""
    session = make.SessionFactory(committee=committee, convention=convention)
    for name, group in ((ASIDE, "Marchal"), (SAWMILL, ""), (DAIRY, "")):
        company = make.CompanyFactory(antenna=convention.antenna, name=name, group_name=group)
        session.add(make.submitted(convention=convention, company=company))
    return session


@pytest.fixture
def session(planned):
    planned.convene()
    return planned


def item(session, name):
    return session.items.get(application__company__name=name)


def page_of(session):
    return reverse("committee:session_reading", args=[session.pk])


def address(name, row):
    return reverse(f"committee:{name}", args=[row.pk])


def words(response):
    return " ".join(unescape(response.content.decode()).split())


# The reading page


def test_a_member_reads_every_file_but_those_they_step_aside_from(client, maria, session):
    file = item(session, SAWMILL).application
    file.propose(advance=8_000, grant=0, days=1, jobs=3, on=day(0))
    paper, private = make.attached(file, "devis.pdf"), make.attached(file, "note.pdf")
    type(private).objects.filter(pk=private.pk).update(is_private=True)
    client.force_login(maria)
    page = words(client.get(page_of(session)))
    assert ASIDE not in page and "1 dossier dont vous vous déportez n’est pas montré" in page
    assert page.index(SAWMILL) < page.index(DAIRY)
    assert f"1. {SAWMILL}" in page and f"2. {DAIRY}" in page
    for told in ("Mécanique industrielle", "Doubler la capacité", "10 000,00 € d’avance"):
        assert told in page
    assert "8 000,00 € d’avance" in page and "Le plan est équilibré" in page
    assert "L’effectif et les comptes de l’entreprise manquent." in page
    assert "Aides reçues en trois ans" in page
    assert paper.get_absolute_url() in page and private.get_absolute_url() not in page
    assert "lu par" not in page


def test_files_follow_each_other_and_the_first_has_nothing_before_it(client, maria, session):
    client.force_login(maria)
    first, second = client.get(page_of(session)).context["sheets"]
    assert (first.previous, first.next) == (None, second.file.pk)
    assert (second.previous, second.next) == (first.file.pk, None)


@pytest.mark.parametrize(
    ("name", "status"),
    [("alice", 200), ("bob", 200), ("nadia", 200), ("maria", 404), ("charlie", 404), ("fred", 404)],
)
def test_before_it_is_convened_the_antenna_alone_reads_it(client, planned, name, status, request):
    client.force_login(request.getfixturevalue(name))
    assert client.get(page_of(planned)).status_code == status


def test_the_convocation_leads_who_has_an_account_to_the_files(session):
    session.committee.seats.filter(holder="Anne Roy").update(email="anne@example.org")
    write_to_members(session, "https://alize.example/")
    told = {message.to[0]: message.body for message in mail.outbox}
    link = f"https://alize.example{page_of(session)}"
    assert link in told["maria@example.org"] and link not in told["anne@example.org"]


def test_a_long_project_is_folded_after_its_first_words():
    text = "un deux\ntrois  quatre"
    assert opening(text, 2) == ("un deux\n", "trois  quatre")
    assert opening(text, 4) == (text, "") == opening(text)
    assert opening("") == ("", "")
    assert "".join(opening(text, 3)) == text


def test_an_agenda_without_a_file_says_what_to_do(client, alice, bob, planned, maria):
    planned.items.all().delete()
    for person, told in ((alice, "Composer l’ordre du jour"), (bob, "l’antenne y mettra")):
        client.force_login(person)
        assert told in words(client.get(page_of(planned)))


def test_who_steps_aside_from_everything_is_told_so(client, maria, session):
    for name in (SAWMILL, DAIRY):
        item(session, name).delete()
    client.force_login(maria)
    page = words(client.get(page_of(session)))
    assert "Vous vous déportez de tous les dossiers" in page and ASIDE not in page


def test_a_decided_file_shows_its_decision_instead_of_findings(client, maria, session):
    file = item(session, SAWMILL).application
    file.refuse(on=day(0), reason="Projet trop fragile")
    client.force_login(maria)
    sheets = client.get(page_of(session)).context["sheets"]
    assert [sheet.is_undecided for sheet in sheets] == [False, True]
    assert "Projet trop fragile" in words(client.get(page_of(session)))


@pytest.mark.parametrize("name", ["maria", "alice"])
def test_one_file_costs_as_many_queries_as_ten(
    client, planned, convention, name, request, django_assert_max_num_queries, alice
):
    def say(each):
        make.attached(each.application, f"{each.pk}.pdf")
        Comment.write(each, "Vu", by=alice)

    planned.items.exclude(application__company__name=SAWMILL).delete()
    planned.convene()
    for each in planned.items.all():
        say(each)
    person = request.getfixturevalue(name)
    client.force_login(person)
    pages = [page_of(planned), "/", planned.items.get().application.get_absolute_url()]
    counts = []
    for page in pages:
        client.get(page)
        with django_assert_max_num_queries(120) as few:
            client.get(page)
        counts.append(len(few))
    for _ in range(9):
        say(planned.add(make.submitted(convention=convention), reason="Urgent"))
    for page, count in zip(pages, counts, strict=True):
        with django_assert_max_num_queries(count):
            client.get(page)


# Files left to read


def test_a_member_says_that_a_file_is_read_and_may_take_it_back(client, maria, alice, session):
    one = item(session, SAWMILL)
    client.force_login(maria)
    assert left_to_read(maria).count() == 2
    assert "Il vous reste 2 dossiers à lire" in words(client.get(page_of(session)))
    for _ in range(2):
        answer = client.post(address("reading_mark", one))
    following = item(session, DAIRY)
    assert answer.url == f"{page_of(session)}#dossier-{following.application_id}"
    assert Reading.objects.get().user == maria
    assert "Il vous reste 1 dossier à lire" in words(client.get(page_of(session)))
    assert list(left_to_read(maria)) == [following]
    answer = client.post(address("reading_mark", following))
    assert answer.url == f"{page_of(session)}#dossier-{following.application_id}"
    assert "Vous avez lu tous les dossiers" in words(client.get(page_of(session)))
    assert "Vous n’avez plus de dossier à lire" in words(client.get("/"))
    client.post(address("reading_mark", one), {"undo": "1"})
    assert left_to_read(maria).get() == one


def test_the_antenna_counts_the_members_who_could_read(client, alice, bob, maria, paul, session):
    Reading.mark(item(session, SAWMILL), by=maria)
    Reading.mark(item(session, ASIDE), by=paul)
    for person in (alice, bob):
        client.force_login(person)
        response = client.get(page_of(session))
        counts = {
            sheet.file.company.name: (sheet.readers, sheet.expected)
            for sheet in response.context["sheets"]
        }
        assert counts == {ASIDE: (1, 1), SAWMILL: (1, 2), DAIRY: (0, 2)}
        assert "Lu par 1 membre" in words(response) and "J’ai lu ce dossier" not in words(response)
        assert client.post(address("reading_mark", item(session, DAIRY))).status_code == 403
    assert Reading.objects.visible_to(alice).count() == 2
    assert Reading.objects.visible_to(maria).get().user == maria


def test_a_member_who_stepped_aside_meanwhile_no_longer_counts(maria, alice, client, session):
    Reading.mark(item(session, SAWMILL), by=maria)
    seat = session.committee.seats.get(user=maria)
    item(session, SAWMILL).application.recuse(seat, reason="Lien de famille")
    client.force_login(alice)
    sheet = client.get(page_of(session)).context["sheets"][1]
    assert (sheet.readers, sheet.expected) == (0, 0)
    assert not Reading.objects.visible_to(maria).exists()


def test_who_cannot_sign_in_as_a_member_is_not_expected_to_read(maria, alice, root, session):
    def expected():
        return [sheet.expected for sheet in sheets_of(session, alice, on=day(0))]

    assert expected() == [0, 1, 1]
    maria.deactivate(by=root)
    assert expected() == [0, 0, 0]


def test_a_file_of_another_session_is_read_anew(maria, session, convention):
    Reading.mark(item(session, SAWMILL), by=maria)
    file = item(session, SAWMILL).application
    session.cancel(reason="Neige")
    again = make.SessionFactory(committee=session.committee, convention=convention, on=day(20))
    again.add(file)
    again.convene()
    assert left_to_read(maria).get().session == again


def test_a_file_taken_out_and_put_back_is_still_read(maria, session):
    one = item(session, SAWMILL)
    Reading.mark(one, by=maria)
    Comment.write(one, "Bon projet", by=maria)
    session.remove(one, reason="Pas prête")
    session.add(one.application, reason="Elle l’est")
    assert list(left_to_read(maria)) == [item(session, DAIRY)]
    assert one.application.comments.count() == 1


def test_only_who_sits_reads_and_only_until_the_session_is_over(
    maria, alice, charlie, toul, session
):
    one = item(session, SAWMILL)
    without_a_seat = make.UserFactory(roles=[("member", toul)])
    for person, code in ((alice, "not_a_member"), (without_a_seat, "not_a_member")):
        with refused(code):
            Reading.mark(one, by=person)
    with refused("recused"):
        Reading.mark(item(session, ASIDE), by=maria)
    with refused("recused"):
        Reading.mark(one, by=charlie)
    Reading.mark(one, by=maria)
    session.cancel(reason="Neige")
    for verb in (Reading.mark, Reading.unmark):
        with refused("over"):
            verb(one, by=maria)


def test_a_mandate_that_is_over_reads_nothing_more(maria, session):
    session.committee.seats.update(mandate_until=F("mandate_from"))
    with refused("not_a_member"):
        Reading.mark(item(session, SAWMILL), by=maria)
    assert not left_to_read(maria).exists()


# Comments


def test_what_is_said_is_read_by_the_committee_and_the_antenna(
    client, maria, paul, alice, bob, session
):
    one = item(session, SAWMILL)
    client.force_login(maria)
    typed = {"text": "  Et la scie ?\r\nNeuve ?  "}
    answer = client.post(address("comment_add", one), typed)
    assert answer.url == f"{page_of(session)}#dossier-{one.application_id}"
    assert Comment.objects.get().text == "Et la scie ?\nNeuve ?"
    client.force_login(alice)
    client.post(address("comment_add", one), {"text": "D’occasion."})
    for person in (maria, paul, alice, bob):
        client.force_login(person)
        for page in (page_of(session), one.application.get_absolute_url()):
            assert "Et la scie" in words(client.get(page))
            assert "D’occasion." in words(client.get(page))
    assert client.post(address("comment_add", one), {"text": "x"}).status_code == 403  # bob reads


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "\0"])
def test_a_comment_that_says_nothing_or_too_much_is_told_so(client, maria, session, text):
    client.force_login(maria)
    page = client.post(address("comment_add", item(session, SAWMILL)), {"text": text})
    assert page.status_code == 200 and page.context["form"].errors["text"]
    assert not Comment.objects.exists()
    with refused(field="text"):
        Comment.write(item(session, SAWMILL), "x" * 2001, by=maria)


def test_two_thousand_characters_on_several_lines_are_kept(client, maria, session):
    text = "x" * 999 + "\r\n" + "y" * 1000
    client.force_login(maria)
    client.post(address("comment_add", item(session, SAWMILL)), {"text": text})
    assert len(Comment.objects.get().text) == 2000


def test_who_steps_aside_neither_reads_nor_writes(client, maria, paul, nadia, session):
    one = item(session, ASIDE)
    said = Comment.write(one, "Un dossier solide", by=paul)
    with refused("recused"):
        Comment.write(one, "Le mien", by=maria)
    maria.give("network")  # whatever else they are
    with refused("recused"):
        Comment.write(one, "Le mien", by=type(maria).objects.get(pk=maria.pk))
    maria.memberships.filter(role="network").delete()
    maria = type(maria).objects.get(pk=maria.pk)
    assert not Comment.objects.visible_to(maria).exists()
    assert Comment.objects.visible_to(paul).get() == said
    client.force_login(maria)
    for name in ("comment_add", "reading_mark"):
        assert client.post(address(name, one), {"text": "x"}).status_code == 404
    assert client.get(address("comment_withdraw", said)).status_code == 404
    assert "solide" not in words(client.get(page_of(session)))


def test_a_comment_of_the_preparation_waits_for_the_convening(planned, alice, maria):
    Comment.write(item(planned, SAWMILL), "À relire", by=alice)
    assert not Comment.objects.visible_to(maria).exists()
    with refused("not_a_member"):
        Comment.write(item(planned, SAWMILL), "Déjà", by=maria)
    planned.convene()
    assert Comment.objects.visible_to(maria).count() == 1


def test_an_author_takes_a_comment_back_and_its_text_is_gone(client, maria, paul, alice, session):
    said = Comment.write(item(session, SAWMILL), "Entre nous", by=maria)
    for person in (paul, alice):
        client.force_login(person)
        assert client.post(address("comment_withdraw", said)).status_code == 403
    with refused("not_its_author"):
        said.withdraw(by=alice)
    client.force_login(maria)
    assert address("comment_withdraw", said) in words(client.get(page_of(session)))
    assert "Entre nous" in words(client.get(address("comment_withdraw", said)))
    client.post(address("comment_withdraw", said))
    said.refresh_from_db()
    assert said.text == "" and said.withdrawn_at and said.written_by == maria
    page = words(client.get(page_of(session)))
    assert "retiré par son auteur" in page and address("comment_withdraw", said) not in page
    before = said.withdrawn_at
    said.withdraw(by=maria)
    assert said.withdrawn_at == before


def test_once_the_session_is_over_nothing_more_is_said(client, maria, session):
    one = item(session, SAWMILL)
    said = Comment.write(one, "Bon projet", by=maria)
    session.cancel(reason="Neige")
    with refused("over"):
        Comment.write(one, "Encore", by=maria)
    with refused("over"):
        said.withdraw(by=maria)
    client.force_login(maria)
    page = words(client.get(page_of(session)))
    assert "Bon projet" in page
    assert "Écrire un commentaire" not in page and "J’ai lu ce dossier" not in page
    page = client.post(address("comment_add", one), {"text": "Encore"})
    assert "Cette séance est terminée" in words(page)
    page = client.post(address("reading_mark", one), follow=True)
    assert "Cette séance est terminée" in words(page)
    page = client.post(address("comment_withdraw", said))
    assert "Cette séance est terminée" in words(page)


# What the database refuses


@pytest.mark.parametrize(
    ("constraint", "spoil"),
    [
        ("reading_once_by_a_member", lambda: again(Reading.objects.get())),
        ("comment_says_something_until_withdrawn", lambda: Comment.objects.update(text="")),
        (
            "comment_says_something_until_withdrawn",
            lambda: Comment.objects.update(withdrawn_at=F("written_at")),
        ),
    ],
)
def test_the_database_keeps_readings_and_comments_sound(session, maria, constraint, spoil):
    Reading.mark(item(session, SAWMILL), by=maria)
    Comment.write(item(session, SAWMILL), "Bon projet", by=maria)
    with refused_by(constraint):
        spoil()


def again(row):
    row.pk = None
    row.save(force_insert=True)

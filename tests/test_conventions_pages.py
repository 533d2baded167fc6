"""Pages of conventions: a story for each, bad input told beside its field, who may come in."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role, User
from conventions.models import Contract, Convention, Terms
from conventions.schedule import add_months
from tests.factories import (
    TODAY,
    ConventionFactory,
    SponsorFactory,
    TerritoryFactory,
    UserFactory,
    day,
)

PAGES = ["terms", "pledge_list", "entry_list", "reader_list"]
WRITES = [
    "convention_edit",
    "amend",
    "sign",
    "suspend",
    "resume",
    "close",
    "reader_remove",
    "renew",
    "pledge_add",
    "fee_add",
    "carry_over",
]


def url(name, *args):
    return reverse(f"conventions:{name}", args=args)


def text_of(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def errors(response):
    """The messages of the page's form, by field."""
    assert response.status_code == 200
    return response.context["form"].errors


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def draft(toul, **changes):
    """What alice types for a new convention, the rest as it is proposed."""
    proposed = Terms(ends_on=add_months(TODAY, 36))
    data = {
        "antenna": toul.pk,
        "reference": "TOULOIS-1",
        "name": "Convention du Toulois",
        "starts_on": TODAY.isoformat(),
        "ends_on": proposed.ends_on.isoformat(),
        "target_aid": "600 000,00 €",
        "target_difficulty": "150000",
        "target_days": "80",
        "target_jobs": 77,
        "target_companies": 10,
        "minimum_jobs": 3,
        "jobs_horizon_years": 3,
        **{f"{each}_counts": "on" for each in Contract.values},
        "minimum_fte": "0",
        "mission_months": "18",
        "minimum_age_years": 0,
        "maximum_headcount": 250,
        "deferral_months": 6,
        "instalments": 36,
        "frequency": 1,
        "rescheduled_by": "committee",
        "day_value": "800",
        "quorum_percent": 50,
        "majority": "cast",
        "proxies_per_member": 1,
        "business_majority": "seats",
        "remote_allowed": "on",
        "advance_allowed": "on",
    }
    return data | changes


def amendment(convention, **changes):
    latest = convention.terms.last()
    data = draft(convention.antenna, ends_on=latest.ends_on.isoformat())
    return {
        **data,
        "effective_on": TODAY.isoformat(),
        "signed_on": TODAY.isoformat(),
        "reason": "Extension",
        **changes,
    }


# The list


def test_the_list_shows_the_conventions_of_ones_antennas(as_alice, convention, longwy):
    ConventionFactory(antenna=longwy, reference="SECRET-1")
    page = text_of(as_alice.get(url("convention_list")))
    assert convention.reference in page
    assert "120 000,00 €" in page
    assert "SECRET" not in page


def test_the_list_is_cut_down_by_state_antenna_and_day(client, nadia, convention, toul, longwy):
    client.force_login(nadia)
    ConventionFactory(antenna=longwy, reference="AUTRE", starts_on=day(-3000), signed=False)

    def found(**query):
        return [
            each.reference for each in client.get(url("convention_list"), query).context["page"]
        ]

    assert found(q=convention.reference) == [convention.reference]
    assert found(status="draft") == ["AUTRE"]
    assert found(antenna=toul.pk) == [convention.reference]
    assert found(running=TODAY.isoformat()) == [convention.reference]
    assert found(running="2001-01-01") == []
    assert found(o="-reference")[-1] == "AUTRE"


def test_the_list_is_also_a_file(as_alice, convention):
    text = as_alice.get(url("convention_list"), {"format": "csv"}).getvalue().decode()
    assert f"{convention.reference};{convention.name};Toul" in text
    assert as_alice.get(url("convention_list"), {"format": "xlsx"}).getvalue()[:2] == b"PK"


@pytest.mark.parametrize("name", ["convention_list", *PAGES])
def test_a_page_costs_the_same_for_one_row_and_for_many(
    as_alice, alice, convention, toul, django_assert_max_num_queries, name
):
    args = [] if name == "convention_list" else [convention.pk]

    def more():
        ConventionFactory(antenna=toul, funds=10)
        sponsor = SponsorFactory()
        pledge = convention.pledge(sponsor, origin="public", amount=20, on=day(-9))
        pledge.receive(10, on=day(-8))
        convention.reverse(convention.charge_fee(5, on=day(-7), label="Frais"), label="Erreur")
        convention.readers.add(UserFactory())
        terms = convention.terms.last()
        terms.target_jobs += 1
        terms.effective_on = day(-6)
        convention.amend(terms, signed_on=day(-6), reason="Plus", by=alice)

    more()
    with CaptureQueriesContext(connection) as few:
        as_alice.get(url(name, *args))
    for _ in range(5):
        more()
    with django_assert_max_num_queries(len(few)):
        as_alice.get(url(name, *args))


# The draft


def test_a_draft_proposes_the_rules_of_the_network(as_alice, toul):
    page = text_of(as_alice.get(url("convention_add")))
    assert 'name="instalments" value="36"' in page
    assert "Comment le comité décide" in page


def test_a_convention_and_its_text_are_saved_together(as_alice, toul):
    territory = TerritoryFactory(antenna=toul)
    response = as_alice.post(url("convention_add"), draft(toul, territories=[territory.pk]))
    convention = Convention.objects.get()
    assert response.url == convention.get_absolute_url()
    terms = convention.terms.get()
    assert terms.target_aid == 600_000
    assert terms.effective_on == convention.starts_on
    assert list(terms.territories.all()) == [territory]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("target_aid", "-1"),
        ("target_aid", "12,345"),
        ("target_days", "0,3"),
        ("target_aid", "9" * 40),
        ("target_aid", "NaN"),
        ("ends_on", "2001-01-01"),
        ("ends_on", "demain"),
        ("reference", "été 1"),
        ("reference", ""),
        ("name", "x" * 2_000_000),
        ("name", "\0"),
        ("majority", "mine"),
        ("quorum_percent", 101),
        ("territories", [0]),
        ("antenna", "x"),
    ],
)
def test_a_wrong_draft_is_told_beside_its_field_and_leaves_nothing(as_alice, toul, field, typed):
    response = as_alice.post(url("convention_add"), draft(toul, **{field: typed}))
    assert field in errors(response)
    assert not Convention.objects.exists()
    assert not Terms.objects.exists()


def test_a_reference_serves_once(as_alice, toul, convention):
    response = as_alice.post(url("convention_add"), draft(toul, reference=convention.reference))
    assert "reference" in errors(response)


def test_one_drafts_for_ones_own_antenna_only(as_alice, toul, longwy):
    assert "antenna" in errors(as_alice.post(url("convention_add"), draft(longwy)))
    theirs = TerritoryFactory(antenna=longwy)
    response = as_alice.post(url("convention_add"), draft(toul, territories=[theirs.pk]))
    assert "territories" in errors(response)


def test_a_draft_changes_freely_until_it_is_signed(as_alice, toul):
    convention = ConventionFactory(antenna=toul, signed=False)
    edit = url("convention_edit", convention.pk)
    assert "Identité" in text_of(as_alice.get(edit))
    as_alice.post(edit, draft(toul, target_jobs=99, starts_on=day(-10).isoformat()))
    convention.refresh_from_db()
    terms = convention.terms.get()
    assert (terms.target_jobs, terms.effective_on) == (99, day(-10))
    convention.sign(on=TODAY)
    for response in (
        as_alice.get(edit, follow=True),
        as_alice.post(edit, draft(toul, target_jobs=1), follow=True),
    ):
        assert "passez par un avenant" in text_of(response)
    assert convention.terms.get().target_jobs == 99


# Its text and its amendments


def test_the_text_is_read_at_any_date(as_alice, toul):
    convention = ConventionFactory(antenna=toul, terms={"target_aid": 1_000})
    as_alice.post(
        url("amend", convention.pk),
        amendment(convention, target_aid="2 000,50", target_difficulty="0", casting_vote=""),
    )
    assert convention.amendments.get().reason == "Extension"
    today = text_of(as_alice.get(url("terms", convention.pk)))
    assert "2 000,50 €" in today
    assert today.count("2 000,5") == 2  # in the text, and among what the amendment changes
    assert "Avenant 1" in today
    assert "Majorité des votes exprimés" in today
    before = text_of(as_alice.get(url("terms", convention.pk), {"au": day(-1).isoformat()}))
    assert "Texte initial" in before
    assert "1 000,00 €" in before
    assert "Saisissez une date valide" in text_of(
        as_alice.get(url("terms", convention.pk), {"au": "2026-02-31"})
    )


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("effective_on", day(-4000).isoformat()),
        ("signed_on", day(1).isoformat()),
        ("reason", ""),
        ("ends_on", day(-4000).isoformat()),
        ("advance_cap", "-5"),
    ],
)
def test_a_wrong_amendment_is_told_beside_its_field(as_alice, convention, field, typed):
    response = as_alice.post(url("amend", convention.pk), amendment(convention, **{field: typed}))
    assert field in errors(response)
    assert convention.terms.count() == 1
    assert not convention.amendments.exists()


# The steps of its life


def test_a_convention_lives(as_alice, toul, alice):
    convention = ConventionFactory(antenna=toul, signed=False)
    steps = [
        ("sign", "signed"),
        ("suspend", "suspended"),
        ("resume", "signed"),
        ("close", "closed"),
    ]
    for name, status in steps:
        page = url(name, convention.pk)
        assert as_alice.get(page).status_code == 200
        response = as_alice.post(page, {"on": TODAY.isoformat(), "reason": "Parce que"})
        assert response.url == convention.get_absolute_url()
        convention.refresh_from_db()
        assert convention.status == status
    assert {step.by for step in convention.steps.all()} == {alice}


def test_a_wrong_step_is_refused_in_words(as_alice, convention):
    response = as_alice.post(url("sign", convention.pk), {"on": TODAY.isoformat()})
    assert "Étape impossible" in str(errors(response))
    suspend = url("suspend", convention.pk)
    assert "reason" in errors(as_alice.post(suspend, {"on": TODAY.isoformat()}))
    for on in (day(1), day(-4000)):
        response = as_alice.post(suspend, {"on": on.isoformat(), "reason": "x"})
        assert "on" in errors(response)


def test_a_convention_is_followed_by_a_draft_like_it(as_alice, convention):
    renew = url("renew", convention.pk)
    form = as_alice.get(renew).context["form"]
    assert form.initial["starts_on"] == convention.terms.get().ends_on + timedelta(days=1)
    assert "Reconduire" in text_of(as_alice.get(convention.get_absolute_url()))
    data = {"reference": convention.reference, **form.initial}
    assert "reference" in errors(as_alice.post(renew, data))
    response = as_alice.post(renew, data | {"reference": "SUITE"})
    successor = Convention.objects.get(reference="SUITE")
    assert response.url == url("convention_edit", successor.pk)
    assert as_alice.get(renew).url == successor.get_absolute_url()
    assert "Reconduire" not in text_of(as_alice.get(convention.get_absolute_url()))


def test_the_years_in_a_name_move_on(as_alice, toul):
    start, end = TODAY.year - 1, TODAY.year + 2
    convention = ConventionFactory(
        antenna=toul,
        name=f"Toul {start}-{end}, comme en 1998",
        starts_on=date(start, 9, 1),
        terms={"ends_on": date(end, 8, 31)},
    )
    form = as_alice.get(url("renew", convention.pk)).context["form"]
    assert form.initial["name"] == f"Toul {end}-{end + 3}, comme en 1998"


def test_what_is_not_undone_is_red(as_alice, convention):
    pledge = convention.pledges.first()
    for page in (url("close", convention.pk), url("pledge_withdraw", pledge.pk)):
        content = as_alice.get(page).content.decode()
        assert "btn-danger" in content
        assert "alert-warning" in content


# Readers


def test_a_funder_is_given_the_evaluation_and_loses_it(as_alice, convention, fred, mailoutbox):
    readers = url("reader_list", convention.pk)
    data = {"email": "Nouvelle@Example.org", "first_name": "Zoé", "language": "fr"}
    as_alice.post(readers, data)
    as_alice.post(readers, {"email": fred.email, "language": "fr"})
    zoe = User.objects.get(email="nouvelle@example.org")
    assert set(convention.readers.all()) == {zoe, fred}
    assert zoe.holds(Role.FUNDER)
    assert fred.memberships.count() == 1
    assert "nouvelle@example.org" in text_of(as_alice.get(readers))
    remove = url("reader_remove", convention.pk)
    assert f"{remove}?lecteur={fred.pk}" in as_alice.get(readers).content.decode()
    assert "ne lira plus" in text_of(as_alice.get(remove, {"lecteur": fred.pk}))
    assert fred in convention.readers.all()
    as_alice.post(f"{remove}?lecteur={fred.pk}")
    assert list(convention.readers.all()) == [zoe]
    for asked in ({}, {"lecteur": "x"}, {"lecteur": fred.pk}):
        assert as_alice.get(remove, asked).url == readers
    assert "email" in errors(as_alice.post(readers, {"email": "x", "language": "fr"}))


# Who may come in


def rows(convention):
    """(address) of every page about one row."""
    pledge, line = convention.pledges.first(), convention.entries.first()
    yield from (url(name, convention.pk) for name in PAGES + WRITES)
    yield url("pledge_withdraw", pledge.pk)
    yield url("receipt_add", pledge.pk)
    yield url("entry_reverse", line.pk)


def test_a_stranger_finds_nothing(client, charlie, maria, fred, convention):
    for stranger in (charlie, maria, fred):
        client.force_login(stranger)
        for address in rows(convention):
            assert client.get(address).status_code == 404
            assert client.post(address, {}).status_code == 404


def test_a_reader_reads_and_writes_nothing(client, bob, convention):
    client.force_login(bob)
    read = [url(name, convention.pk) for name in PAGES]
    for address in rows(convention):
        assert client.get(address).status_code == (200 if address in read else 403)
    for address in [*rows(convention), url("convention_add")]:
        if address in read and "lecteurs" not in address:
            continue
        assert client.post(address, {}).status_code == 403
    assert "Nouvel apport" not in text_of(client.get(url("pledge_list", convention.pk)))


# The administration


@pytest.mark.parametrize(
    "name", ["convention", "terms", "amendment", "conventionstep", "pledge", "receipt", "entry"]
)
def test_the_administrator_finds_each_row_and_its_history(client, root, convention, name):
    convention.pledges.first().receive(1, on=TODAY)
    terms = convention.terms.get()
    terms.effective_on, terms.target_jobs = TODAY, 5
    convention.amend(terms, signed_on=TODAY, reason="Plus")
    client.force_login(root)
    row = apps.get_model("conventions", name).objects.first()
    assert (
        client.get(reverse(f"admin:conventions_{name}_changelist"), {"q": "x"}).status_code == 200
    )
    page = client.get(reverse(f"admin:conventions_{name}_change", args=[row.pk]))
    assert page.status_code == 200
    assert (b"_save" in page.content) == (name == "convention")


def test_a_draft_is_discarded_from_its_page(as_alice, convention):
    draft = convention.renew(reference="SUITE", name="Suite", starts_on=day(-9), ends_on=day(900))
    discard = url("discard", draft.pk)
    assert discard in as_alice.get(draft.get_absolute_url()).content.decode()
    assert "btn-danger" in as_alice.get(discard).content.decode()
    assert as_alice.post(discard).url == url("convention_list")
    assert list(Convention.objects.all()) == [convention]
    refusal = as_alice.post(url("discard", convention.pk))
    assert "ne se supprime pas" in refusal.content.decode()

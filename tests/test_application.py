"""The application file: its number, its plan, its steps up to the committee."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.models import Application, FinancingLine
from committee.models.financing import imbalance
from tests.factories import (
    TODAY,
    ApplicationFactory,
    CompanyFactory,
    ConventionFactory,
    SkillFactory,
    approved,
    day,
    submitted,
)
from tests.refusals import refused, refused_by

# What the database refuses


def write_line(**fields):
    given = {"side": "need", "label": "Machine", "amount": 100}
    return FinancingLine.objects.create(application=ApplicationFactory(), **given | fields)


DATABASE_REFUSES = [
    ("application_status_known", lambda: ApplicationFactory(status="typo", received_on=TODAY)),
    ("application_envelope_known", lambda: ApplicationFactory(envelope="typo")),
    ("application_purpose_known", lambda: ApplicationFactory(purpose="typo")),
    ("application_without_aid_known", lambda: ApplicationFactory(without_aid="typo")),
    *[
        (
            "application_before_the_committee_has_a_date",
            lambda status=status: ApplicationFactory(status=status),
        )
        for status in ("submitted", "approved", "refused", "adjourned")
    ],
    *[
        (
            "application_asks_for_nothing_negative",
            lambda name=name: ApplicationFactory(**{name: -1}, plan=False),
        )
        for name in ("requested_advance", "requested_grant", "requested_days")
    ],
    (
        "application_step_status_known",
        lambda: ApplicationFactory().steps.create(status="typo", on=TODAY),
    ),
    ("financing_line_amount_positive", lambda: write_line(amount=0)),
    ("financing_line_amount_positive", lambda: write_line(amount=-1)),
    ("financing_line_side_known", lambda: write_line(side="typo")),
]


@pytest.mark.parametrize(("constraint", "write"), DATABASE_REFUSES)
def test_the_database_refuses(constraint, write, db):
    with refused_by(constraint):
        write()


# Its number


def test_files_are_numbered_in_their_convention(convention):
    elsewhere = ConventionFactory()
    files = [ApplicationFactory(convention=each) for each in (convention, convention, elsewhere)]
    assert [each.number for each in files] == [1, 2, 1]
    assert files[1].reference == f"{convention.reference}-002"


def test_a_file_keeps_its_number(convention):
    first, second = (ApplicationFactory(convention=convention) for _ in range(2))
    first.save()
    second.save()
    assert (first.number, second.number) == (1, 2)
    with refused_by("application_numbered_once_in_its_convention"):
        ApplicationFactory(convention=convention, number=1)


@pytest.mark.parametrize(
    "words", ["usinage", "TOUL-1-001", "tournage", "732829320", "usinage tour"]
)
def test_a_file_is_found_by_title_reference_or_company(db, words):
    ApplicationFactory(
        convention=ConventionFactory(reference="TOUL-1"),
        company=CompanyFactory(name="Tournage lorrain", siret="73282932000074"),
    )
    assert Application.objects.search(words).count() == 1
    assert not Application.objects.search("fonderie").exists()


# What it lacks


@pytest.mark.parametrize(
    ("blank", "sentence"),
    [
        ({"project": ""}, "Décrivez le projet."),
        ({"project_starts_on": None}, "Indiquez quand le projet commence."),
        ({"without_aid": ""}, "Dites ce que deviendrait le projet sans cette aide."),
        (
            {"requested_advance": 0, "requested_days": 0, "plan": False},
            "Demandez une avance, une subvention ou des journées.",
        ),
        ({"baseline_headcount": None}, "Indiquez l’effectif de référence."),
        ({"plan": False}, "Remplissez le plan de financement."),
    ],
)
def test_a_file_that_lacks_something_says_what_and_is_not_submitted(blank, sentence, db):
    application = ApplicationFactory(**blank)
    assert application.missing() == [sentence]
    with refused() as caught:
        application.submit(on=TODAY)
    assert caught.value.messages == [sentence]
    application.refresh_from_db()
    assert (application.status, application.received_on) == ("draft", None)


def test_a_company_without_any_staff_yet_is_not_a_file_that_lacks_something(db):
    assert ApplicationFactory(baseline_headcount=0).missing() == []


def test_a_plan_must_balance(db):
    application = ApplicationFactory()
    line = application.financing_lines.get(side="need")
    line.amount += Decimal("0.01")
    line.save()
    assert application.imbalance == Decimal("0.01")
    assert application.missing() == ["Équilibrez le plan de financement."]


def test_days_alone_need_no_plan(db):
    assert ApplicationFactory(requested_advance=0, plan=False).missing() == []


AMOUNTS = st.lists(st.decimals("0.01", 1_000_000, places=2), max_size=5)


@given(AMOUNTS, AMOUNTS, st.decimals(0, 1_000_000, places=2))
def test_the_imbalance_is_what_the_resources_lack(needs, resources, aid):
    lines = [("need", each) for each in needs] + [("resource", each) for each in resources]
    lack = imbalance(lines, aid)
    assert imbalance([*lines, ("need", Decimal(7))], aid) == lack + 7
    assert imbalance([*lines, ("resource", Decimal(7))], aid) == lack - 7
    assert lack == sum(needs) - sum(resources) - aid


def test_an_empty_plan_lacks_nothing_but_the_aid():
    assert imbalance([], Decimal(0)) == 0
    assert imbalance([], Decimal(5)) == -5


# Its steps


def test_a_file_is_submitted_on_a_day_by_somebody(alice, convention):
    application = ApplicationFactory(convention=convention)
    application.submit(on=day(-3), by=alice)
    application = Application.objects.get()
    assert (application.status, application.received_on) == ("submitted", day(-3))
    [step] = application.steps.all()
    assert (step.status, step.on, step.by) == ("submitted", day(-3), alice)
    assert not application.is_open
    assert list(Application.objects.awaiting_committee()) == [application]


def adjourned():
    application = submitted(on=day(-60))
    application.adjourn(on=day(-40), reason="Manque le devis")
    return application


def withdrawn():
    application = submitted()
    application.withdraw(on=TODAY, reason="Projet abandonné")
    return application


def refused_file():
    application = submitted()
    application.refuse(on=TODAY, reason="Hors territoire")
    return application


AT = {
    "draft": ApplicationFactory,
    "submitted": submitted,
    "adjourned": adjourned,
    "approved": approved,
    "refused": refused_file,
    "withdrawn": withdrawn,
}
VERBS = {
    "submit": {},
    "approve": {"grant": 100},
    "refuse": {"reason": "Hors territoire"},
    "adjourn": {"reason": "Manque le devis"},
    "withdraw": {"reason": "Projet abandonné"},
    "annul": {"reason": "Erreur de saisie"},
}
ALLOWED = {
    "draft": {"submit", "withdraw"},
    "submitted": {"approve", "refuse", "adjourn", "withdraw"},
    "adjourned": {"submit", "withdraw"},
    "approved": {"annul"},
    "refused": {"annul"},
    "withdrawn": set(),
}


@pytest.mark.parametrize("status", AT)
@pytest.mark.parametrize("verb", VERBS)
def test_each_step_starts_from_where_it_should(status, verb, db):
    application = AT[status]()
    balance, steps = application.convention.balance(), application.steps.count()

    def take():
        getattr(application, verb)(on=TODAY, **VERBS[verb])

    if verb in ALLOWED[status]:
        take()
        assert application.steps.count() == steps + 1
    else:
        with refused():
            take()
        assert Application.objects.get().status == application.status == status
        assert application.steps.count() == steps
        assert application.convention.balance() == balance


def test_somebody_else_s_step_is_seen(db):
    application = submitted()
    Application.objects.get().withdraw(on=TODAY, reason="Projet abandonné")
    with refused("wrong_step"):
        application.approve(on=TODAY, grant=100)
    assert application.convention.balance() == 100_000


def test_an_adjourned_file_opens_again_and_keeps_its_day_of_receipt(db):
    application = adjourned()
    assert application.is_open
    application.submit(on=day(-20))
    assert (application.status, application.received_on) == ("submitted", day(-60))
    assert [step.status for step in application.steps.all()] == [
        "submitted",
        "adjourned",
        "submitted",
    ]


@pytest.mark.parametrize("verb", ["submit", "withdraw"])
def test_nothing_happens_in_the_future_nor_before_the_receipt(verb, db):
    application = adjourned()
    for offset in (2, -61):
        with refused(field="on"):
            getattr(application, verb)(on=day(offset), **VERBS[verb])
        assert Application.objects.get().status == application.status == "adjourned"


def test_a_draft_is_withdrawn_without_ever_being_received(db):
    application = ApplicationFactory()
    application.withdraw(on=TODAY, reason="Sans suite")
    assert application.received_on is None


def test_skills_asked_for_are_kept(db):
    application = ApplicationFactory()
    application.requested_skills.add(SkillFactory(name="Export"))
    assert str(application.requested_skills.get()) == "Export"


def test_a_file_does_not_come_before_its_convention(convention):
    application = ApplicationFactory(convention=convention)
    with refused(field="on"):
        application.submit(on=convention.starts_on - timedelta(1))
    application.submit(on=convention.starts_on)

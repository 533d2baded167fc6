"""The pages of what companies get: visit, aid, days, jobs."""

from decimal import Decimal

import pytest
from django.urls import reverse

from support.annulment import annul_decision
from support.models import Aid, Disbursement, Job, Mission, SkillDay
from support.visits import record_visit
from tests import factories as make
from tests.refusals import refused


@pytest.fixture
def file(convention, toul):
    """Granted an advance of 10 000 € and two days; one mission of two days is open."""
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    application = make.approved(convention=convention, company=company)
    expert = make.ExpertFactory(antennas=[toul])
    make.MissionFactory(application=application, expert=expert)
    return application


@pytest.fixture
def aid(file):
    return make.AidFactory(decision=file.approval)


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def address(name, row):
    return reverse(f"support:{name}", args=[row.pk])


def visited(**typed):
    """What the page of a visit sends: three blank lines of each kind, then what is `typed`."""
    data = {"on": make.day(-1).isoformat()}
    for prefix in ("days", "jobs"):
        data |= {f"{prefix}-TOTAL_FORMS": "3", f"{prefix}-INITIAL_FORMS": "0"}
    data |= {"payment-instrument": "advance", "payment-amount": ""}
    return data | {name.replace("__", "-"): value for name, value in typed.items()}


def day_line(number, mission, days="1", on=""):
    prefix = f"days__{number}__"
    return {f"{prefix}mission": mission.pk, f"{prefix}days": days, f"{prefix}done_on": on}


def job_line(position, **typed):
    fields = {"number": "1", "kind": "created", "contract": "permanent", "fte": "1"} | typed
    return {f"jobs__{position}__{name}": value for name, value in fields.items()}


# The visit


def test_a_visit_records_days_jobs_and_a_payment_at_once(client, alice, file):
    mission = file.missions.get()
    client.force_login(alice)
    url = address("visit", file)
    assert client.get(url).status_code == 200
    response = client.post(
        url,
        visited(
            **day_line(0, mission),
            **day_line(2, mission, "0.5", make.day(-3).isoformat()),
            **job_line(0, number="2", fte="0,8", evidence="Registre du personnel"),
            payment__amount="4 000,50",
            payment__contract_on=make.day(-5).isoformat(),
        ),
        follow=True,
    )
    assert "La visite" in words(response)
    assert [(day.done_on, day.days) for day in SkillDay.objects.all()] == [
        (make.day(-3), Decimal("0.5")),
        (make.day(-1), Decimal(1)),
    ]
    jobs = Job.objects.all()
    assert [(job.fte, job.starts_on, job.observed_on) for job in jobs] == [
        (Decimal("0.80"), make.day(-1), make.day(-1))
    ] * 2
    aid = Aid.objects.get()
    assert (aid.instalments, aid.deferral_months, aid.disbursed) == (36, 6, Decimal("4000.50"))
    assert {row.created_by for row in (*jobs, *SkillDay.objects.all())} == {alice}


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("500", "(journées : 1, déblocage : 500,00 €)"),
        ("600", "(journées : 1, déblocage qui attend qu’une autre personne l’approuve : 600,00 €)"),
    ],
)
def test_a_visit_says_whether_the_payment_left_or_waits(client, alice, file, aid, amount, sentence):
    file.convention.terms.update(second_person_above=500)
    client.force_login(alice)
    typed = day_line(0, file.missions.get()) | {"payment__amount": amount}
    assert sentence in words(client.post(address("visit", file), visited(**typed), follow=True))
    assert aid.paymentorders.waiting().exists() is not Disbursement.objects.exists()


def test_a_visit_without_a_payment_tells_none(client, alice, file):
    client.force_login(alice)
    typed = job_line(0, evidence="Registre du personnel")
    page = words(client.post(address("visit", file), visited(**typed), follow=True))
    assert "La visite est enregistrée (emplois : 1)." in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"on": make.day(1).isoformat()}, "Cette date est dans le futur."),
        ({"days__0__days": "2"}, "Une date compte d’un quart de journée à une journée."),
        (
            {"days__0__days": "1", "days__1__days": "0.5"},
            "Avec ce qui est déjà saisi à cette date, cela dépasse une journée.",
        ),
        (
            {"days__0__days": "1", "days__0__done_on": make.day(2).isoformat()},
            "Cette date est dans le futur.",
        ),
        (job_line(0, number="51"), "inférieure ou égale à 50"),
        (job_line(0, fte="1,5"), "au plus pour un temps plein"),
        (job_line(0, kind="", evidence="DSN"), "Ce champ est obligatoire."),
        (
            job_line(0, starts_on=make.day(0).isoformat()),
            "Un emploi se constate une fois qu’il a commencé.",
        ),
        ({"payment__amount": "100"}, "Cette aide n’a pas encore de contrat"),
        ({"payment__amount": "-5"}, "Un montant est positif."),
        ({"payment__amount": "10,001"}, "deux chiffres après la virgule"),
        (
            {"payment__amount": "10000,01", "payment__contract_on": make.day(-5).isoformat()},
            "il reste 10 000,00 € à débloquer",
        ),
        (
            {"payment__amount": "1", "payment__contract_on": make.day(-40).isoformat()},
            "Le contrat ne peut pas précéder la décision.",
        ),
        ({"payment__amount": "9" * 2_000}, "chiffres"),
        ({}, "remplissez au moins une ligne"),
    ],
)
def test_a_wrong_line_keeps_the_whole_visit_from_being_written(
    client, alice, file, typed, sentence
):
    mission = file.missions.get()
    right = {} if typed == {} else job_line(1)
    lines = {f"days__{number}__mission": mission.pk for number in range(3)}
    client.force_login(alice)
    response = client.post(address("visit", file), visited(**right, **lines | typed))
    assert response.status_code == 200
    assert sentence in words(response)
    assert not Job.objects.exists()
    assert not SkillDay.objects.exists()
    assert not Aid.objects.exists()


def test_what_was_typed_stays_on_the_page(client, alice, file):
    client.force_login(alice)
    typed = visited(**job_line(0, evidence="Contrat de travail"), payment__amount="-5")
    page = words(client.post(address("visit", file), typed))
    assert "Contrat de travail" in page
    assert 'value="-5"' in page


def test_days_beyond_what_was_granted_are_saved_and_warn(client, alice, file):
    mission = file.missions.get()
    lines = [day_line(number, mission, on=make.day(-10 - number)) for number in range(3)]
    client.force_login(alice)
    typed = visited(**lines[0], **lines[1], **lines[2])
    page = words(client.post(address("visit", file), typed, follow=True))
    assert SkillDay.objects.count() == 3
    assert "dépassent celles que le comité a accordées" in page


def test_a_day_out_of_the_mission_is_refused_beside_its_line(client, alice, file):
    mission = file.missions.get()
    client.force_login(alice)
    typed = visited(**day_line(0, mission), **day_line(1, mission, on=make.day(-21)))
    page = words(client.post(address("visit", file), typed))
    assert not SkillDay.objects.exists()
    assert "La mission va du" in page


def test_without_a_mission_the_page_says_how_to_open_one(client, alice, convention):
    file = make.approved(convention=convention)
    client.force_login(alice)
    url = address("visit", file)
    assert address("mission_add", file) in words(client.get(url))
    client.post(url, visited(**job_line(0)))
    assert Job.objects.count() == 1


def test_a_file_that_is_not_approved_gets_nothing(client, alice, convention):
    file = make.submitted(convention=convention)
    client.force_login(alice)
    for name in ("visit", "aid_sign", "mission_add"):
        page = words(client.get(address(name, file), follow=True))
        assert "Ce dossier n’est pas accordé" in page
    for name in ("aid_list_of_application", "mission_list_of_application"):
        assert client.get(address(name, file)).status_code == 200


def test_a_decision_annulled_meanwhile_stops_the_visit(file):
    file.missions.all().delete()
    line = {"kind": "created", "contract": "permanent", "starts_on": None, "number": 1}
    record_visit(file, on=make.day(-1), jobs=[line])
    Job.objects.get().strike(reason="Erreur")
    annul_decision(file, on=make.day(0), reason="Erreur")
    with refused("not_approved"):
        record_visit(file, on=make.day(-1), jobs=[line])


def test_a_reader_reads_and_a_stranger_or_a_member_sees_nothing(client, bob, charlie, maria, file):
    for person, reads, writes in ((bob, 200, 403), (charlie, 404, 404), (maria, 404, 404)):
        client.force_login(person)
        assert client.get(address("job_list_of_application", file)).status_code == reads
        assert client.get(address("visit", file)).status_code == writes
        assert client.post(address("visit", file), visited(**job_line(0))).status_code == writes
    assert not Job.objects.exists()


# The aid


def test_an_aid_is_signed_paid_and_paid_back(client, alice, file):
    client.force_login(alice)
    url = address("aid_sign", file)
    page = words(client.get(url))
    assert 'value="36"' in page
    client.post(
        url,
        {
            "instrument": "advance",
            "contract_on": make.day(-20).isoformat(),
            "deferral_months": 0,
            "instalments": 10,
            "frequency": 1,
        },
    )
    aid = Aid.objects.get()
    paid = {"amount": "10000", "paid_on": make.day(-15).isoformat()}
    client.post(address("disbursement_add", aid), paid)
    back = {"amount": "1 000,00", "received_on": make.day(-5).isoformat()}
    client.post(address("repayment_add", aid), back)
    page = words(client.get(address("aid_list_of_application", file)))
    assert "9 000,00 €" in page
    assert "Échéancier : 10 échéances" in page
    assert "toute l’aide" in words(client.get(url, follow=True)).lower()


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("disbursement_add", {"amount": "10000,01"}, "il reste 10 000,00 € à débloquer"),
        ("disbursement_add", {"amount": "-1"}, "Un montant est positif."),
        ("disbursement_add", {"amount": "10,001"}, "deux chiffres après la virgule"),
        ("disbursement_add", {"amount": "NaN"}, "Saisissez un nombre."),
        ("disbursement_add", {"amount": "1", "paid_on": make.day(1)}, "dans le futur"),
        ("disbursement_add", {"amount": "1", "paid_on": make.day(-25)}, "précéder le contrat"),
        ("disbursement_add", {"amount": "1", "label": "x" * 2_000_000}, "200 caractères"),
    ],
)
def test_a_wrong_payment_is_refused_beside_its_field(client, alice, aid, name, typed, sentence):
    client.force_login(alice)
    today = {"paid_on": make.day(0), "received_on": make.day(0)}
    response = client.post(address(name, aid), today | typed)
    assert response.status_code == 200
    assert sentence in words(response)
    assert not response.context["form"].non_field_errors()
    assert not Disbursement.objects.exists()


def test_a_struck_payment_stays_visible_with_its_reason(client, alice, aid):
    line = aid.disburse(1_000, on=make.day(-3))
    client.force_login(alice)
    url = address("disbursement_strike", line)
    assert "obligatoire" in words(client.post(url, {"reason": ""}))
    page = words(client.post(url, {"reason": "Chèque jamais parti"}, follow=True))
    assert "Chèque jamais parti" in page
    assert "déjà rayée" in words(client.post(url, {"reason": "Encore"}))


def test_a_condition_is_met_with_its_proof(client, alice, convention):
    file = make.approved(convention=convention, conditions=["Accord de la banque"])
    condition = file.approval.conditions.get()
    client.force_login(alice)
    tab = address("aid_list_of_application", file)
    assert "À lever avant tout déblocage" in words(client.get(tab))
    typed = {"met_on": make.day(-2).isoformat(), "proof": "Courrier du 3"}
    url = address("condition_meet", condition)
    for lacking, sentence in (
        ({"proof": " "}, "Dites ce qui prouve"),
        ({"met_on": ""}, "Donnez la date"),
        ({"met_on": make.day(1).isoformat()}, "dans le futur"),
    ):
        assert sentence in words(client.post(url, typed | lacking))
    client.post(url, typed)
    page = words(client.get(tab))
    assert "par Alice" in page and "Courrier du 3" in page
    client.post(url, {"met_on": "", "proof": ""})
    assert "À lever avant tout déblocage" in words(client.get(tab))


def test_money_waits_for_the_conditions_of_the_committee(client, alice, convention):
    file = make.approved(convention=convention, conditions=["Accord de la banque", "Étude"])
    aid = make.AidFactory(decision=file.approval)
    file.approval.conditions.first().meet(on=make.day(-1), proof="Courrier du 3", by=alice)
    client.force_login(alice)
    typed = {"amount": "100", "paid_on": make.day(0).isoformat()}
    page = words(client.post(address("disbursement_add", aid), typed))
    assert "à lever avant le déblocage : Étude." in page
    assert not Disbursement.objects.exists()


def test_a_decision_is_annulled_only_while_nothing_rests_on_it(client, alice, convention, file):
    client.force_login(alice)
    typed = {"on": make.day(0).isoformat(), "reason": "Saisie sur le mauvais dossier"}
    page = words(client.post(address("decision_annul", file), typed, follow=True))
    assert "Une mission est ouverte." in page
    assert file.approval
    bare = make.approved(convention=convention)
    early = typed | {"on": make.day(-31).isoformat()}
    assert "précéder la décision" in words(client.post(address("decision_annul", bare), early))
    client.post(address("decision_annul", bare), typed)
    bare.refresh_from_db()
    assert bare.status == "submitted"


# Missions and days


def test_a_mission_offers_the_available_experts_of_the_antenna(client, alice, file, toul, longwy):
    make.ExpertFactory(last_name="Ailleurs", antennas=[longwy])
    make.ExpertFactory(last_name="Occupé", antennas=[toul], is_available=False)
    ours = make.ExpertFactory(last_name="Présent", antennas=[toul])
    client.force_login(alice)
    url = address("mission_add", file)
    page = words(client.get(url))
    assert "Présent" in page
    assert "Ailleurs" not in page
    assert "Occupé" not in page
    typed = {"expert": ours.pk, "subject": "Qualité", "days": "1,5"}
    dates = {"starts_on": make.day(-9).isoformat(), "ends_on": make.day(-10).isoformat()}
    response = client.post(url, typed | dates)
    assert "finir avant d’avoir commencé" in str(response.context["form"].errors["ends_on"])
    client.post(url, typed | dates | {"ends_on": make.day(90).isoformat()})
    mission = Mission.objects.get(subject="Qualité")
    client.post(address("mission_edit", mission), typed | dates | {"ends_on": make.day(30)})
    mission.refresh_from_db()
    assert mission.ends_on == make.day(30)


def test_several_days_are_certified_together_or_not_at_all(client, alice, file):
    mission = file.missions.get()
    days = [make.SkillDayFactory(mission=mission, done_on=make.day(-n)) for n in (3, 5)]
    client.force_login(alice)
    url = address("skill_day_certify", mission)
    assert client.get(url).status_code == 200
    typed = {
        "days": [day.pk for day in days],
        "certified_on": make.day(-4).isoformat(),
        "certified_by": "Mme Marchal",
        "note": "Courriel du 3 mars",
    }
    assert "postérieure à cette date" in words(client.post(url, typed))
    assert not SkillDay.objects.certified().exists()
    client.post(url, typed | {"certified_on": make.day(0).isoformat()})
    assert SkillDay.objects.certified().count() == 2
    assert "aucune journée à certifier" in words(client.get(url, follow=True))


def test_a_struck_day_stays_on_the_page_of_its_mission(client, alice, file):
    day = make.SkillDayFactory(mission=file.missions.get())
    client.force_login(alice)
    client.post(address("skill_day_strike", day), {"reason": "Réunion annulée"})
    page = words(client.get(day.mission.get_absolute_url()))
    assert "Réunion annulée" in page
    assert "0 j" in page


# Jobs


def test_a_corrected_job_stays_beside_its_correction(client, alice, file):
    job = make.JobFactory(application=file)
    client.force_login(alice)
    url = address("job_correct", job)
    page = words(client.get(url))
    assert "Jamais de nom de salarié" in page
    typed = {
        "kind": "maintained",
        "contract": "permanent",
        "fte": "1",
        "starts_on": make.day(-10).isoformat(),
        "observed_on": make.day(-5).isoformat(),
    }
    assert "obligatoire" in words(client.post(url, typed))
    early = typed | {"reason": "x", "ends_on": make.day(-11).isoformat()}
    assert "finir avant d’avoir commencé" in words(client.post(url, early))
    page = words(client.post(url, typed | {"reason": "Il existait déjà"}, follow=True))
    assert "Il existait déjà" in page
    assert [each.kind for each in Job.objects.standing()] == ["maintained"]
    assert "déjà rayée" in words(client.post(url, typed | {"reason": "Encore"}))


def test_jobs_promised_validated_and_observed_are_never_mixed(client, alice, file):
    make.JobFactory(application=file)
    make.JobFactory(application=file, kind=Job.Kind.MAINTAINED)
    struck = make.JobFactory(application=file)
    struck.strike(reason="Doublon")
    client.force_login(alice)
    response = client.get(address("job_list_of_application", file))
    assert (response.context["created"], response.context["maintained"]) == (1, 1)
    assert "Doublon" in words(response)


# Lists


@pytest.fixture
def late_aid(convention):
    """5 000 € paid three months ago, due two months ago, not paid back."""
    company = make.CompanyFactory(antenna=convention.antenna, name="Scierie Didier")
    file = make.submitted(on=make.day(-120), convention=convention, company=company)
    decision = file.approve(on=make.day(-110), advance=Decimal(5_000))
    aid = make.AidFactory(
        decision=decision, contract_on=make.day(-100), deferral_months=0, instalments=1
    )
    aid.disburse(5_000, on=make.day(-95))
    return aid


def test_aids_are_listed_filtered_and_exported(client, alice, aid, late_aid):
    client.force_login(alice)
    url = reverse("support:aid_list")
    for query in ({"q": "scierie"}, {"late": "on"}, {"contract_to": make.day(-90).isoformat()}):
        page = words(client.get(url, query))
        assert "Scierie" in page
        assert "Tôlerie" not in page
        assert "5 000,00 €" in page
    assert "Scierie" not in words(client.get(url, {"instrument": "grant"}))
    assert "Scierie" not in words(client.get(url, {"contract_from": make.day(-1).isoformat()}))
    file = client.get(url, {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert "Scierie Didier" in file
    assert "5000,00" in file
    assert client.get(url, {"format": "xlsx"}).getvalue()[:2] == b"PK"


def test_missions_are_listed_filtered_and_exported(client, alice, file):
    make.SkillDayFactory(mission=file.missions.get())
    client.force_login(alice)
    url = reverse("support:mission_list")
    for query in ({}, {"q": "tolerie"}, {"q": "humbert"}, {"q": "atelier"}, {"to_certify": "on"}):
        assert "Tôlerie" in words(client.get(url, query))
    for query in ({"ending_soon": "on"}, {"running_on": make.day(-90)}, {"q": "introuvable"}):
        assert "Tôlerie" not in words(client.get(url, query))
    file = client.get(url, {"format": "csv"}).getvalue().decode("utf-8-sig")
    assert "Tôlerie Marchal" in file


@pytest.mark.parametrize(("name", "most"), [("aid_list", 12), ("mission_list", 11)])
@pytest.mark.parametrize("order", ["", "company", "-contract_on", "delivered"])
def test_lists_cost_the_same_for_one_row_and_for_many(
    client, alice, convention, django_assert_max_num_queries, name, most, order
):
    client.force_login(alice)
    for extra in (1, 4):
        for _ in range(extra):
            file = make.approved(convention=convention, advance=Decimal(1_000))
            make.AidFactory(decision=file.approval).disburse(100, on=make.day(-3))
            make.SkillDayFactory(mission__application=file)
        with django_assert_max_num_queries(most):
            client.get(reverse(f"support:{name}"), {"o": order})

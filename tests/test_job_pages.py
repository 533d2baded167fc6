"""The pages of jobs: why one does not count, what proves it, who verified it."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from support.models import Job
from tests import factories as make
from tests.factories import day, upload
from tests.refusals import refused, refused_by


@pytest.fixture
def file(convention):
    return make.approved(convention=convention)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def address(name, row):
    return reverse(f"support:{name}", args=[row.pk])


def stored():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def proved(**fields):
    """A job with the document that proves it."""
    job = make.JobFactory(evidence_kind=Job.Evidence.REGISTER, **fields)
    Job.attach([job], upload("registre.pdf"))
    return job


# The list


def test_the_page_says_why_a_job_does_not_count(client, alice, toul):
    terms = {"temporary_counts": False}
    convention = make.ConventionFactory(antenna=toul, funds=50_000, terms=terms)
    file = make.approved(convention=convention)
    make.JobFactory(application=file, contract="temporary")
    make.JobFactory(application=file)
    client.force_login(alice)
    page = client.get(address("job_list_of_application", file))
    assert words(page).count("Ne compte pas : contrat que la convention ne compte pas") == 1
    assert words(page).count("Ne compte pas") == 1
    assert page.context["created"] == 1


def test_a_later_file_of_the_company_takes_the_jobs_begun_since(client, alice, convention, file):
    for _ in range(2):
        make.JobFactory(application=file)
    make.approved(convention=convention, company=file.company, on=day(-8))
    make.approved(convention=convention, company=file.company, on=day(-200))  # earlier
    client.force_login(alice)
    # The later file was received with the first one: it is the later of the two.
    page = client.get(address("job_list_of_application", file))
    assert page.context["created"] == 0
    assert words(page).count("compté dans un dossier plus récent de l’entreprise") == 2


def test_the_list_costs_the_same_for_one_job_and_for_many(
    client, alice, file, django_assert_max_num_queries
):
    make.JobFactory(application=file)
    client.force_login(alice)
    with django_assert_max_num_queries(30) as few:
        client.get(address("job_list_of_application", file))
    for _ in range(5):
        make.JobFactory(application=file)
        other = make.approved(convention=file.convention, company=file.company)
        make.JobFactory(application=other, kind="maintained")
    with django_assert_max_num_queries(len(few)):
        client.get(address("job_list_of_application", file))


def test_the_text_of_a_convention_says_which_jobs_count(client, alice, toul):
    terms = {"temporary_counts": False, "minimum_fte": "0.5", "jobs_horizon_years": 2}
    convention = make.ConventionFactory(antenna=toul, terms=terms)
    client.force_login(alice)
    page = words(client.get(reverse("conventions:terms", args=[convention.pk])))
    assert "Un emploi créé commence au plus tard 2 ans après la décision." in page
    assert "Temps de travail minimum : 0,5." in page
    told = "CDI, CDD, Apprentissage ou professionnalisation, Dirigeant non salarié."
    assert f"Contrats comptés : {told}" in page
    form = client.get(reverse("conventions:amend", args=[convention.pk])).context["form"]
    assert form["temporary_counts"].value() is False and form["permanent_counts"].value() is True


# What proves a job


def test_one_document_proves_several_jobs_and_is_kept_once(client, alice, file):
    jobs = [make.JobFactory(application=file) for _ in range(3)]
    client.force_login(alice)
    url = address("evidence_add", file)
    assert "Document, sans nom de salarié" in words(client.get(url))
    chosen = [job.pk for job in jobs[:2]]
    page = client.post(url, {"jobs": chosen, "file": upload("registre.pdf")}, follow=True)
    assert words(page).count("registre.pdf") == 2
    assert len(stored()) == 1
    assert Job.objects.filter(evidence_file="").get() == jobs[2]
    answer = client.get(address("job_evidence", jobs[1]))
    assert b"".join(answer) == upload().read()
    assert answer["Content-Disposition"] == 'attachment; filename="registre.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"file": ("page.html", b"<html>")}, "n’est pas d’un type admis"),
        ({"file": ("photo.png", b"%PDF-1.7\n")}, "un document PDF"),
        ({}, "Ce champ est obligatoire"),
        ({"file": ("registre.pdf", b"%PDF-1.7\n"), "jobs": []}, "Cochez au moins un emploi"),
    ],
)
def test_a_wrong_document_gets_a_sentence_and_nothing_is_kept(client, alice, file, sent, sentence):
    job = make.JobFactory(application=file)
    client.force_login(alice)
    typed = {"jobs": [job.pk]} | sent
    if "file" in sent:
        typed["file"] = upload(*sent["file"])
    assert sentence in words(client.post(address("evidence_add", file), typed))
    assert not Job.objects.exclude(evidence_file="").exists() and stored() == []


def test_a_job_of_another_file_is_proved_by_nothing_here(client, alice, convention, file):
    make.JobFactory(application=file)
    other = make.JobFactory(application=make.approved(convention=convention))
    client.force_login(alice)
    typed = {"jobs": [other.pk], "file": upload()}
    assert client.post(address("evidence_add", file), typed).status_code == 200
    assert not Job.objects.exclude(evidence_file="").exists()


def test_evidence_is_for_the_antenna_alone(client, file, bob, fred, maria):
    job = proved(application=file)
    file.convention.readers.add(fred)
    for user, status in ((bob, 200), (fred, 404), (maria, 404)):
        client.force_login(user)
        assert client.get(address("job_evidence", job)).status_code == status
    client.force_login(bob)  # reads, and changes nothing
    for name, row in (("evidence_add", file), ("job_verify", job)):
        assert client.post(address(name, row), {}).status_code == 403


def test_a_job_without_a_document_has_none_to_read(client, alice, file):
    job = make.JobFactory(application=file)
    client.force_login(alice)
    assert client.get(address("job_evidence", job)).status_code == 404
    Job.attach([job], upload())
    page = words(client.get(address("evidence_add", file), follow=True))
    assert "Tous les emplois constatés ont déjà un fichier." in page


def test_a_document_is_never_put_in_place_of_another(file):
    job = proved(application=file)
    with refused("attached"):
        Job.attach([job], upload("autre.pdf"))
    assert Job.objects.get().evidence_name == "registre.pdf"


def test_a_correction_keeps_what_proves_the_job_and_is_verified_anew(file, alice):
    job = proved(application=file)
    job.verify(on=day(-1), how="DSN", by=alice)
    right = job.correct(reason="CDD", contract="fixed_term", by=alice)
    assert (right.evidence_kind, right.evidence_name) == ("register", "registre.pdf")
    assert right.evidence_file == job.evidence_file
    assert right.verified_on is None and Job.objects.get(pk=job.pk).verified_on == day(-1)


# Verified


def test_a_coordinator_verifies_a_job_once(client, alice, file):
    job = make.JobFactory(application=file)
    client.force_login(alice)
    url = address("job_verify", job)
    assert "sans nom de salarié" in words(client.get(url))
    typed = {"on": day(-1).isoformat(), "how": "DSN de mars"}
    assert "DSN de mars" in words(client.post(url, typed, follow=True))
    job.refresh_from_db()
    assert (job.verified_on, job.verified_by, job.verified_how) == (day(-1), alice, "DSN de mars")
    assert "déjà vérifié" in words(client.post(url, typed))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"on": day(1).isoformat()}, "futur"),
        ({"on": day(-6).isoformat()}, "se vérifie après avoir été constaté"),
        ({"how": ""}, "Ce champ est obligatoire"),
        ({"how": "x" * 201}, "200 caractères"),
    ],
)
def test_a_wrong_verification_gets_a_sentence_beside_its_field(
    client, alice, file, typed, sentence
):
    job = make.JobFactory(application=file)
    client.force_login(alice)
    page = client.post(
        address("job_verify", job), {"on": day(-1).isoformat(), "how": "Visite"} | typed
    )
    assert sentence in words(page)
    assert page.context["form"].errors.keys() == typed.keys()
    assert Job.objects.get().verified_on is None


def test_a_struck_job_is_neither_verified_nor_proved(file):
    job = make.JobFactory(application=file)
    stale = Job.objects.get()
    job.strike(reason="Doublon")
    with refused("struck"):
        stale.verify(on=day(-1), how="DSN")
    with refused("struck"):
        Job.attach([stale], upload())
    assert stored() == []


def test_a_job_is_verified_somehow(file):
    with refused(field="how"):
        make.JobFactory(application=file).verify(on=day(-1), how="  ")


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"evidence_kind": "rumour"}, "job_evidence_kind_known"),
        ({"evidence_file": "a"}, "job_evidence_file_has_a_name"),
        ({"evidence_name": "a.pdf"}, "job_evidence_file_has_a_name"),
        ({"verified_on": day(-1)}, "job_verified_on_a_day_and_somehow"),
        ({"verified_how": "DSN"}, "job_verified_on_a_day_and_somehow"),
        ({"verified_on": day(-6), "verified_how": "DSN"}, "job_verified_after_it_was_observed"),
    ],
)
def test_the_database_refuses_a_job_half_proved_or_half_verified(file, fields, constraint):
    job = make.JobFactory(application=file)
    with refused_by(constraint):
        Job.objects.filter(pk=job.pk).update(**fields)


def test_the_working_time_that_a_text_asks_for_goes_from_nought_to_one(convention):
    with refused_by("terms_minimum_fte_within_a_full_time"):
        convention.terms.update(minimum_fte="1.5")

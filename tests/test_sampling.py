"""Checking by sampling: a draw that anybody can do again, proofs, a share with its interval."""

import pytest
from django.core import mail
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from reports.evaluation import Evaluation
from support.models import Job, Sample, SampleItem
from support.proofs import ask
from support.sampling import draw, wilson
from tests import factories as make
from tests.refusals import refused, refused_by

# Pure


@given(st.sets(st.integers(0, 10_000)), st.integers(1, 60), st.integers(0, 10**9))
def test_a_draw_is_within_the_files_without_twice_the_same_and_can_be_done_again(keys, size, seed):
    drawn = draw(list(keys), size, seed)
    assert set(drawn) <= keys and len(set(drawn)) == len(drawn) == min(size, len(keys))
    assert draw(sorted(keys, reverse=True), size, seed) == drawn


def test_an_empty_sample_is_refused():
    with pytest.raises(ValueError):
        draw([1, 2], 0, 1)


def test_every_file_is_drawn_as_often_as_the_others():
    counts = dict.fromkeys(range(10), 0)
    for seed in range(2_000):
        for key in draw(list(counts), 3, seed):
            counts[key] += 1
    assert all(500 < count < 700 for count in counts.values())  # 600 expected


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Brown, Cai and DasGupta, Statistical Science, 2001: formula (4), by hand.
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (18, 20, 0.6990, 0.9721),
    ],
)
def test_the_interval_is_wilson_s(successes, trials, low, high):
    share = wilson(successes, trials)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)
    assert share.seen == successes / trials


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_holds_the_share_and_stays_between_nothing_and_all(successes, trials):
    successes = min(successes, trials)
    share = wilson(successes, trials)
    assert 0 <= share.low <= share.seen <= share.high <= 1


def test_nothing_checked_says_nothing():
    assert wilson(0, 0) is None


# Rows


@pytest.fixture
def files(convention):
    """Four files, with one, two, three and four jobs; a fifth has none."""
    found = [make.approved(convention=convention) for _ in range(5)]
    for number, file in enumerate(found[:4], 1):
        for _ in range(number):
            make.JobFactory(application=file)
    return found


def test_files_with_jobs_are_drawn_and_what_they_count_is_frozen(convention, files, alice):
    sample = Sample.draw(convention, 3, on=make.day(0), seed=7, by=alice)
    assert (sample.size, sample.population) == (3, 4)
    again = Sample.draw(convention, 3, on=make.day(0), seed=7)
    keys = [item.application_id for item in sample.items.all()]
    assert keys == [item.application_id for item in again.items.all()]
    assert {item.jobs for item in Sample.draw(convention, 9, on=make.day(0)).items.all()} == {
        1,
        2,
        3,
        4,
    }


def test_nothing_is_drawn_where_no_job_counts(convention):
    make.approved(convention=convention)
    with refused("nothing"):
        Sample.draw(convention, 3, on=make.day(0))


def test_proofs_verify_the_jobs_and_make_the_share(convention, files, alice):
    sample = Sample.draw(convention, 4, on=make.day(0))
    for item in sample.items.select_related("application"):
        jobs = list(item.to_prove())
        kept = jobs if item.jobs < 4 else jobs[:1]
        with refused(field="note"):
            item.record(kept, on=make.day(0), note=" ")
        item.record(kept, on=make.day(0), note="DSN de mars", by=alice)
        with refused("checked"):
            item.record(kept, on=make.day(0), note="DSN", by=alice)
    sample = Sample.objects.get()
    assert sample.share.seen == 0.75 and sample.share == wilson(3, 4)
    assert Job.objects.verified_on(make.day(0)).count() == 1 + 2 + 3 + 1


def test_the_database_keeps_samples_whole(convention, files):
    sample = Sample.draw(convention, 2, on=make.day(0))
    with refused_by("sample_within_its_population"):
        Sample.objects.update(population=1)
    item = sample.items.first()
    with refused_by("sample_item_once_in_a_sample"):
        SampleItem.objects.create(sample=sample, application=item.application, jobs=1)
    with refused_by("sample_item_proves_no_more_than_it_counted"):
        SampleItem.objects.update(proved=99, checked_on=make.day(0))


def test_the_evaluation_tells_the_last_draw_that_was_checked(client, alice, convention, files):
    Job.objects.update(starts_on=make.day(-30), observed_on=make.day(-20))
    first, second = (Sample.draw(convention, 4, on=make.day(on)) for on in (-9, -5))
    for item in first.items.all():
        item.record(item.to_prove()[:1], on=make.day(-7), note="DSN")
    for item in second.items.all()[:2]:
        item.record(item.to_prove(), on=make.day(-4), note="DSN")
    elsewhere = make.ConventionFactory(antenna=convention.antenna, starts_on=make.day(-99))

    def told(at, of=convention):
        found = Evaluation(of, make.day(at)).as_dict()
        keys = "sample_files_checked", "sample_files_proved", "verified_share"
        return [found[key] for key in (*keys, "verified_share_low", "verified_share_high")]

    assert told(-8) == told(0, elsewhere) == [0, 0, None, None, None]
    assert told(-7) == told(-5) == [4, 1, 0.25, 0.0456, 0.6994]
    assert told(-4) == told(0) == [2, 2, 1.0, 0.3424, 1.0]
    client.force_login(alice)
    page = words(client.get(reverse("reports:evaluation", args=[convention.pk])))
    assert "Part prouvée par sondage" in page and "34 %" in page
    rows = reverse("reports:evaluation_rows", args=[convention.pk])
    page = words(client.get(rows, {"chiffre": "dossiers-prouves"}))
    assert "dont entièrement prouvés au" in page and ": 2" in page


def test_a_file_is_checked_after_it_was_drawn_and_for_no_more_than_was_drawn(convention, files):
    item = Sample.draw(convention, 4, on=make.day(-2)).items.earliest("jobs")
    jobs = list(item.to_prove())
    with refused(field="on"):
        item.record(jobs, on=make.day(-3), note="DSN")
    late = make.JobFactory(application=item.application)
    with refused(field="proved"):
        item.record([*jobs, late], on=make.day(0), note="DSN")
    assert not SampleItem.objects.exclude(checked_on=None).exists()


# Pages


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_from_the_draw_to_the_share(client, alice, convention, files):
    client.force_login(alice)
    listed = reverse("support:sample_list")
    assert "Aucun contrôle" in words(client.get(listed))
    address = reverse("support:sample_add")
    assert "obligatoire" in words(client.post(address, {"size": "2"}))
    page = client.post(
        address, {"convention": convention.pk, "size": "2", "seed": "5"}, follow=True
    )
    assert "2 sur 4" in words(page)
    ask_for_proof(client, SampleItem.objects.first())
    for item in SampleItem.objects.all():
        check = reverse("support:sample_check", args=[item.pk])
        assert "obligatoire" in words(client.post(check, {"on": make.day(0)}))
        proved = [job.pk for job in item.to_prove()]
        client.post(check, {"proved": proved, "note": "DSN", "on": make.day(0).isoformat()})
        assert "déjà contrôlé" in words(client.get(check, follow=True))
    assert "100 % (entre 34 % et 100 %)" in words(
        client.get(Sample.objects.get().get_absolute_url())
    )
    assert "100 % (entre 34 % et 100 %)" in words(client.get(listed))


def ask_for_proof(client, item):
    """The company is written to, once somebody there has an address."""
    address = reverse("support:sample_ask", args=[item.pk])
    company = item.application.company
    company.contacts.update(email="")
    assert "complétez d’abord" in words(client.get(address))
    contact = make.ContactFactory(company=company, email="jeanne@marchal.example")
    proposed = client.get(address).context["form"].initial
    letter = {name: proposed[name] for name in ("subject", "text")}
    assert "DSN" in letter["text"] and "Masquez les noms" in letter["text"]
    assert "obligatoire" in words(client.post(address, letter))
    page = client.post(address, letter | {"contact": contact.pk}, follow=True)
    assert "Le message est parti." in words(page) and "Preuve demandée le" in words(page)
    [message] = mail.outbox
    assert message.to == ["jeanne@marchal.example"]


def test_a_checked_file_is_asked_for_nothing_more(client, alice, convention, files):
    item = Sample.draw(convention, 1, on=make.day(0)).items.get()
    item.record([], on=make.day(0), note="Rien", by=alice)
    client.force_login(alice)
    address = reverse("support:sample_ask", args=[item.pk])
    assert "déjà contrôlé" in words(client.get(address, follow=True))
    with refused("checked"):
        ask(item, contact=None, subject="x", text="x", by=alice)

"""The pages of a campaign: opened, answered on a phone, completed, checked, closed."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from support.models import Campaign, Job, Survey
from support.views.campaigns import AT_ONCE
from tests import factories as make

LIST = reverse("support:campaign_list")


@pytest.fixture(autouse=True)
def forgotten_rates():
    cache.clear()


@pytest.fixture
def file(toul):
    """Helped thirteen months ago, one job seen since."""
    convention = make.ConventionFactory(
        antenna=toul, starts_on=make.day(-900), funds=100_000, terms={"ends_on": make.day(300)}
    )
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    make.ContactFactory(company=company, name="Jeanne Marchal", email="jeanne@marchal.example")
    file = make.approved(convention=convention, company=company, on=make.day(-400))
    make.JobFactory(application=file, starts_on=make.day(-300), observed_on=make.day(-200))
    return file


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def url(name, row):
    return reverse(f"support:{name}", args=[row.pk])


def opened(client):
    client.post(
        reverse("support:campaign_add"),
        {"months": "12", "answer_by": make.day(30).isoformat()}
        | {"antenna": str(Campaign._meta.get_field("antenna").related_model.objects.get().pk)},
    )
    return Campaign.objects.get()


def typed(page, **changes):
    """What the page of a company sends when nothing else is touched."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if name != "document"}
    values |= {f"{name}": value for name, value in blank(form.new).items()}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def blank(formset):
    return {
        formset.management_form.add_prefix(name): formset.management_form[name].value()
        for name in formset.management_form.fields
    }


def line(number="2", contract="permanent", fte="1", starts_on=None):
    starts_on = starts_on or make.day(-20).isoformat()
    return {
        "new-0-number": number,
        "new-0-contract": contract,
        "new-0-fte": fte,
        "new-0-starts_on": starts_on,
    }


def test_a_campaign_from_its_opening_to_its_end(client, alice, file):
    client.force_login(alice)
    assert "Aucune campagne" in words(client.get(LIST))
    campaign = opened(client)
    page = words(client.get(campaign.get_absolute_url()))
    assert "Réponses : 0 pour 1 entreprise (acceptées : 0)" in page
    page = words(client.post(url("campaign_send", campaign), follow=True))
    assert "1 message envoyé aujourd’hui." in page and "Sans réponse" in page
    address = next(part for part in mail.outbox[0].body.split() if "/questionnaire/" in part)

    client.logout()
    page = client.get(address)
    assert "Tôlerie Marchal" in words(page) and "CDI" in words(page)
    job = Job.objects.get()
    answer = {"headcount": "14", f"left-{job.pk}": "gone", "comment": "Un départ"}
    refused = words(client.post(address, typed(page, **answer)))
    assert "Donnez le dernier jour." in refused and "Un départ" in refused
    answer |= {f"ended-{job.pk}": make.day(-30).isoformat(), **line()}
    done = words(client.post(address, typed(page, **answer), follow=True))
    assert "Merci : votre réponse est enregistrée." in done

    check_then_accept(client, alice, campaign, address)


def check_then_accept(client, alice, campaign, address):
    """Sent back once, completed by a document, then accepted."""
    client.force_login(alice)
    survey = Survey.objects.get()
    page = words(client.get(campaign.get_absolute_url()))
    assert "1 réponse à contrôler" in page
    page = words(client.get(survey.get_absolute_url()))
    assert "par Jeanne Marchal" in page and "2 × CDI" in page
    verdict = {"verdict": "send_back", "comment": "Joignez le registre."}
    client.post(survey.get_absolute_url(), verdict)
    assert "Joignez le registre." in mail.outbox[-1].body

    client.logout()
    page = client.get(address)
    assert "Joignez le registre." in words(page) and "Un départ" in words(page)
    kept = typed(page, **line()) | {"document": make.upload("registre.pdf")}
    client.post(address, kept)
    client.force_login(alice)
    document = client.get(url("survey_document", survey))
    assert document["Content-Disposition"] == 'attachment; filename="registre.pdf"'
    client.post(survey.get_absolute_url(), {"verdict": "accept"})
    assert Job.objects.counting_on(make.day(0)).count() == 2
    assert "est contrôlée" in words(client.get(address))
    page = words(client.post(url("campaign_close", campaign), {"on": make.day(0)}, follow=True))
    assert "La campagne est close." in page


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"headcount": ""}, "obligatoire"),
        ({"headcount": "-1"}, "supérieur"),
        ({"headcount": "1e4"}, "nombre"),
        ({"headcount": "9,555"}, "virgule"),
        ({"by": " "}, "obligatoire"),
        ({"turnover": "beaucoup"}, "nombre"),
        (line(fte="2"), "temps plein"),
        (line(fte="0"), "plus que zéro"),
        (line(contract="", starts_on=" ", number="3"), "obligatoire"),
        (line(contract="", starts_on=" ", fte="0,5"), "obligatoire"),
        (line(starts_on=make.day(-900).isoformat()), "existait déjà"),
        (line(starts_on="demain"), "date valide"),
        (line(starts_on=make.day(4).isoformat()), "futur"),
    ],
)
def test_a_wrong_answer_is_told_and_kept_on_the_page(client, alice, file, change, told):
    client.force_login(alice)
    survey = opened(client).surveys.get()
    address = reverse("support:survey_answer", args=[survey.token])
    page = client.get(address)
    job = Job.objects.get()
    values = typed(page, headcount="14", comment="Rien de plus", **{f"left-{job.pk}": "here"})
    page = words(client.post(address, values | change))
    assert told in page and "Rien de plus" in page
    assert Survey.objects.get().answered_on is None


def test_a_broken_document_is_refused_and_nothing_is_kept(client, alice, file):
    client.force_login(alice)
    survey = opened(client).surveys.get()
    address = reverse("support:survey_answer", args=[survey.token])
    values = typed(client.get(address), headcount="14", **{f"left-{Job.objects.get().pk}": "here"})
    page = client.post(address, values | {"document": make.upload("virus.exe", b"MZ")})
    assert page.status_code == 200 and Survey.objects.get().answered_on is None
    assert page.context["form"].errors.keys() == {"document"}
    assert "Vous avez répondu" not in words(page)


def test_a_day_that_contradicts_the_answer_is_told(client, alice, file):
    client.force_login(alice)
    survey = opened(client).surveys.get()
    address = reverse("support:survey_answer", args=[survey.token])
    key = Job.objects.get().pk
    answer = {f"left-{key}": "here", f"ended-{key}": make.day(-5).isoformat()}
    page = client.post(address, typed(client.get(address), headcount="9,5", **answer))
    assert "Aucun n’est parti" in words(page)
    client.post(address, typed(client.get(address), headcount="9,5", **{f"left-{key}": "here"}))
    assert str(Survey.objects.get().headcount) == "9.50"
    client.force_login(alice)
    assert "9,5" in words(client.get(survey.get_absolute_url()))


def test_identical_jobs_are_asked_about_on_one_line(client, alice, file):
    verified = make.JobFactory(application=file, starts_on=make.day(-300), observed_on=make.day(-9))
    make.JobFactory(application=file, starts_on=make.day(-300), observed_on=make.day(-9))
    half = make.JobFactory(application=file, starts_on=make.day(-300), fte="0.5")
    verified.verify(on=make.day(0), how="DSN")
    client.force_login(alice)
    survey = opened(client).surveys.get()
    address = reverse("support:survey_answer", args=[survey.token])
    page = client.get(address)
    assert "3 emplois identiques (Créé – CDI, depuis le" in words(page)
    assert "temps de travail 0,5" in words(page)
    key = Job.objects.earliest("pk").pk
    answer = {"headcount": "14", f"left-{half.pk}": "here"}
    for left, ended, told in [
        ("", "", "obligatoire"),
        ("4", "", "inférieur"),
        ("1", "", "Donnez le dernier jour."),
        ("1", make.day(-301).isoformat(), "avant d’avoir commencé"),
        ("3", make.day(-3).isoformat(), "Aucun n’est parti"),
    ]:
        values = typed(page, **answer, **{f"left-{key}": left, f"ended-{key}": ended})
        assert told in words(client.post(address, values))
    values = typed(page, **answer, **{f"left-{key}": "2", f"ended-{key}": make.day(-3).isoformat()})
    client.post(address, values)
    assert [line.job for line in Survey.objects.get().gone_jobs.all()] == [verified]
    form = client.get(address).context["form"]
    assert form[f"left-{key}"].value() == 2


def test_an_answer_that_cannot_be_accepted_stays_to_check_on_the_page(client, alice, file):
    client.force_login(alice)
    survey = opened(client).surveys.get()
    job = Job.objects.get()
    day = make.day(-30)
    survey.answer(on=make.day(0), by="J", gone=[(job, day)], new=[], headcount=1, comment="")
    job.strike(reason="Doublon", by=alice)
    page = words(client.post(survey.get_absolute_url(), {"verdict": "accept"}))
    assert "rayé ou corrigé depuis la réponse" in page and "Acceptée" not in page
    assert "Contrôlé le" not in page


def test_more_than_a_few_messages_go_on_by_themselves(client, alice, file):
    client.force_login(alice)
    campaign = opened(client)
    for _ in range(AT_ONCE + 1):
        other = make.approved(convention=file.convention, on=make.day(-400), advance=1_000)
        campaign.surveys.create(
            application=other, word="x", sent_to="a@b.example", expires_on=make.day(30)
        )
    send = url("campaign_send", campaign)
    page = client.post(send, follow=True)
    assert page.redirect_chain == [(f"{send}?suite=1", 302)]
    assert f"partis aujourd’hui : {AT_ONCE} sur {AT_ONCE + 2}" in words(page)
    assert f'hx-post="{send}" hx-trigger="load"' in words(page)
    page = words(client.post(send, headers={"HX-Request": "true"}, follow=True))
    assert f"{AT_ONCE + 2} sur {AT_ONCE + 2}" in page and "Continuer" not in page
    assert len(mail.outbox) == AT_ONCE + 2
    page = words(client.post(url("campaign_remind", campaign), follow=True))
    assert "Il n’y a personne à qui écrire aujourd’hui." in page
    assert len(mail.outbox) == AT_ONCE + 2


def test_a_company_without_address_is_given_one_then_written_to(client, alice, file):
    file.company.contacts.update(email="")
    client.force_login(alice)
    campaign = opened(client)
    page = words(client.get(campaign.get_absolute_url()))
    assert "1 entreprise n’a pas d’adresse" in page and "Envoyer" not in page
    survey = campaign.surveys.get()
    write = url("survey_write", survey)
    assert "complétez d’abord" in words(client.get(write))
    contact = make.ContactFactory(company=file.company, email="paul@marchal.example")
    stranger = make.ContactFactory(email="loin@ailleurs.example")
    assert "Choisissez dans la liste." in words(client.post(write, {"contact": stranger.pk}))
    page = words(client.post(write, {"contact": contact.pk}, follow=True))
    assert "Le message est parti." in page and "paul@marchal.example" in page
    assert mail.outbox[-1].to == ["paul@marchal.example"]


def test_who_may_open_none_is_not_told_to(client, bob):
    client.force_login(bob)
    page = words(client.get(LIST))
    assert "Aucune campagne." in page and "ouvrez-en" not in page


def test_a_tampered_or_expired_address_opens_nothing(client, alice, file, caplog):
    client.force_login(alice)
    survey = opened(client).surveys.get()
    client.logout()
    address = reverse("support:survey_answer", args=[survey.token])
    assert client.get(address[:-3] + "/").status_code == 410
    Survey.objects.update(expires_on=make.day(-1))
    answer = client.get(address)
    assert answer.status_code == 410 and "Marchal" not in words(answer)
    assert "tampered" in caplog.text and "expired" in caplog.text


def test_opening_one_with_nobody_to_ask_says_so(client, alice, toul):
    client.force_login(alice)
    values = {"antenna": toul.pk, "months": "12", "answer_by": make.day(30).isoformat()}
    page = words(client.post(reverse("support:campaign_add"), values))
    assert "Aucun dossier n’arrive à ce terme" in page and not Campaign.objects.exists()


def test_lists_cost_the_same_for_one_row_and_for_many(
    client, alice, file, django_assert_max_num_queries
):
    client.force_login(alice)
    campaign = opened(client)
    for extra in (0, 4):
        for _ in range(extra):
            other = make.approved(convention=file.convention, on=make.day(-400))
            campaign.surveys.create(application=other, word="x", expires_on=make.day(30))
        for address in (LIST, campaign.get_absolute_url()):
            with django_assert_max_num_queries(13):
                assert client.get(address).status_code == 200

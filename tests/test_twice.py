"""One thing told twice is recorded once; two people on one page do not erase each other."""

import re

import pytest
from django.urls import reverse

from committee.forms import ApplicationForm
from committee.models import Application
from companies.models import Company
from support.models import Disbursement
from tests import factories as make


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]* value="([^"]+)"', page.content.decode())[1]


def test_a_page_sent_again_by_the_back_button_counts_once(client, alice, convention):
    aid = make.AidFactory(decision=make.approved(convention=convention).approval)
    client.force_login(alice)
    url = reverse("support:disbursement_add", args=[aid.pk])
    typed = {"amount": "500", "paid_on": make.day(-3), "once": hidden(client.get(url), "once")}
    sent, again = client.post(url, typed), client.post(url, typed, follow=True)
    assert again.redirect_chain == [(sent.url, 302)]
    assert "elle ne compte qu’une fois" in again.content.decode()
    assert Disbursement.objects.count() == 1
    client.post(url, typed | {"once": hidden(client.get(url), "once")})
    assert Disbursement.objects.count() == 2


def test_a_page_that_was_refused_is_sent_again_once_corrected(client, alice, convention):
    aid = make.AidFactory(decision=make.approved(convention=convention).approval)
    client.force_login(alice)
    url = reverse("support:disbursement_add", args=[aid.pk])
    once = hidden(client.get(url), "once")
    for amount in ("-5", "500"):
        client.post(url, {"amount": amount, "paid_on": make.day(-3), "once": once})
    assert Disbursement.objects.count() == 1


def test_a_page_sent_while_signed_out_is_sent_again_after(client, alice, convention):
    aid = make.AidFactory(decision=make.approved(convention=convention).approval)
    client.force_login(alice)
    url = reverse("support:disbursement_add", args=[aid.pk])
    typed = {"amount": "500", "paid_on": make.day(-3), "once": hidden(client.get(url), "once")}
    client.logout()
    assert "/compte/login/" in client.post(url, typed).url
    client.force_login(alice)
    client.post(url, typed)
    assert Disbursement.objects.count() == 1


@pytest.fixture
def company(toul):
    return make.CompanyFactory(antenna=toul, address="1 rue Haute", notes="")


def test_the_second_of_two_people_learns_that_the_first_has_saved(client, alice, company):
    client.force_login(alice)
    url = reverse("companies:company_edit", args=[company.pk])
    page = client.get(url)
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    form = {name: value for name, value in form.items() if value not in (None, False)}
    form |= {"commune": str(company.commune), "naf": company.naf.code, "seen": hidden(page, "seen")}
    first = client.post(url, form | {"address": "2 rue Basse"})
    assert first.status_code == 302, first.context["form"].errors
    second = client.post(url, form | {"notes": "À rappeler"})
    assert "pendant que vous l’écriviez" in second.content.decode()
    assert "À rappeler" in second.content.decode()
    assert Company.objects.get().address == "2 rue Basse"
    form["seen"] = hidden(second, "seen")
    assert client.post(url, form | {"notes": "À rappeler"}).status_code == 302
    assert Company.objects.get().address == "1 rue Haute"


def test_lines_added_to_a_plan_by_somebody_else_are_seen_too(convention):
    file = make.ApplicationFactory(convention=convention)
    before = ApplicationForm(instance=Application.objects.get(), user=None).current
    assert ApplicationForm(instance=Application.objects.get(), user=None).current == before
    file.financing_lines.create(side="need", label="Four", amount=5)
    assert ApplicationForm(instance=Application.objects.get(), user=None).current != before

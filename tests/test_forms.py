"""What every form does: it says at its top what is to be corrected, and asks for what is needed."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from committee.decision_forms import DecisionForm
from companies.forms import FirstFiguresForm
from companies.models import Company
from territories.forms import CommuneField, LookupField, option_label
from tests import factories as make


def banner(response):
    """The links of the banner of a refused form, as (place, label)."""
    content = response.content.decode()
    assert content.count("alert-danger") == 1
    alert = re.search(r'<div class="alert alert-danger" role="alert".*?</div>', content, re.S)[0]
    assert "autofocus" in alert
    return alert, re.findall(r'href="#([^"]+)">([^<]+)</a>', alert)


def test_a_refused_form_leads_to_the_fields_to_correct(client, alice, convention):
    client.force_login(alice)
    for name, pk in (
        ("conventions:amend", convention.pk),
        ("conventions:pledge_add", convention.pk),
    ):
        page = client.post(reverse(name, args=[pk]), {"x": "x"})
        alert, links = banner(page)
        assert "champs sont à corriger" in alert
        assert all(f'id="{place}"' in page.content.decode() for place, _label in links)
        assert [label for _place, label in links] == [
            str(field.label) for field in page.context["form"] if field.errors
        ]


def test_one_fault_gets_one_box_without_a_list(client, alice, convention):
    client.force_login(alice)
    file = make.approved(convention=convention)
    page = client.post(
        reverse("support:visit", args=[file.pk]),
        {
            "on": make.day(-1).isoformat(),
            **{
                f"{rows}-{part}_FORMS": 0
                for rows in ("jobs", "days")
                for part in ("TOTAL", "INITIAL")
            },
        },
    )
    alert, links = banner(page)
    assert "Rien à enregistrer" in alert
    assert not links
    assert "<li" not in alert


def test_the_first_figures_ask_for_nothing_until_something_is_typed():
    def asked(data):
        form = FirstFiguresForm(data)
        form.is_valid()
        return {name for name, field in form.fields.items() if field.required}

    assert asked(None) == asked({"figures-headcount": ""}) == set()
    assert "headcount" in asked({"figures-turnover": "5"})


def test_a_decision_asks_for_what_its_answer_needs(convention):
    form = DecisionForm(application=make.submitted(convention=convention))
    when = {name: field.widget.attrs.get("data-when") for name, field in form.fields.items()}
    assert when["advance"] == when["conditions"] == "outcome=approved"
    assert when["reason"] == "outcome=refused,adjourned"
    assert form.fields["reason"].required

    def errors(**typed):
        answer = {"decided_on": make.day(-1).isoformat(), "days": "0", "grant": "0"} | typed
        answer |= {"jobs_created": "0", "jobs_maintained": "0"}
        return set(DecisionForm(answer, application=form.application).errors)

    assert errors(outcome="approved", advance="5") == set()
    assert errors(outcome="approved", advance="x", reason="y" * 2001) == {"advance", "reason"}
    assert errors(outcome="refused", advance="x") == {"reason"}
    assert errors(outcome="", advance="x") == {"outcome"}


def test_an_unknown_company_can_be_added_on_the_way_to_its_file(client, alice, toul):
    make.ConventionFactory(antenna=toul)
    client.force_login(alice)
    add = reverse("companies:company_add")
    page = client.post(reverse("committee:application_add"), {"company": "Inconnue SARL"})
    assert "Aucun résultat" in page.content.decode()
    assert f'btn-outline-primary" href="{add}"' in page.content.decode()
    company = make.CompanyFactory(antenna=toul)
    opens = f"{reverse('committee:application_add')}?entreprise={company.pk}"
    assert (
        f'btn btn-primary" href="{opens}"'
        in client.get(company.get_absolute_url()).content.decode()
    )


def test_a_date_out_of_order_is_told_beside_it(client, alice, toul):
    client.force_login(alice)
    dates = {"since": make.day(-9).isoformat(), "until": make.day(-10).isoformat()}
    page = client.post(
        reverse("committee:committee_add"), {"antenna": toul.pk, "name": "Comité", **dates}
    )
    assert "avant d’avoir commencé" in page.context["form"].errors["until"][0]


def test_a_look_up_never_takes_the_middle_of_a_code_for_a_name(db):
    commune = make.CommuneFactory(
        code="59009", name="Villeneuve-d’Ascq", postal_codes="59491 59493"
    )
    field = CommuneField()
    for typed in ("1,5", "9493", "euve"):
        with pytest.raises(ValidationError, match="Aucun résultat"):
            field.clean(typed)
    for typed in ("villeneuve", "Ascq villeneuve d", "59493", "59009"):
        assert field.clean(typed) == commune


def test_a_company_is_looked_up_by_its_siret_in_groups(toul):
    company = make.CompanyFactory(antenna=toul, name="Tôlerie Marchal")
    field = LookupField(Company.objects.all(), url="/")
    for typed in (company.siret, company.siret_display, company.siren_display, str(company)):
        assert field.clean(typed) == company
    assert field.clean(option_label(company)) == company
    with pytest.raises(ValidationError, match="Aucun résultat"):
        field.clean(company.siret[3:])


def test_a_choice_left_empty_is_never_shown_as_dashes(client, alice, convention):
    client.force_login(alice)
    for name in ("committee:application_add", "companies:expert_add", "companies:sponsor_add"):
        page = client.get(reverse(name)).content.decode()
        assert "-----" not in page
        assert "Choisir…" in page


def test_turnover_is_typed_as_it_is_read():
    form = FirstFiguresForm(
        {
            "figures-headcount": "8",
            "figures-turnover": "1 200 000 €",
            "figures-closed_on": "2025-12-31",
        }
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["turnover"] == 1_200_000

"""No page is a dead end: each leads to what was done, and past work can still be recorded."""

from decimal import Decimal

from django.urls import reverse

from tests import factories as make


def words(response):
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


def test_a_company_leads_to_its_files_and_to_what_it_was_granted(client, alice, convention):
    company = make.CompanyFactory(antenna=convention.antenna)
    granted = [
        make.approved(convention=convention, company=company, advance=Decimal(amount))
        for amount in (4_000, 2_500)
    ]
    make.ApplicationFactory(convention=convention, company=company)
    client.force_login(alice)
    url = reverse("committee:company_files", args=[company.pk])
    assert url in words(client.get(company.get_absolute_url()))
    page = words(client.get(url))
    assert all(file.get_absolute_url() in page for file in granted)
    assert "Total accordé" in page
    assert "6 500,00 €" in page


def test_a_sponsor_leads_to_the_pledges_that_one_reads(client, alice, convention, longwy):
    sponsor = make.SponsorFactory()
    elsewhere = make.ConventionFactory(antenna=longwy, reference="AILLEURS")
    for each in (convention, elsewhere):
        each.pledge(sponsor, origin="public", amount=700, on=make.day(-9))
    client.force_login(alice)
    url = reverse("conventions:sponsor_pledges", args=[sponsor.pk])
    assert url in words(client.get(sponsor.get_absolute_url()))
    page = words(client.get(url))
    assert convention.reference in page
    assert "700,00 €" in page
    assert "AILLEURS" not in page


def test_an_expert_leads_to_the_missions_that_one_reads(client, alice, toul, longwy, convention):
    expert = make.ExpertFactory(antennas=[toul, longwy])
    mission = make.MissionFactory(
        application=make.approved(convention=convention), expert=expert, subject="Chez nous"
    )
    elsewhere = make.approved(convention=make.ConventionFactory(antenna=longwy, funds=90_000))
    make.MissionFactory(application=elsewhere, expert=expert, subject="Ailleurs")
    client.force_login(alice)
    url = reverse("support:expert_missions", args=[expert.pk])
    assert url in words(client.get(expert.get_absolute_url()))
    page = words(client.get(url))
    assert mission.get_absolute_url() in page
    assert "Ailleurs" not in page


def test_these_pages_cost_the_same_for_one_row_and_for_many(
    client, alice, toul, convention, django_assert_max_num_queries
):
    company, sponsor = make.CompanyFactory(antenna=toul), make.SponsorFactory()
    expert = make.ExpertFactory(antennas=[toul])

    def more():
        file = make.approved(convention=convention, company=company, advance=Decimal(100))
        make.MissionFactory(application=file, expert=expert)
        convention.pledge(sponsor, origin="public", amount=5, on=make.day(-9))

    client.force_login(alice)
    for name, row in (
        ("committee:company_files", company),
        ("conventions:sponsor_pledges", sponsor),
        ("support:expert_missions", expert),
    ):
        more()
        with django_assert_max_num_queries(20) as few:
            client.get(reverse(name, args=[row.pk]))
        for _ in range(3):
            more()
        with django_assert_max_num_queries(len(few)):
            client.get(reverse(name, args=[row.pk]))


def test_the_file_of_a_convention_that_is_over_can_still_be_recorded(client, alice, toul, longwy):
    over, closed, draft = (
        make.ConventionFactory(
            antenna=toul,
            starts_on=make.day(-2000),
            terms={"effective_on": make.day(-2000), "ends_on": make.day(-900)},
            **fields,
        )
        for fields in ({}, {}, {"signed": False})
    )
    closed.close(on=make.day(-890))
    make.ConventionFactory(antenna=longwy)
    client.force_login(alice)
    form = client.get(reverse("committee:application_add")).context["form"]
    assert list(form.fields["convention"].queryset) == [over]
    assert form.fields["convention"].initial == over
    running = make.ConventionFactory(antenna=toul)
    form = client.get(reverse("committee:application_add")).context["form"]
    assert set(form.fields["convention"].queryset) == {over, running}
    assert form.fields["convention"].initial == running


def test_without_a_convention_or_an_expert_one_is_led_to_them(client, alice, toul):
    client.force_login(alice)
    answer = client.get(reverse("committee:application_add"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("conventions:convention_list")
    assert "il n’y en a pas encore" in words(answer)
    file = make.approved(convention=make.ConventionFactory(antenna=toul, funds=90_000))
    answer = client.get(reverse("support:mission_add", args=[file.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("companies:expert_add")


def test_the_page_of_an_antenna_invites_its_coordinator(client, nadia, toul):
    client.force_login(nadia)
    invite = f"{reverse('accounts:user_invite')}?antenne={toul.pk}"
    assert invite in client.get(toul.get_absolute_url()).content.decode()
    form = client.get(invite).context["form"]
    assert (form["role"].value(), form["antenna"].value()) == ("coordinator", str(toul.pk))

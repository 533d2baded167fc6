"""What an account opens whose roles read no antenna: a funder's, one without a role left."""

import re

import pytest
from django.urls import reverse

from reports.rows import FIGURES
from tests import factories as make
from tests.left import judged, kept
from tests.test_access import FOR_ANYBODY, URLS

pytestmark = pytest.mark.once


def read(answer):
    return answer.getvalue().decode()


OF_A_CONVENTION = ["evaluation", "frozen_list", "evaluation_rows"]
HREF = re.compile(r'<a [^>]*href="(/[^"#?]*)')  # without what is asked in the address


@pytest.fixture
def funded(client, fred, convention):
    """A convention whose evaluation Fred reads, with something to count, to keep and to judge."""
    file = make.approved(convention=convention)
    make.AidFactory(decision=file.approval).disburse(5_000, on=make.day(-10))
    make.SkillDayFactory(mission=make.MissionFactory(application=file))
    make.JobFactory(application=file)
    judged(convention, report=kept(convention))
    convention.readers.add(fred)
    client.force_login(fred)
    return convention


def test_a_funder_is_refused_on_a_page_that_leads_home(client, funded):
    for name in ("conventions:convention_list", "committee:session_list"):
        page = client.get(reverse(name))
        assert page.status_code == 403 and "Accès refusé" in page.text
        assert f'href="{reverse("home")}"' in page.text


def test_no_page_of_a_funder_leads_to_a_page_that_refuses(client, funded):
    pages = ["/", reverse("accounts:profile"), reverse("reports:evaluation_list")]
    pages += [funded.frozen_reports.get().get_absolute_url()]
    pages += [funded.verdicts.get().get_absolute_url()]
    pages += [reverse(f"reports:{name}", args=[funded.pk]) for name in OF_A_CONVENTION]
    pages += [f"{pages[-1]}?chiffre={figure.slug}" for figure in FIGURES.values()]
    links = {link for page in pages for link in HREF.findall(client.get(page).text)}
    assert links > set(pages[:2])
    assert {link for link in links if client.get(link).status_code >= 400} == set()


def test_a_repayment_of_a_file_that_a_funder_may_not_read_has_no_name(client, fred, alice, toul):
    before = make.ConventionFactory(antenna=toul, starts_on=make.day(-900), funds=50_000)
    file = make.approved(convention=before)
    aid = make.AidFactory(decision=file.approval)
    aid.disburse(1_000, on=make.day(-15))
    after = make.ConventionFactory(antenna=toul, predecessor=before, funds=50_000)
    before.close(on=make.day(-10), reason="Fin")
    wrong = aid.repay(100, on=make.day(-6))
    aid.repay(200, on=make.day(-5))
    wrong.strike(reason=f"Jamais venu de {file.company}")
    after.readers.add(fred)
    page = f"{reverse('reports:evaluation_rows', args=[after.pk])}?chiffre=solde"
    for query in ("", "&format=csv"):
        client.force_login(alice)
        assert str(file.company) in read(client.get(page + query))
        client.force_login(fred)
        told = read(client.get(page + query))
        assert str(file.company) not in told
        assert told.count("Remboursement d’un dossier d’une autre convention") == 3
    before.readers.add(fred)
    assert str(file.company) in read(client.get(page))


def test_a_funder_whose_role_was_taken_away_reads_nothing_more(client, funded, fred):
    fred.memberships.all().delete()
    client.force_login(fred)
    assert client.get(reverse("reports:evaluation", args=[funded.pk])).status_code == 404


def test_somebody_whose_roles_were_taken_away_is_told_so_by_every_list(client, db):
    client.force_login(make.UserFactory())
    for name, _word, has_row in URLS:
        if not has_row and name not in FOR_ANYBODY:
            assert client.get(reverse(name)).status_code == 403

"""What the administrator reads of links, campaigns, samples and letters: nothing changes there."""

import pytest
from django.urls import reverse

from support.models import Campaign
from tests import factories as make
from tests.left import answered, linked, sampled, surveyed


@pytest.fixture
def rows(convention):
    application = make.approved(convention=convention)
    mission = make.MissionFactory(application=application)
    campaign = Campaign.objects.create(
        antenna=convention.antenna, months=12, opened_on=make.day(-3), answer_by=make.day(9)
    )
    surveyed(campaign, application)
    aid = make.AidFactory(decision=application.approval)
    aid.disburse(1_000, on=make.day(-10))
    feedback = mission.feedbacks.create(side="expert", **{f"grade{n}": 4 for n in range(1, 6)})
    return [linked(mission), feedback, campaign, sampled(application).sample, answered(aid)]


def test_they_are_listed_and_read_whole_and_never_changed(client, root, rows):
    client.force_login(root)
    for row in rows:
        name = f"admin:support_{row._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        url = reverse(f"{name}_change", args=[row.pk])
        page = client.get(url)
        assert page.status_code == 200
        assert getattr(row, "word", "no secret") not in page.content.decode()
        assert client.post(url, {}).status_code == 403
    assert client.get(reverse("admin:support_yearlystatement_changelist")).status_code == 200

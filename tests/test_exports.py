"""Long files: made in the background, for the person who asked, with the rights they have."""

import html
import io
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.exports import make as make_file
from accounts.models import Export
from tests import factories as make
from tests.test_lists import LISTS, OF_A_CONVENTION, address

LONG = sorted({*LISTS, *OF_A_CONVENTION, "support:payment_list"} - {"support:late_list"})


@pytest.fixture(autouse=True)
def long(settings):
    """Every workbook is a long one."""
    settings.EXPORT_AT_ONCE = -1


@pytest.fixture
def ask(client, django_capture_on_commit_callbacks):
    """Press the button of the page that a long list answers with."""

    def ask(url, **filters):
        page = client.get(url, {"format": "xlsx", **filters}).content.decode()
        [order] = re.findall(r'name="order" value="([^"]+)"', page)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("accounts:export_list"), {"order": html.unescape(order)})

    return ask


def lines(response):
    file = io.BytesIO(response.getvalue())
    return CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("name", LONG)
def test_a_long_file_holds_what_the_short_one_does(
    client, ask, root, convention, name, settings, media
):
    make.ClosureFactory(antenna=convention.antenna)
    client.force_login(root)
    url = address(name, convention)
    ask(url)
    export = Export.objects.get()
    assert export.status == Export.Status.READY
    settings.EXPORT_AT_ONCE = 1000
    short = lines(client.get(url, {"format": "xlsx"}))
    assert lines(client.get(export.get_absolute_url())) == short
    assert export.done == export.total == len(short) - 1


def test_filters_and_order_are_those_of_the_list_and_a_message_says_when(client, ask, nadia, media):
    for name in ("Briey", "Longwy", "Toul"):
        make.AntennaFactory(name=name)
    client.force_login(nadia)
    ask(reverse("territories:antenna_list"), o="-name", q="o")
    [export] = Export.objects.all()
    assert [line[0] for line in lines(client.get(export.get_absolute_url()))][1:] == [
        "Toul",
        "Longwy",
    ]
    [message] = mail.outbox
    assert message.to == [nadia.email]
    assert "http://testserver/fichiers/" in message.body


def test_a_file_asked_twice_while_it_is_made_is_one(client, ask, nadia, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    client.force_login(nadia)
    for _ in range(2):
        ask(reverse("territories:antenna_list"))
    assert Export.objects.get().status == Export.Status.WAITING
    page = client.get(reverse("accounts:export_list")).content.decode()
    assert "hx-trigger" in page and "En préparation" in page


def test_who_lost_their_role_gets_no_file(client, ask, alice, convention, settings, media):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    client.force_login(alice)
    ask(reverse("support:aid_list"))
    alice.memberships.all().delete()
    make_file.func(Export.objects.get().pk)
    assert Export.objects.get().status == Export.Status.FAILED
    assert "n’a pas pu être préparé" in mail.outbox[0].body
    assert "Demander de nouveau" in client.get(reverse("accounts:export_list")).content.decode()


def test_a_file_is_of_the_person_who_asked_for_it(client, ask, nadia, root, media):
    client.force_login(nadia)
    ask(reverse("territories:antenna_list"))
    url = Export.objects.get().get_absolute_url()
    assert client.get(url)["Content-Disposition"] == 'attachment; filename="antennes.xlsx"'
    client.force_login(root)
    assert client.get(url).status_code == 404
    assert "antennes.xlsx" not in client.get(reverse("accounts:export_list")).content.decode()
    client.logout()
    assert client.get(url).url.startswith(reverse("account_login"))


def test_the_order_of_somebody_else_is_refused(client, nadia, root):
    client.force_login(nadia)
    page = client.get(reverse("territories:antenna_list"), {"format": "xlsx"}).content.decode()
    [order] = re.findall(r'name="order" value="([^"]+)"', page)
    client.force_login(root)
    client.post(reverse("accounts:export_list"), {"order": html.unescape(order)})
    assert not Export.objects.exists()


@pytest.mark.parametrize("order", ["", "forged", "WyJhIl0:1abc:def"])
def test_a_forged_order_gets_a_sentence(client, nadia, order):
    client.force_login(nadia)
    answer = client.post(reverse("accounts:export_list"), {"order": order}, follow=True)
    assert "Cette demande a expiré" in answer.content.decode()
    assert not Export.objects.exists()


def test_a_file_is_kept_a_week(client, ask, nadia, media):
    client.force_login(nadia)
    ask(reverse("territories:antenna_list"))
    old = Export.objects.get()
    Export.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert client.get(old.get_absolute_url()).status_code == 404
    ask(reverse("territories:antenna_list"))
    assert Export.objects.get() != old
    assert not old.file.storage.exists(old.file.name)


def test_the_rows_of_a_file_lead_to_their_pages(client, nadia, db, settings):
    settings.EXPORT_AT_ONCE = 10
    antenna = make.AntennaFactory()
    client.force_login(nadia)
    url = reverse("territories:antenna_list")
    address = f"http://testserver{antenna.get_absolute_url()}"
    assert lines(client.get(url, {"format": "xlsx"}))[1][-1] == address
    assert client.get(url, {"format": "csv"}).getvalue().decode().strip().endswith(address)


def test_who_may_not_read_a_list_is_not_offered_its_file(client, maria, convention):
    client.force_login(maria)
    url = reverse("support:aid_list")
    assert client.get(url, {"format": "xlsx"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"status": "lost"}, "export_status_known"),
        ({"file": "exports/x.xlsx"}, "export_has_a_file_once_ready"),
        ({"status": "ready"}, "export_has_a_file_once_ready"),
    ],
)
def test_the_database_refuses(nadia, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Export.objects.create(created_by=nadia, name="a", address="/", total=1, **fields)

"""The cast, and what the tests run on."""

import os
import shutil
from inspect import signature

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadFileScheduling

from accounts.models import Role
from tests.databases import copy_migrated
from tests.factories import AntennaFactory, ConventionFactory, UserFactory
from tests.rooms import opened

# The same examples at each run: a red test is never a matter of luck.
hypothesis_settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def on_sqlite():
    return django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


class FileByFile(LoadFileScheduling):
    """A process takes a whole file, for the rows that its tests share; the crawl shares none."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return nodeid if file.endswith("test_accessibility.py") else file


def pytest_xdist_make_scheduler(config, log):
    return FileByFile(config, log)


def pytest_collection_modifyitems(items):
    """Mark the tests that pytest-django lets open no database: neither can change their answer."""
    for item in items:
        asked = {"db", "transactional_db", "django_db_setup"} & set(item.fixturenames)
        # Who asks for `request` may ask for any other fixture later.
        asked |= {"request"} & set(signature(item.obj).parameters)
        if not asked and not item.get_closest_marker("django_db"):
            item.add_marker("pure")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix, tmp_path_factory, pytestconfig
):
    """A SQLite file of its own for each process, migrated: two runs in one checkout do not meet."""
    if on_sqlite():
        folder = tmp_path_factory.mktemp("database")
        cache = getattr(pytestconfig, "cache", None)  # none with `-p no:cacheprovider`
        copy = folder / "test.sqlite3"
        copy_migrated(cache.mkdir("databases") if cache else folder, copy)
        django_settings.DATABASES["default"]["TEST"]["NAME"] = copy


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb):
    """Whether the tests begin on the database that is there: that copy."""
    return django_db_keepdb or on_sqlite()


@pytest.fixture(scope="session", autouse=True)
def media(tmp_path_factory):
    """Uploaded files go to a folder that is forgotten."""
    folder = tmp_path_factory.mktemp("media")
    with override_settings(MEDIA_ROOT=folder):
        yield folder


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    with override_settings(PASSWORD_HASHERS=["tests.hashers.OneRoundHasher"]):
        yield


class ClosingClient(Client):
    """Closes the files that it was sent, as a server does, even those that no test reads."""

    def __init__(self):
        super().__init__()
        self.closers = []

    def request(self, **request):
        response = super().request(**request)
        if response.streaming:
            self.closers += response._resource_closers
        return response


@pytest.fixture
def client():
    client = ClosingClient()
    yield client
    for close in client.closers:
        close()


# Two antennas, and who they are to Toul


@pytest.fixture
def toul(db):
    return AntennaFactory(name="Toul")


@pytest.fixture
def longwy(db):
    return AntennaFactory(name="Longwy")


@pytest.fixture
def alice(toul):
    """Coordinates Toul."""
    return UserFactory(
        first_name="Alice", email="alice@example.org", roles=[(Role.COORDINATOR, toul)]
    )


@pytest.fixture
def bob(toul):
    """Reads what Toul does, and writes nothing."""
    return UserFactory(first_name="Bob", email="bob@example.org", roles=[(Role.READER, toul)])


@pytest.fixture
def charlie(longwy):
    """Coordinates Longwy: must see nothing of Toul."""
    return UserFactory(
        first_name="Charlie", email="charlie@example.org", roles=[(Role.COORDINATOR, longwy)]
    )


@pytest.fixture
def maria(toul):
    """Sits in the committee of Toul."""
    return UserFactory(first_name="Maria", email="maria@example.org", roles=[(Role.MEMBER, toul)])


@pytest.fixture
def nadia(db):
    """Works for the network: reads every antenna."""
    return UserFactory(first_name="Nadia", email="nadia@example.org", roles=[(Role.NETWORK, None)])


@pytest.fixture
def fred(db):
    """A funder: reads the evaluation of the conventions he is a reader of, nothing else."""
    return UserFactory(first_name="Fred", email="fred@example.org", roles=[(Role.FUNDER, None)])


@pytest.fixture
def root(db):
    """The administrator."""
    return UserFactory(
        first_name="Root", email="root@example.org", is_staff=True, is_superuser=True
    )


@pytest.fixture
def convention(toul):
    """Toul's: running since a year, 100 000 € to give, and 20 000 € for companies in difficulty."""
    return ConventionFactory(antenna=toul, funds=100_000, difficulty_funds=20_000)


@pytest.fixture
def room(convention):
    """A session of today's, opened, with the chair, a company head and the bank in the room."""
    return opened(convention)


# The browser of the page tests, and the server that it talks to


@pytest.fixture(scope="session")
def live_server(django_db_setup, live_server):
    """Started once its database is that of the tests: each thread has a connection of its own."""
    return live_server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium, quiet, and working as root in a container."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = (path for path in map(shutil.which, names) if path)
    switches = (
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM") or next(found, None),
        "args": [f"--{switch}" for switch in switches],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris"}

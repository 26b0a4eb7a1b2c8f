"""A database as doors see it, on one or on both."""

import pytest

from postal_tracker.storage.database import Database


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.close()


@pytest.fixture
def sqlite_database(sqlite_url):
    made = Database(sqlite_url)
    yield made
    made.close()


@pytest.fixture
def postgres_database(postgres_url):
    made = Database(postgres_url)
    yield made
    made.close()

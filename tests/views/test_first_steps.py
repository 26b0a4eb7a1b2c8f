"""An empty centre is told what it needs, in order, until its first dossier has come in."""

from functools import partial

import pytest
from sqlalchemy import delete

from postal_tracker.storage.tables import NumberRange, Procedure
from postal_tracker.views.first_steps import first_steps
from tests.web.conftest import employ


def steps(centre):
    found = partial(first_steps, connected=centre.house.carriers.connected)
    return {s.name: s.done for s in centre.database.read_now(found)}


def test_steps_are_ticked_off_and_go_with_the_first_dossier(any_centre):
    order = ["offices", "authorities", "procedures", "numbers"]
    order += ["carriers", "printers", "people"]
    assert list(steps(any_centre)) == order
    assert [name for name, done in steps(any_centre).items() if not done] == ["printers", "people"]
    employ(any_centre, "quan")
    assert steps(any_centre)["people"] is False  # nobody at the desk yet
    employ(any_centre, "lan")
    told = {"name": "Zebra", "office": "H49.12", "kind": "browser"}
    any_centre.post("/printers", told, role="admin")
    assert all(steps(any_centre).values())
    any_centre.a_dossier()
    assert steps(any_centre) == {}


@pytest.mark.parametrize(("table", "name"), [(NumberRange, "numbers"), (Procedure, "procedures")])
def test_what_is_not_there_is_lacking(any_centre, table, name):
    any_centre.database.write_now(lambda s: s.connection().execute(delete(table)))

    assert steps(any_centre)[name] is False

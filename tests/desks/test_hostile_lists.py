"""Every cell of a list from another system may hold what breaks programs."""

from functools import partial
from itertools import count

import pytest

from postal_tracker.desks import imports
from postal_tracker.desks.imports import HEADINGS, Kind
from postal_tracker.spreadsheets import write_csv, write_xlsx
from tests.hostile import EACH, strings_for

PLAIN = {
    Kind.DOSSIERS: {"procedure": "GPLX-01", "name": "Đỗ Thị Hoa"},
    Kind.OFFICES: {"name_vi": "Điểm tiếp nhận"},
    Kind.AUTHORITIES: {"name_vi": "Sở"},
    Kind.PROCEDURES: {"name_vi": "Thủ tục", "authority": "PC08", "limit": "5"},
}
CODES = {Kind.DOSSIERS: "H49.12-261123-{}", Kind.OFFICES: "H49.{high}.{low:02}"}
SERIALS = count(1000)


def a_row(kind):
    """Return what stands in a row of a code and a person of its own."""
    serial = next(SERIALS)
    high, low = divmod(serial, 100)
    own = {"code": CODES.get(kind, "X-{}").format(serial, high=high, low=low)}
    return PLAIN[kind] | own | ({"phone": f"091234{serial}"} if kind is Kind.DOSSIERS else {})


def files_with(text, kind):
    """Write a list in which each column of a row holds the string once, as each kind of file."""
    columns = {field: headings[0] for field, headings in HEADINGS[kind].items()}
    rows = [a_row(kind) | {field: writable(text)} for field in columns]
    cells = [[row.get(field, "") for field in columns] for row in rows]
    yield write_csv(list(columns.values()), cells), "x.csv"
    yield write_xlsx(list(columns.values()), cells), "x.xlsx"


def writable(text):
    return text.encode(errors="replace").decode()


@EACH
def test_a_cell_of_a_days_list_breaks_nothing(centre, share, every):
    names, kept, strings = None, 0, strings_for(share, every)
    for text in strings:
        for file in files_with(text, Kind.DOSSIERS):
            names = names or centre.database.read_now(imports.procedure_names)
            checked = imports.check_dossiers(*file, procedures=names)
            kept += centre.database.write_now(partial(registered, centre, checked)).good

    assert kept > len(strings)
    assert centre.differences() == []


def registered(centre, checked, session):
    how = {"by": centre.lan, "calendar": centre.house.calendar, "now": centre.clock()}
    return imports.register_dossiers(session, checked, keep_good=True, **how)


@EACH
@pytest.mark.parametrize("kind", [Kind.OFFICES, Kind.AUTHORITIES, Kind.PROCEDURES])
def test_a_cell_of_the_catalogue_breaks_nothing(centre, share, every, kind):
    good, strings = 0, strings_for(share, every)
    for text in strings:
        for file in files_with(text, kind):
            checked = imports.check_catalogue(kind, *file)
            keep = partial(imports.update_catalogue, checked=checked, keep_good=True)
            good += centre.database.write_now(keep).good

    assert good > len(strings)

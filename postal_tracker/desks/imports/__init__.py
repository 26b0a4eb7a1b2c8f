"""Lists from other systems: a day's dossiers, the catalogue they rest on, what was done with them.

The catalogue is of offices, authorities and procedures. A list goes through two steps:
`check_dossiers`, `check_catalogue` or `check_acts` reads and judges every row without a database;
`register_dossiers`, `update_catalogue` or `record_acts` keeps the rows in the caller's one
transaction, each in a savepoint of its own. Nothing is kept if a row is refused, unless
`keep_good`. A row that may be registered already is refused until somebody has said what becomes
of such, see Doubles; an act that is recorded already is left as it is.

NothingImported    a row was refused, so the whole list was; it carries the report
Invalid, TooLarge  the file cannot be read, lacks a column, or is too long
"""

from postal_tracker.desks.imports.checking import (
    Checked,
    CheckedRow,
    check_acts,
    check_catalogue,
    check_dossiers,
    procedure_names,
)
from postal_tracker.desks.imports.columns import HEADINGS, Doubles, Kind
from postal_tracker.desks.imports.guide import Column, columns_told, template
from postal_tracker.desks.imports.keeping import register_dossiers, update_catalogue
from postal_tracker.desks.imports.national import Known, known
from postal_tracker.desks.imports.outcomes import (
    ImportReport,
    NothingImported,
    OnlyChecked,
    RowOutcome,
    RowReport,
)
from postal_tracker.desks.imports.telling import record_acts

__all__ = [
    "HEADINGS",
    "Checked",
    "CheckedRow",
    "Column",
    "Doubles",
    "ImportReport",
    "Kind",
    "Known",
    "NothingImported",
    "OnlyChecked",
    "RowOutcome",
    "RowReport",
    "check_acts",
    "check_catalogue",
    "check_dossiers",
    "columns_told",
    "known",
    "procedure_names",
    "record_acts",
    "register_dossiers",
    "template",
    "update_catalogue",
]

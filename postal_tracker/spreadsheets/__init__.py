"""Tables as files: CSV and XLSX, written so that no cell acts, read so that no file harms.

What citizens typed ends in an office program that runs formulas; what people send us may be a bomb.
Cells are text on the way in: what they mean is for `desks/imports/` to judge.

Invalid   the file cannot be read: not a table, another encoding, no headings
TooLarge  more bytes or rows than were allowed, or far more once unpacked
"""

from postal_tracker.spreadsheets.cells import Cell
from postal_tracker.spreadsheets.forms import Form, Head, put_form
from postal_tracker.spreadsheets.reading import MOST_BYTES, SURPLUS, Row, read_rows
from postal_tracker.spreadsheets.writing import (
    PUT,
    Put,
    put_csv,
    put_xlsx,
    write_csv,
    write_template,
    write_xlsx,
)

__all__ = [
    "MOST_BYTES",
    "PUT",
    "SURPLUS",
    "Cell",
    "Form",
    "Head",
    "Put",
    "Row",
    "put_csv",
    "put_form",
    "put_xlsx",
    "read_rows",
    "write_csv",
    "write_template",
    "write_xlsx",
]

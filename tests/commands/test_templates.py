"""Templates of lists: written by a command, filled in, and imported again as they are."""

import json
from pathlib import Path

import openpyxl
import pytest

from postal_tracker.desks.imports import Kind, columns_told
from postal_tracker.spreadsheets import write_csv

IN_ORDER = [Kind.OFFICES, Kind.AUTHORITIES, Kind.PROCEDURES, Kind.DOSSIERS, Kind.ACTS]
WELL = tuple(f"2\t{told}" for told in ("added\t", "registered\tH49.12-261123-0001", "recorded"))
SUFFIXES = ["xlsx", "csv"]

IMPORTS = Path(__file__).parents[2] / "docs" / "imports.md"


@pytest.mark.parametrize("kind", Kind)
def test_an_empty_template_is_an_empty_list(run, kind):
    made = run("import", "template", kind, "-o", "new.xlsx")
    assert made.exit_code == 0, made.stderr
    assert f"postal-tracker import {kind} new.xlsx" in made.stderr

    told = run("import", kind, "new.xlsx", "--json")

    assert told.exit_code == 0, told.stderr
    report = json.loads(told.stdout)
    assert (report["good"], report["refused"], report["ignored"]) == (0, 0, [])


def filled_in(file: Path, kind: Kind) -> None:
    """Write the guide's examples below the headings, as somebody would who follows it."""
    examples = [column.example for column in columns_told(kind)]
    if file.suffix == ".csv":
        header = file.read_text(encoding="utf-8-sig").strip().split(",")
        file.write_bytes(write_csv(header, [examples]))
        return
    book = openpyxl.load_workbook(file)
    book.worksheets[0].append(examples)
    book.save(file)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_templates_with_their_own_examples_furnish_a_centre(run, tmp_path, suffix):
    for kind in IN_ORDER:
        run("import", "template", kind, "-o", f"{kind}.{suffix}")
        filled_in(tmp_path / f"{kind}.{suffix}", kind)

        told = run("import", kind, f"{kind}.{suffix}")

        assert told.exit_code == 0, told.stdout
        assert told.stdout.startswith(WELL)


def test_what_is_typed_into_a_template_stays_as_it_is_typed(run, tmp_path):
    run("import", "template", "dossiers", "-o", "new.xlsx")

    book = openpyxl.load_workbook(tmp_path / "new.xlsx")

    sheet, guide = book.worksheets
    letters = [cell.column_letter for cell in sheet[1]]
    assert {sheet.column_dimensions[letter].number_format for letter in letters} == {"@"}
    assert [cell.value for cell in sheet[1]] == [row[0].value for row in guide.iter_rows(min_row=2)]


def test_a_list_that_somebody_filled_in_is_not_written_over(run, tmp_path):
    (tmp_path / "new.csv").write_text("Lan", encoding="utf-8")

    assert run("import", "template", "offices", "-o", "new.csv").exit_code == 1
    assert (tmp_path / "new.csv").read_text(encoding="utf-8") == "Lan"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("offices", "-o", "new.ods"), 2),
        (("offices", "-o", "new"), 2),
        (("boxes", "-o", "new.csv"), 2),
        (("offices",), 2),
        (("offices", "-o", "nowhere/new.csv"), 1),
    ],
)
def test_a_template_that_cannot_be_is_refused(run, asked, code):
    assert run("import", "template", *asked).exit_code == code


@pytest.mark.parametrize("kind", Kind)
def test_the_help_of_an_import_names_its_columns(run, kind):
    told = " ".join(run("import", kind, "--help").stdout.split())

    for column in columns_told(kind):
        assert column.heading in told


@pytest.mark.parametrize("kind", Kind)
def test_the_handbook_names_every_column(kind):
    text = IMPORTS.read_text(encoding="utf-8")
    section = text.partition(f"\n## {kind.title()}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("| ")
    ]

    assert rows[1:] == [
        [c.heading, ", ".join(c.others), "yes" if c.needed else "", c.en, c.example]
        for c in columns_told(kind)
    ]

"""A list kept, and what became of it told in the terminal: a line for each row, and their sum."""

from collections.abc import Callable

import typer
from sqlmodel import Session

from postal_tracker.access.audit import Audited
from postal_tracker.commands.noted import note
from postal_tracker.commands.terminal import REFUSED, bar, beside, print_json
from postal_tracker.core.bilingual_terms import Lang, Pair, pick
from postal_tracker.desks.imports import Checked, ImportReport, NothingImported
from postal_tracker.house import House


def keep_list(
    house: House,
    keep: Callable[..., ImportReport],
    checked: Checked,
    *,
    keep_good: bool,
    lang: Lang,
    as_json: bool,
) -> None:
    """Keep what a list holds and tell of it; leaves with 1 if a row was refused."""
    try:
        with bar("Keeping") as tell:

            def command(session: Session) -> ImportReport:
                kept = keep(session, checked, keep_good=keep_good, on_row=tell)
                note(session, house, Audited.COMMAND, f"import {kept.kind.value}: {kept.good} rows")
                return kept

            report = house.database.write_now(command)
    except NothingImported as nothing:
        report = nothing.report
    if as_json:
        print_json(report)
    else:
        print_report(report, lang)
    if report.refused:
        raise typer.Exit(REFUSED)


def print_report(report: ImportReport, lang: Lang) -> None:
    for row in report.rows:
        faults = "; ".join(f"{f.field}: {pick((f.vi, f.en), lang)}" for f in row.faults)
        print(f"{row.row}\t{row.outcome}\t{row.code}\t{faults}".rstrip())
    for name in report.ignored:
        beside.print(pick(_IGNORED, lang).format(name=name), markup=False)
    skipped = pick(_SKIPPED, lang).format(report.skipped) if report.skipped else ""
    told = pick(_COUNTED, lang).format(report.good, report.refused)
    beside.print(f"{told}{skipped}: {pick(_KEPT[report.kept], lang)}.", markup=False)


_IGNORED: Pair = ("Không biết cột “{name}”, đã bỏ qua.", "Unknown column “{name}”, ignored.")
_COUNTED: Pair = ("{} dòng đúng, {} dòng bị từ chối", "{} good, {} refused")
_SKIPPED: Pair = (", {} dòng bỏ qua", ", {} skipped")
_KEPT: dict[bool, Pair] = {True: ("đã lưu", "kept"), False: ("chưa lưu gì", "nothing is kept")}

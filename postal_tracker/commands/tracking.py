"""One journey in the terminal."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import EVERYTHING, Caller, Role
from postal_tracker.commands.papers import OPERATOR
from postal_tracker.commands.terminal import AsJson, Language, language, opened, print_json, said
from postal_tracker.core.bilingual_terms import HOLDERS, SOURCES, STAGES, Lang, Pair, pick, say_what
from postal_tracker.core.problems import NotFound, no_such
from postal_tracker.desks.scanning import look_at
from postal_tracker.house import House


def track(
    code: Annotated[str, typer.Argument(help="A dossier's, a parcel's or a lookup code.")],
    lang: Language = "vi",
    as_json: AsJson = False,
) -> None:
    """Show one dossier's or parcel's journey. Names nobody."""
    spoken = language(lang)
    with opened() as house:
        seen = house.database.read_now(lambda s: _find(s, house, code, spoken))
    if as_json:
        print_json(seen)
    elif "timeline" in seen:
        _print_dossier(seen, spoken)
    else:
        _print_parcel(seen, spoken)


_ABOUT_SOMEBODY = ("applicant", "applicant_name", "note")


def _find(session: Session, house: House, code: str, lang: Lang) -> dict[str, Any]:
    found = look_at(session, code, by=Caller(OPERATOR, Role.DESK, None))
    if found.kind == "parcel":
        return asdict(views.parcel(session, found.code, scope=EVERYTHING))
    if found.kind != "dossier":
        raise _nothing()
    seen = asdict(
        views.dossier(
            session,
            found.code,
            scope=EVERYTHING,
            today=house.today(),
            titles=house.titles,
            lang=lang,
            calendar=house.calendar,
        )
    )
    for entry in seen["timeline"]:
        del entry["note"]
    return {name: value for name, value in seen.items() if name not in _ABOUT_SOMEBODY}


def _nothing() -> NotFound:
    return no_such("dossier")


def _say(pairs: dict[Any, Pair], word: str, lang: Lang) -> str:
    return next((pick(pair, lang) for term, pair in pairs.items() if term.value == word), word)


def _print_dossier(seen: dict[str, Any], lang: Lang) -> None:
    where = seen["location"]
    holder = where["name"] or _say(HOLDERS, where["holder"], lang)
    lines = [
        f"{seen['code']}  {seen['procedure']['name']}",
        f"{_say(STAGES, seen['stage'], lang)}",
        f"{holder}  {where['place']}  {said(where['since'], lang)}",
        f"{pick(_DUE, lang)} "
        f"{said(seen['due_on'], lang)}{pick(_LATE, lang) if seen['overdue'] else ''}",
    ]
    _print_lines(lines)
    for entry in seen["timeline"]:
        struck = "  ✗" if entry["struck_out"] else ""
        _print_step(entry, entry["what"], entry["parcel"] or "", lang, struck)


def _print_parcel(seen: dict[str, Any], lang: Lang) -> None:
    inside = ", ".join(seen["dossiers"])
    _print_lines([f"{seen['tracking_number']}  {seen['carrier']}  {inside}"])
    for event in seen["events"]:
        struck = "  ✗" if event["struck_out"] else ""
        _print_step(event, event["milestone"], "", lang, struck)


def _print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        print(line)


def _print_step(step: dict[str, Any], what: str, parcel: str, lang: Lang, struck: str) -> None:
    parts = [
        said(step["happened_at"], lang),
        say_what(what, lang),
        step["place"] or "",
        parcel,
        f"– {_say(SOURCES, step['source'], lang)}",
    ]
    _print_lines(["  " + "  ".join(part for part in parts if part) + struck])


_DUE: Pair = ("Hẹn trả:", "Due:")
_LATE: Pair = (" (quá hạn)", " (overdue)")

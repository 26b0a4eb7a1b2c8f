"""By construction: who reads files of offices says how far the reader's reach goes.

Each function that selects dossiers, parcels, lists, printers, people or messages narrows them by
`Scope.covers` (or refuses whoever has a part only), or stands below with the reason why not.
"""

import ast
from collections.abc import Iterator

from tests.house.repository import modules, named, tree_of

GUARDED = {
    *("Dossier", "Parcel", "Handover", "Printer", "Applicant", "Recipient"),
    *("CarrierMessage", "SearchTerm", "Feedback", "Denunciation", "SurveyRound"),
}
FLOORS = [
    f"postal_tracker/{f}" for f in ("views", "reports", "printing", "desks", "web", "commands")
]

READS = ("select", "select_from", "exists", "join", "join_from", "get", "get_one")

NARROWS = {
    *(
        "covers",
        "covers_dossier",
        "covers_parcel_or_its_dossiers",
        "covers_list",
        "refuse_part",
        "is_whole",
    ),
}

OF_ONE_FOUND = "of a row that was found within reach: by its id"
MUST_BE_FREE = "whether a code or number is free, for everybody"
NARROWED = "a part of a query; what uses it narrows it"
ITS_USER_NARROWS = "what uses it leaves out what lies out of reach"
BY_PROOF = "a citizen's own, by the receipt's code and a proof"
OF_THE_CENTRE = "whether there is any at all"
OWN_WORD = "what the caller told himself, by his own key of it"
BY_NIGHT = "what was kept long enough, whoever's it is"
OPERATOR = "the operator of the whole installation, at the command line"

UNSCOPED: dict[str, str] = {
    "views/dossier.py:_read_person": OF_ONE_FOUND,
    "views/dossier.py:_parcels_of": OF_ONE_FOUND,
    "views/dossiers.py:_latest_parcels": OF_ONE_FOUND,
    "views/parcels.py:_doubts": OF_ONE_FOUND,
    "views/in_hand.py:_people": OF_ONE_FOUND,
    "views/parcels.py:citizens_of": OF_ONE_FOUND,
    "printing/documents/handover_lists.py:_lines": OF_ONE_FOUND,
    "printing/documents/handover_lists.py:_wards": OF_ONE_FOUND,
    "printing/documents/labels.py:_label": OF_ONE_FOUND,
    "printing/documents/parcel_papers.py:_lines": OF_ONE_FOUND,
    "printing/documents/parties.py:_chosen": OF_ONE_FOUND,
    "printing/documents/receipts.py:receipt_for": OF_ONE_FOUND,
    "printing/documents/statutory_letters.py:_about": OF_ONE_FOUND,
    "desks/feedback/acting.py:_tell_timeline": OF_ONE_FOUND,
    "desks/feedback/acting.py:receive_more": BY_PROOF,
    "desks/feedback/opening.py:_about": OF_ONE_FOUND,
    "desks/feedback/opening.py:_disputed_parcel": OF_ONE_FOUND,
    "desks/feedback/settling.py:settle": OF_ONE_FOUND,
    "desks/erasing.py:erase_old": BY_NIGHT,
    "desks/erasing.py:erase_old_denunciations": BY_NIGHT,
    "views/breach.py:_about": OF_ONE_FOUND,
    "views/evidence.py:_handover": OF_ONE_FOUND,
    "views/evidence.py:_message": OF_ONE_FOUND,
    "reports/feedback.py:due_feedback": NARROWED,
    "views/feedback.py:_ROW": NARROWED,
    "views/surveys.py:_ROUND": NARROWED,
    "views/feedback.py:own_feedback": BY_PROOF,
    "desks/acts.py:receive_parcel": OF_ONE_FOUND,
    "desks/handover.py:_give": OF_ONE_FOUND,
    "desks/taking.py:_open_list": OWN_WORD,
    "views/handovers.py:on_list": OF_ONE_FOUND,
    "desks/acts.py:refuse_reopened": OF_ONE_FOUND,
    "desks/common.py:open_parcel": OF_ONE_FOUND,
    "desks/correcting.py:correct": OF_ONE_FOUND,
    "desks/sealing.py:_refuse_unsealable": OF_ONE_FOUND,
    "desks/sealing.py:_refuse_nowhere": OF_ONE_FOUND,
    "reports/post_days.py:_PARCEL": OF_ONE_FOUND,
    "reports/spent.py:_about": OF_ONE_FOUND,
    "reports/ways.py:_DOSSIER": OF_ONE_FOUND,
    "printing/devices/records.py:_told": MUST_BE_FREE,
    "desks/named.py:_selected": ITS_USER_NARROWS,
    "desks/doubles.py:_registered": ITS_USER_NARROWS,
    "desks/intakes.py:_CODES": MUST_BE_FREE,
    "commands/readying.py:_has_dossiers": OF_THE_CENTRE,
    "desks/sealing.py:_refuse_number_in_use": MUST_BE_FREE,
    "views/dossiers.py:_held": NARROWED,
    "views/intake.py:_LAST": NARROWED,
    "views/changes.py:CHANGE": NARROWED,
    "views/parcels.py:_found": NARROWED,
    "views/standing.py:DOSSIER": NARROWED,
    "views/messages.py:messages_in": NARROWED,
    "views/worklists.py:_SHORT": NARROWED,
    "views/parcel_lists.py:_SHORT": NARROWED,
    "reports/nearly_late.py:_soon": NARROWED,
    "reports/dossiers.py:_riding": NARROWED,
    "reports/parcels.py:_with_its_list": NARROWED,
    "reports/parcels.py:_of": NARROWED,
    "reports/behind.py:_listed": NARROWED,
    "reports/dossiers.py:RIDING": NARROWED,
    "reports/to_forward.py:_LYING": NARROWED,
    "reports/inspection/gaps.py:_told": OF_ONE_FOUND,
    "reports/inspection/suspects.py:waiting": ITS_USER_NARROWS,
    "reports/inspection/suspects.py:signed": ITS_USER_NARROWS,
    "reports/inspection/recorded.py:DOSSIER": OF_ONE_FOUND,
    "reports/inspection/recorded.py:PARCEL": OF_ONE_FOUND,
    "views/dossiers.py:_fitting": NARROWED,
    "views/worklists.py:_on_no_list": NARROWED,
    "views/citizen.py:_ENTRY": BY_PROOF,
    "views/lookup.py:DOSSIERS": BY_PROOF,
    "desks/rating.py:_RATED": BY_PROOF,
    "desks/rating.py:is_rated": BY_PROOF,
    "views/beside.py:_OWN": BY_PROOF,
    "views/first_steps.py:first_steps": OF_THE_CENTRE,
    "views/first_steps.py:_IN_TABLES": OF_THE_CENTRE,
    "views/record_health.py:_messages": OF_THE_CENTRE,
    "web/courier/parcels.py:_told_before": OWN_WORD,
    "commands/data.py:_named": OPERATOR,
    "commands/erased.py:_ERASED": OPERATOR,
    "commands/erased.py:_erase": OPERATOR,
}


def readers() -> Iterator[tuple[str, ast.AST]]:
    """Return each function and constant of these floors that reads what belongs to an office."""
    for path in modules(*FLOORS):
        for node in tree_of(path).body:
            name = _name_of(node)
            if name and any(_reads(call) for call in ast.walk(node)):
                yield f"{named(path)[len('postal_tracker/') :]}:{name}", node


def _name_of(node: ast.stmt) -> str:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def _reads(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = (
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    )
    if called not in READS:
        return False
    return bool(GUARDED & {part.id for part in ast.walk(node) if isinstance(part, ast.Name)})


def _narrows(node: ast.AST) -> bool:
    names = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(NARROWS & names)


def test_whoever_reads_files_of_offices_asks_whose_they_may_be():
    without = {name for name, node in readers() if not _narrows(node)}

    assert without == set(UNSCOPED)


def test_the_check_sees_who_asks_for_all():
    """A query without a reach, as somebody might write it tomorrow."""
    tree = ast.parse("def all_of_them(session):\n    return session.exec(select(Dossier))")

    assert any(_reads(call) for call in ast.walk(tree))
    assert not _narrows(tree)

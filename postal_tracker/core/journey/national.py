"""Where a dossier stands in the numbers of the national public service portal.

Four independent public implementations agree on these numbers; 1, newly registered, is before a
dossier reaches us.
"""

from postal_tracker.core.journey.stages import Act, Stage

RECEIVED, NOT_RECEIVED, PROCESSING, SUPPLEMENT, PAYMENT = 2, 3, 4, 5, 6
WITHDRAWN, STOPPED, PROCESSED, RETURNED = 7, 8, 9, 10

_CLOSED = {Act.REFUSED: NOT_RECEIVED, Act.CANCELLED: WITHDRAWN, Act.STOPPED: STOPPED}
_ASKED = {"supplement": SUPPLEMENT, "payment": PAYMENT}


def national_status(
    stage: Stage, closed_by: Act | None, *, has_result: bool, waiting_for: str
) -> int:
    """Return 2 to 10. `waiting_for` is of a deadline's last step: the last word counts."""
    if closed_by:
        return _CLOSED[closed_by]
    if stage in (Stage.DELIVERED, Stage.COLLECTED):
        return RETURNED
    if has_result:
        return PROCESSED
    if waiting_for:
        return _ASKED[waiting_for.split()[-1]]
    return RECEIVED if stage is Stage.WITH_OFFICE else PROCESSING

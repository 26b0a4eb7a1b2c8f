"""What a citizen is told first: whether there is anything for them to do."""

from collections.abc import Collection, Sequence

from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.citizen_law import AT_DESK
from postal_tracker.core.journey import FINAL_STAGES, Act, Flag, Stage

_AT_THE_POST = frozenset({Flag.AWAITING_COLLECTION, Flag.DELIVERY_FAILED})


def has_to_act(
    stage: Stage,
    flags: Collection[Flag],
    closed_by: Act | None,
    waiting_for: Sequence[str],
    *,
    by_post: bool,
) -> bool:
    """Tell whether anything happens only if the citizen does something now.

    `by_post`: the result is brought, so it need not be fetched.
    """
    if closed_by:
        return stage in AT_DESK
    if stage in FINAL_STAGES:
        return False
    if waiting_for:
        return True
    if stage is Stage.AT_CENTRE:
        return not by_post
    return stage is Stage.TO_CITIZEN and not _AT_THE_POST.isdisjoint(flags)


def what_to_do(acts: bool, stage: Stage) -> Pair:
    """Return the first sentence of an answer."""
    if acts:
        return ("Ông/Bà có việc cần làm.", "There is something for you to do.")
    if stage in FINAL_STAGES:
        return ("Ông/Bà không phải làm gì thêm.", "There is nothing more for you to do.")
    return ("Ông/Bà chưa phải làm gì.", "You need not do anything now.")

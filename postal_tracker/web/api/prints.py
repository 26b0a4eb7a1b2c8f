"""Labels to the paper of a printer, for programs."""

from dataclasses import dataclass
from datetime import datetime

from postal_tracker.core.bilingual_terms import pick
from postal_tracker.printing import batches, reservations
from postal_tracker.printing.batches import BatchResult
from postal_tracker.printing.selection import CameOutForm, PrintsForm
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import saw_labels
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.errors import documented

router = api_router("prints")


@dataclass(frozen=True, slots=True)
class PrintsView:
    """What came of it. Empty `left`: all is done. Else ask again to go on."""

    printed: int
    """How many came out."""
    already: int
    """Printed before, so left out; `again` prints them once more, and their paper says so."""
    left: list[str]
    """Those that are still to be printed."""
    unsure: list[str]
    """Those of `left` that may have come out as the printer failed: look before you go on.

    Printed again, their paper says so; name those that came out to `/prints/came-out`.
    """
    unprintable: list[str]
    """Those that cannot be printed; the others were printed without them."""
    reasons: dict[str, str]
    """Of each of `unprintable`, why, and what helps."""
    began: datetime
    """To go on with a reprint, ask for the same with `again` and this."""
    fault: str | None
    """Why the printer takes no more, in a sentence."""


@router.post("/prints", responses=documented(404))
async def print_labels(form: PrintsForm, context: ClerkContext) -> PrintsView:
    """Print labels of parcels, dossiers, a handover or a day on a printer, each once.

    What was printed before is left out unless `again` is true, so a request may be repeated. 503:
    the printer failed before anything came out.
    """
    outcome = await batches.print_labels(
        context.house, form, by=context.caller, seconds=batches.OF_A_REQUEST
    )
    saw_labels(context, outcome.shown)
    return _view(outcome, context)


def _view(outcome: BatchResult, context: RequestContext) -> PrintsView:
    fault = outcome.fault
    return PrintsView(
        printed=outcome.printed,
        already=outcome.already,
        left=outcome.left,
        unsure=outcome.unsure,
        unprintable=list(outcome.unprintable),
        reasons={code: pick(why, context.lang) for code, why in outcome.unprintable.items()},
        began=outcome.began,
        fault=pick((fault.vi, fault.en), context.lang) if fault else None,
    )


@dataclass(frozen=True, slots=True)
class CameOutView:
    """What was noted."""

    noted: int
    """How many labels are noted as printed now."""


@router.post("/prints/came-out")
async def note_what_came_out(form: CameOutForm, context: ClerkContext) -> CameOutView:
    """Note as printed those of `unsure` labels that somebody has seen on paper."""
    return CameOutView(
        await context.house.database.write(
            lambda s: reservations.came_out(s, form.codes, scope=context.scope)
        )
    )

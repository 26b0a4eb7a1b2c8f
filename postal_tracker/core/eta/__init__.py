"""When a parcel will arrive: from how long its like took, learned from this centre's own past.

A *case* is one leg of a parcel: from the day on which the post had it to the day on which it was
delivered, in working days. From cases of the same carrier, direction, destination and weekday over
some months comes a *curve*: how probable each day is. Where they are few, the parent group's is
taken: without the weekday, the destination, the direction, all carriers together (hierarchical
back-off). A post changes sooner than that shows: where the parcels of the last two weeks came among
their like of these months, whatever their weekday and destination, tells the *drift* of a carrier
and direction, and that bends its curves (recalibration by the probability integral transform; newer
cases weigh more, as for data that drift). Parcels that are still on their way count as *right-
censored* by the estimator of Kaplan and Meier: what is known of one is that it took longer than so
far. Were they left out, only the quick ones of the last days would speak (survivorship bias). Days
around Tết are a regime of their own.

A *promise* is the narrowest span of days that holds 80 in 100 of the curve. Days are whole, so that
no span holds just as many; two are taken in turn, as a smoothed conformal predictor does. What
became of earlier promises of that carrier and direction moves the level (adaptive conformal
inference): missed too often, spans widen. It is *trusted*, and told to people, only once enough
earlier promises have been measured and enough of them were kept. Pure: no database, no clock.

cases        how long a leg took, and around which days Tết is
curves       how probable each day is, by the cases
drift        how the post does just now beside what is usual
calibration  what kept and missed promises change, and whether to trust
promises     the span of days, and the day by which 95 in 100 of its like have arrived
"""

from postal_tracker.core.eta.calibration import PROMISED, Outcome, Record, record_of
from postal_tracker.core.eta.cases import Case, Kind, Season, leg, season_of
from postal_tracker.core.eta.promises import Forecaster, Promise

__all__ = [
    "PROMISED",
    "Case",
    "Forecaster",
    "Kind",
    "Outcome",
    "Promise",
    "Record",
    "Season",
    "leg",
    "record_of",
    "season_of",
]

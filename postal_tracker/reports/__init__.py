"""Managers' reports: who holds what, what is late, of what there is no news.

How many there are is told by tallies; which, by indexes that hold only what is open; of the
ledger at most one month is gone through. Each report comes a page at a time, as a `Report` whose
rows are of one kind; `as_rows` turns it into a table in words.
"""

from postal_tracker.reports.behind import Column, FigureRow, behind_figure
from postal_tracker.reports.catalogue import CatalogueRow, catalogue
from postal_tracker.reports.dossiers import LocationRow, OverdueRow, locations, overdue
from postal_tracker.reports.due_soon import DueSoon, due_soon
from postal_tracker.reports.feedback import HotlineRow, feedback_figures
from postal_tracker.reports.follow_ups import (
    FOLLOW_UPS,
    FollowUpRow,
    follow_up_counts,
    follow_ups,
)
from postal_tracker.reports.found_by_poll import FoundByPollRow, found_by_poll
from postal_tracker.reports.ii06a import Ii06aRow, ii06a
from postal_tracker.reports.in_words import as_rows
from postal_tracker.reports.listed import (
    ListedRow,
    MessageRow,
    handover_lists,
    listed,
    listed_parcels,
    unmatched_messages,
)
from postal_tracker.reports.nearly_late import NearlyLateRow, nearly_late
from postal_tracker.reports.overview import Overview, overview
from postal_tracker.reports.p766 import P766Row, p766
from postal_tracker.reports.pages import MOST_LISTED, Report, each_page
from postal_tracker.reports.parcels import (
    SilentRow,
    UnacceptedRow,
    count_silent,
    count_unaccepted,
    silent,
    unaccepted,
)
from postal_tracker.reports.post_days import PostRow, by_carrier, delivered, post_days, posted
from postal_tracker.reports.promises import PromiseRow, promises
from postal_tracker.reports.punctuality import PunctualityRow, punctuality
from postal_tracker.reports.satisfaction import SatisfactionRow, satisfaction
from postal_tracker.reports.spent import SpentRow, slowest, spent_by_authority, spent_by_holder
from postal_tracker.reports.summary import SummaryRow, summary
from postal_tracker.reports.surveys import SurveyRow, survey
from postal_tracker.reports.to_forward import ToForwardRow, to_forward
from postal_tracker.reports.ways import GivenBack, given_back

__all__ = [
    "FOLLOW_UPS",
    "MOST_LISTED",
    "CatalogueRow",
    "Column",
    "DueSoon",
    "FigureRow",
    "FollowUpRow",
    "FoundByPollRow",
    "GivenBack",
    "HotlineRow",
    "Ii06aRow",
    "ListedRow",
    "LocationRow",
    "MessageRow",
    "NearlyLateRow",
    "OverdueRow",
    "Overview",
    "P766Row",
    "PostRow",
    "PromiseRow",
    "PunctualityRow",
    "Report",
    "SatisfactionRow",
    "SilentRow",
    "SpentRow",
    "SummaryRow",
    "SurveyRow",
    "ToForwardRow",
    "UnacceptedRow",
    "as_rows",
    "behind_figure",
    "by_carrier",
    "catalogue",
    "count_silent",
    "count_unaccepted",
    "delivered",
    "due_soon",
    "each_page",
    "feedback_figures",
    "follow_up_counts",
    "follow_ups",
    "found_by_poll",
    "given_back",
    "handover_lists",
    "ii06a",
    "listed",
    "listed_parcels",
    "locations",
    "nearly_late",
    "overdue",
    "overview",
    "p766",
    "post_days",
    "posted",
    "promises",
    "punctuality",
    "satisfaction",
    "silent",
    "slowest",
    "spent_by_authority",
    "spent_by_holder",
    "summary",
    "survey",
    "to_forward",
    "unaccepted",
    "unmatched_messages",
]

"""What staff see of a dossier, a parcel, a list: the same values on pages and in JSON.

These are the read models: values made for showing, which nothing writes to.

counting     how many there are, as far as that matters
standing     how a dossier stands: stage, holder, place, overdue or not
history      what happened to a dossier or to a parcel
corrections  what was put right in a dossier, by whom, when and why
dossier      a dossier with its applicant, parcels and timeline
apologies    what form 04 would say of one that is late, or will be
dossiers     lists of dossiers, and what they are narrowed down by
orders       in which order such a list is read
keyset       places in a list, as cursors say them
search       finding dossiers by what a citizen at the desk says
parcels      a parcel with what its carrier and we have said of it
parcel_lists lists of parcels, and what they are narrowed down by
in_hand      what a courier carries, and to whom it goes
handovers    a handover list with each parcel's fate
messages     carriers' messages without a home, and one of them inspected
worklists    what waits for somebody at the desk
catalogue    what the desk's forms offer to choose from
first_steps  what an empty centre needs before its first dossier
citizen      what a citizen may see of one dossier
lookup       finding it for a citizen, throttled
held         what is held of one person, for that person
breach       whose data somebody has seen
national     items for the national public service portal, in its own names
"""

from postal_tracker.views.corrections import CorrectionPage, CorrectionView, corrections
from postal_tracker.views.counting import MOST_COUNTED, Count, counted, counted_each
from postal_tracker.views.dossier import NOBODY, DossierView, PostTime, dossier, fields_of
from postal_tracker.views.dossiers import MOST_LISTED, DossierPage, Filter, Held, dossiers, id_of
from postal_tracker.views.handovers import (
    HandoverView,
    handover,
    lists_of,
    numbers_of,
    on_list,
    record_of,
)
from postal_tracker.views.in_hand import (
    MOST_CARRIED,
    Addressee,
    Carried,
    addressee,
    by_street,
    carried,
    held_by,
)
from postal_tracker.views.messages import (
    MessageDetailView,
    MessagePage,
    MessageView,
    message,
    message_counts,
    messages,
)
from postal_tracker.views.orders import Days, Sort
from postal_tracker.views.parcels import ParcelView, dossier_codes, find_parcel, parcel
from postal_tracker.views.standing import Named, holder_name, overdue, owed

__all__ = [
    "MOST_CARRIED",
    "MOST_COUNTED",
    "MOST_LISTED",
    "NOBODY",
    "Addressee",
    "Carried",
    "CorrectionPage",
    "CorrectionView",
    "Count",
    "Days",
    "DossierPage",
    "DossierView",
    "Filter",
    "HandoverView",
    "Held",
    "MessageDetailView",
    "MessagePage",
    "MessageView",
    "Named",
    "ParcelView",
    "PostTime",
    "Sort",
    "addressee",
    "by_street",
    "carried",
    "corrections",
    "counted",
    "counted_each",
    "dossier",
    "dossier_codes",
    "dossiers",
    "fields_of",
    "find_parcel",
    "handover",
    "held_by",
    "holder_name",
    "id_of",
    "lists_of",
    "message",
    "message_counts",
    "messages",
    "numbers_of",
    "on_list",
    "overdue",
    "owed",
    "parcel",
    "record_of",
]

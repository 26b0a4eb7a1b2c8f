"""What people and programs may send us: shapes, bounds, and what is wrong with them in words.

Shared by pages, the JSON API and the import of lists.

values        kinds of text, numbers and times, cleaned and bounded
shapes        the forms, made of these
handing_over  those of lists for a courier, and of what is signed for
events        what couriers and portals report, of these too
refusals      what is wrong with a form, in two languages
"""

from postal_tracker.forms.events import EventForm, EventsForm, LooseEventsForm
from postal_tracker.forms.handing_over import BringForm, CountForm, HandoverForm, SignatureForm
from postal_tracker.forms.refusals import faults_of, field_invalid, invalid, read_as
from postal_tracker.forms.shapes import (
    ActForm,
    AddressForm,
    ApplicantCorrection,
    ApplicantForm,
    CorrectionForm,
    DeviceForm,
    DossierForm,
    Form,
    NumberRangeForm,
    ParcelForm,
    ReadAgainForm,
    RecipientForm,
    ScanForm,
    SearchForm,
    TrackForm,
    WithoutHome,
    WorkForm,
)
from postal_tracker.forms.values import (
    NOWHERE,
    AnyNumber,
    DossierCodeText,
    Line,
    Moment,
    Name,
    Short,
    Told,
    Word,
    told_as,
)

__all__ = [
    "NOWHERE",
    "ActForm",
    "AddressForm",
    "AnyNumber",
    "ApplicantCorrection",
    "ApplicantForm",
    "BringForm",
    "CorrectionForm",
    "CountForm",
    "DeviceForm",
    "DossierCodeText",
    "DossierForm",
    "EventForm",
    "EventsForm",
    "Form",
    "HandoverForm",
    "Line",
    "LooseEventsForm",
    "Moment",
    "Name",
    "NumberRangeForm",
    "ParcelForm",
    "ReadAgainForm",
    "RecipientForm",
    "ScanForm",
    "SearchForm",
    "Short",
    "SignatureForm",
    "Told",
    "TrackForm",
    "WithoutHome",
    "Word",
    "WorkForm",
    "faults_of",
    "field_invalid",
    "invalid",
    "read_as",
    "told_as",
]

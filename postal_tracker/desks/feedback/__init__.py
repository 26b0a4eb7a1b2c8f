"""The hotline: a citizen complains, asks, or has not received it; somebody owns it and answers.

shapes         what may be said of feedback
opening        it comes in: by the citizen's page, by telephone, by a courier
acting         taken, forwarded, more asked for, answered or declined, closed
settling       which claim of a disputed delivery holds
rights         what somebody asks of his own data
denunciations  those that name somebody: kept apart, for whoever is named to read them
"""

from postal_tracker.desks.feedback.acting import act_on_feedback, own, receive_more
from postal_tracker.desks.feedback.denunciations import (
    close_denunciation,
    enter_denunciation,
    refuse_unnamed,
)
from postal_tracker.desks.feedback.opening import MOST_WAITING, open_feedback
from postal_tracker.desks.feedback.rights import unidentified
from postal_tracker.desks.feedback.shapes import (
    DenunciationForm,
    FeedbackActForm,
    FeedbackForm,
    OpenedView,
)

__all__ = [
    "MOST_WAITING",
    "DenunciationForm",
    "FeedbackActForm",
    "FeedbackForm",
    "OpenedView",
    "act_on_feedback",
    "close_denunciation",
    "enter_denunciation",
    "open_feedback",
    "own",
    "receive_more",
    "refuse_unnamed",
    "unidentified",
]

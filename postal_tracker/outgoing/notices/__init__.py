"""Citizens are told of what matters to them: by e-mail, Zalo and SMS, in the order they chose.

trying      one message to an address of an operator's own
sending     does what is due in each channel, for ever
reports     what gateways report of messages later on
shown       what the desk sees of them, and sending one again
choosing    how somebody wants to be told
settling    keeps what came of it, and decides what is done next
claiming    leases what is due, and writes each attempt down before it is made
queueing    who is told of what happened
dossiers    whose notices they are
people      by what somebody can be told, and where
standing    how it goes with each channel: its rate limit, its pauses
setup       which channels an operator has set up
email, sms, zalo (with its tokens), gateway
            one file for each channel, and what those over HTTP share
message, outcomes
            what a channel is given, and what can come of it
"""

from postal_tracker.outgoing.notices.queueing import forget_old, queue
from postal_tracker.outgoing.notices.sending import Teller
from postal_tracker.outgoing.notices.setup import Setup, setup_of
from postal_tracker.outgoing.notices.standing import paused
from postal_tracker.outgoing.notices.trying import try_out

__all__ = ["Setup", "Teller", "forget_old", "paused", "queue", "setup_of", "try_out"]

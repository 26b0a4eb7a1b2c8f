"""What other systems are told: changes get their numbers, and webhooks are called with them.

relay  numbers what has changed, and queues it for whoever wants to hear of it
"""

from postal_tracker.outgoing.relay import Relay

__all__ = ["Relay"]

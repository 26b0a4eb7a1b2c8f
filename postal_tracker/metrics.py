"""What operators watch (Prometheus). Carriers and states only, never a code or a name."""

from prometheus_client import REGISTRY, Counter, generate_latest

FORGED = Counter("postal_forged_messages", "Messages that did not prove their origin", ["carrier"])
MESSAGES = Counter(
    "postal_messages", "Messages kept, by how far we read them", ["carrier", "state"]
)


def exposition() -> bytes:
    """Return all metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)

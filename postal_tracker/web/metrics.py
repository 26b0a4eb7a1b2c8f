"""What operators watch (Prometheus). Carriers and states only, never a code or a name."""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, generate_latest

FORGED = Counter("postal_forged_messages", "Messages that did not prove their origin", ["carrier"])
MESSAGES = Counter(
    "postal_messages", "Messages kept, by how far we read them", ["carrier", "state"]
)

SHED = Counter("postal_shed_requests", "Requests refused because of overload", ["share"])
UNDER_WAY = Gauge("postal_requests_under_way", "Requests let in and not answered yet", ["share"])
CUT = Counter("postal_cut_connections", "Connections that were cut", ["why"])

_OF_CARRIERS = {
    "last_hook_timestamp_seconds": "When a webhook of it came last",
    "last_answer_timestamp_seconds": "When it last answered a question",
    "error_ratio": "Of its last some twenty questions, those that failed",
    "lag_seconds": "How long a parcel has waited to be asked about",
    "due_parcels": "Parcels that it should have been asked about by now",
    "rests": "Whether it is left alone, for it fails or wishes so",
}


def exposition(carriers: Mapping[str, Mapping[str, float | datetime | None]]) -> bytes:
    """Return all metrics in Prometheus' text format.

    `carriers` has those of `_OF_CARRIERS` by carrier, as they stand in the database now; what never
    happened is left out.
    """
    now = CollectorRegistry()
    for name, meaning in _OF_CARRIERS.items():
        gauge = Gauge(f"postal_carrier_{name}", meaning, ["carrier"], registry=now)
        for carrier, values in carriers.items():
            if (value := values[name]) is not None:
                gauge.labels(carrier).set(_number(value))
    return generate_latest(REGISTRY) + generate_latest(now)


def _number(value: float | datetime) -> float:
    return value.timestamp() if isinstance(value, datetime) else value

"""What paper says of the house itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from postal_tracker.storage.tables import Dossier
from postal_tracker.views.lookup import link_token


@dataclass(frozen=True, slots=True)
class Imprint:
    """How citizens reach us, and what carriers are called."""

    address: str
    """How a phone that reads the QR reaches us."""
    secret: str = field(repr=False)
    """Signs the links on receipts."""
    titles: Mapping[str, str]
    """The carriers' names by which people know them."""

    def link(self, dossier: Dossier) -> str:
        """Return where a citizen sees this dossier without any other proof."""
        return (
            f"{self.address}/t/{link_token(dossier.lookup_code, self.secret, dossier.link_number)}"
        )

    def title(self, carrier: str) -> str:
        """Return a carrier's name by which people know it."""
        return self.titles.get(carrier, carrier)

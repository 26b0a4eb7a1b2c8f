"""What the national public service portal is told, in its own names.

items    what an item of DongBoHoSoMC and of CapNhatTienDoHoSoMC holds
course   how a dossier stood after each entry: pure
mapping  how a dossier and an entry of the ledger become one: pure
feeds    which of them stand behind a cursor
"""

from postal_tracker.views.national.feeds import (
    MOST_ITEMS,
    DossierFeed,
    ProgressFeed,
    dossiers_behind,
    progress_behind,
)
from postal_tracker.views.national.items import CapNhatTienDoHoSoMC, DongBoHoSoMC

__all__ = [
    "MOST_ITEMS",
    "CapNhatTienDoHoSoMC",
    "DongBoHoSoMC",
    "DossierFeed",
    "ProgressFeed",
    "dossiers_behind",
    "progress_behind",
]

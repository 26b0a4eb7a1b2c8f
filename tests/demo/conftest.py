"""The rehearsal centre is tried from the command line too."""

from tests.commands.conftest import furnished, run

__all__ = ["furnished", "run"]

"""Write the next migration from the difference between the newest one and the tables."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine

with tempfile.TemporaryDirectory() as folder:
    engine = make_engine(f"sqlite:///{Path(folder) / 'empty.db'}")
    migrations.upgrade(engine)
    command.revision(migrations.config(engine), message=sys.argv[1], autogenerate=True)
    engine.dispose()

"""The event loop of the service: who knocks for https and then says nothing is hung up on.

Before a connection is encrypted nobody but the loop knows of it, so that `web/http/connections.py`
cannot cut it. uvloop and asyncio wait for a minute, and uvicorn has no setting for it.
"""

import sys
from typing import Any

if sys.platform != "win32":
    from uvloop import Loop as Base
else:
    from asyncio import ProactorEventLoop as Base

HANDSHAKE_SECONDS = 10.0
"""Half a dozen messages, over the worst of lines."""


class Loop(Base):
    """As uvicorn would take it, but for that bound."""

    async def create_server(self, *how: Any, ssl: Any = None, **more: Any) -> Any:
        """Listen; a handshake has to be done in time."""
        if ssl is not None:
            more.setdefault("ssl_handshake_timeout", HANDSHAKE_SECONDS)
        return await super().create_server(*how, ssl=ssl, **more)

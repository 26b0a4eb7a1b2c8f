"""The centre's doors on a real socket, for tests that need one."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from postal_tracker.commands.serving import HTTP, accepting
from tests.centre import Centre, app_of


@contextlib.contextmanager
def serving(
    centre: Centre, around: Callable[[ASGIApp], ASGIApp] = lambda app: app, port: int = 0
) -> Iterator[str]:
    """Serve the centre on a free port of loopback, with something around it; give the base URL."""
    with socket.create_server(("127.0.0.1", port)) as listening:
        app = app_of(centre.house)
        how = {**HTTP, "lifespan": "off"}
        if (dressed := around(app)) is not app:
            how["http"] = "httptools"  # our own asks the service for its bounds
        config = uvicorn.Config(dressed, **how)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=(accepting(listening),), name="centre")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()

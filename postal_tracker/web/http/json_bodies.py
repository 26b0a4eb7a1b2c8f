"""Bodies are read strictly: half a character, NaN, or a key that stands twice makes no form."""

from collections.abc import Callable, Coroutine
from json import JSONDecodeError
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from adapters.strict_json import read_object
from postal_tracker.forms import invalid


def read_body(body: bytes) -> dict[str, object]:
    """Return the object that a body is. Raises Invalid."""
    try:
        return read_object(body)
    except ValueError:
        raise invalid([{"type": "json_invalid", "loc": ()}]) from None


class StrictRoute(APIRoute):
    """A route whose JSON body is an object read strictly; else it is refused like a bad form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return handle_strictly


class _StrictRequest(Request):
    async def json(self) -> Any:
        try:
            return read_object(await self.body())
        except ValueError as fault:
            raise JSONDecodeError(str(fault), "", 0) from None

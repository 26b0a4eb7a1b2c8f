"""The rehearsal carrier as a service: it takes parcels, answers questions and sends webhooks.

POST /parcels        expect a parcel
POST /pickups        the postman has these in his bag; from here on they travel
GET  /tracking       every scan so far
POST /messages       take an SMS, as a gateway does; it reaches nobody
GET  /messages/{id}  what became of it
POST /mischief       let things go wrong, or right again
POST /clock/advance  move the clock, if it is moved by hand
GET  /healthz        alive; the one call that needs no token

A stand-in (test double): it runs on loopback, beside the tracker that it tests.
"""

import asyncio
import contextlib
import secrets
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Annotated

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from postal_tracker.rehearsal.hooks import Mischief, as_told
from postal_tracker.rehearsal.post import ParcelToCome, Pickup, Post, RehearsalSettings

NUMBERS_PER_QUESTION = 50
MOST_BODY_BYTES = 64 * 1024

Chance = Annotated[float, Field(ge=0, le=1)]


class MischiefWanted(BaseModel):
    """What is not named goes right again."""

    late_seconds: float = Field(0, ge=0, le=86_400)
    doubled: Chance = 0.0
    drop: Chance = 0.0
    shuffled: bool = False
    outage_seconds: float = Field(0, ge=0, le=86_400)


class MessageToSend(BaseModel):
    """An SMS to a citizen. Number and text are passed over: nothing of them is kept."""

    id: str = Field(max_length=48)


class ClockMove(BaseModel):
    minutes: float = Field(ge=0, le=366 * 24 * 60)
    wait_seconds: float = Field(0, ge=0, le=30)
    """How long the answer may wait for the hooks to be sent."""


def _post(request: Request) -> Post:
    post = request.app.state.post
    assert isinstance(post, Post)  # noqa: S101 - for the type checker
    return post


ThePost = Annotated[Post, Depends(_post)]
router = APIRouter()


@router.get("/healthz")
async def healthz() -> dict[str, bool]:
    return {"ok": True}


@router.post("/parcels", status_code=201)
async def expect(parcel: ParcelToCome, post: ThePost, response: Response) -> dict[str, str]:
    response.status_code = 201 if post.expect(parcel) else 200
    return {"tracking_number": parcel.tracking_number}


@router.post("/pickups")
async def pick_up(pickup: Pickup, post: ThePost) -> dict[str, list[str]]:
    return {"picked_up": post.take(pickup)}


@router.get("/tracking")
async def tracking(
    numbers: Annotated[str, Query(max_length=41 * NUMBERS_PER_QUESTION)], post: ThePost
) -> dict[str, list[dict[str, str]]]:
    asked = numbers.split(",")
    if len(asked) > NUMBERS_PER_QUESTION:
        raise HTTPException(422, f"at most {NUMBERS_PER_QUESTION} numbers a question")
    post.catch_up()
    return {"scans": [as_told(scan) for scan in post.world.tracking(asked)]}


@router.post("/messages", status_code=202)
async def take_message(message: MessageToSend, request: Request) -> dict[str, str]:
    request.app.state.messages.add(message.id)
    return {"status": "sent"}


@router.get("/messages/{id_}")
async def message_status(id_: str, request: Request) -> dict[str, str]:
    if id_ not in request.app.state.messages:
        raise HTTPException(404, "never taken")
    return {"status": "delivered"}


@router.post("/mischief")
async def make_mischief(wanted: MischiefWanted, post: ThePost) -> MischiefWanted:
    post.hooks.mischief = Mischief(
        late_seconds=wanted.late_seconds,
        doubled=wanted.doubled,
        dropped=wanted.drop,
        shuffled=wanted.shuffled,
        out_until=time.monotonic() + wanted.outage_seconds,
    )
    return wanted


@router.post("/clock/advance")
async def move_clock(move: ClockMove, post: ThePost) -> dict[str, str | int | bool]:
    if not post.is_moved_by_hand:
        raise HTTPException(409, "this clock goes by itself")
    scans = post.move_clock(timedelta(minutes=move.minutes))
    all_sent = await post.hooks.settle(within_seconds=move.wait_seconds)
    return {"now": post.now().isoformat(), "scans": scans, "all_sent": all_sent}


class Gate:
    """Lets in who shows the token, while the power is on. Mischief can always be ended."""

    def __init__(self, app: ASGIApp, post: Post, token: str) -> None:
        self._app = app
        self._post = post
        self._right = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["path"] == "/healthz":
            return None
        shown = dict(scope["headers"]).get(b"authorization", b"")
        if not secrets.compare_digest(shown, self._right):
            return JSONResponse({"detail": "who asks?"}, 401, {"www-authenticate": "Bearer"})
        out_seconds = self._post.hooks.mischief.out_seconds
        if out_seconds and scope["path"] != "/mischief":
            wait = {"retry-after": str(int(out_seconds) + 1)}
            return JSONResponse({"detail": "no power"}, 503, wait)
        return None


def create_rehearsal_app(settings: RehearsalSettings) -> FastAPI:
    post = Post(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        work = asyncio.gather(post.hooks.send_for_ever(), post.catch_up_for_ever())
        yield
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work

    app = FastAPI(
        title="Bưu chính Diễn tập",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=MOST_BODY_BYTES,
    )
    app.state.post = post
    app.state.messages = set()
    app.include_router(router)
    app.add_middleware(Gate, post=post, token=settings.token)
    return app


def run(settings: RehearsalSettings, *, host: str = "127.0.0.1", port: int = 8100) -> None:
    """Serve until told to stop. Keep it on loopback."""
    _server(settings, host=host, port=port).run()


@contextlib.contextmanager
def running(
    settings: RehearsalSettings, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Serve in a thread of its own, on any free port by default; gives the base URL."""
    with socket.create_server((host, port)) as listening:
        server = _server(settings, host=host, port=port)
        thread = threading.Thread(target=server.run, args=([listening],), name="rehearsal")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            if not server.started:
                raise RuntimeError("the rehearsal carrier could not start")
            yield f"http://{host}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _server(settings: RehearsalSettings, *, host: str, port: int) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            create_rehearsal_app(settings),
            host=host,
            port=port,
            access_log=False,
            log_config=None,
            lifespan="on",
            ws="none",
            timeout_graceful_shutdown=3,
        )
    )

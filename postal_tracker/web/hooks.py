"""One address for every carrier's webhooks: kept first, answered after the commit.

bytes -> verify -> read (both pure) -> inbox.keep_each (one transaction) -> the answer
"""

import hmac

from fastapi import APIRouter, HTTPException, Request, Response

from adapters.carrier import Carrier, Forged
from adapters.event import Source
from postal_tracker.carriers import inbox
from postal_tracker.core.problems import Unauthorised, no_such
from postal_tracker.house import House
from postal_tracker.outgoing.notices import reports, setup_of
from postal_tracker.web import metrics
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import HookCarrier, HookSecret, NoticeChannelInPath

router = APIRouter(tags=["hooks"])

GZIP = b"\x1f\x8b"


_THEIRS = {
    "description": "Whatever the carrier sends.",
    "content": {"application/json": {"schema": {}}},
}


@router.post(
    "/hooks/{carrier}/{secret}",
    responses=documented(401, 404, 405, 413, 415, 422, 500, 503),
    openapi_extra={"requestBody": _THEIRS},
)
async def receive_message(carrier: HookCarrier, secret: HookSecret, request: Request) -> Response:
    """Take a carrier's message; 200 in the carrier's own shape once it is kept.

    The address itself is the carrier's, by its last part; most carriers sign besides.
    """
    house = house_of(request)
    if not house.carriers.hook_secrets(carrier):
        raise no_such("carrier")
    body = await request.body()
    if body.startswith(GZIP):
        raise HTTPException(415)  # packed, but not said to be: kept, nobody could ever read it
    known = house.carriers.find(carrier)
    source = _verified(house, known, secret, request, body)
    message = inbox.read(house.carriers, carrier, source, body)
    state = await house.database.write_each(inbox.keep_each, (message, house.now()))
    metrics.MESSAGES.labels(carrier, state.value).inc()
    answer = known.answer(dict(request.headers))
    return Response(answer.body, media_type=answer.media_type)


@router.post(
    "/hooks/notices/{channel}/{secret}",
    response_class=Response,
    responses=documented(401, 405, 413, 415, 422, 500, 503),
    openapi_extra={"requestBody": _THEIRS},
)
async def receive_notice_report(
    channel: NoticeChannelInPath, secret: HookSecret, request: Request
) -> Response:
    """Take a gateway's report of a message to a citizen: delivered, or not. Always 200 then."""
    house = house_of(request)
    if not reports.may_report(house.settings.notices, channel, secret):
        raise _forged(channel)
    told = reports.read(channel, await request.body())
    if told is not None:
        setup, now = setup_of(house), house.now()
        await house.database.write(lambda s: reports.keep(s, channel, told, setup=setup, now=now))
    return Response()


@router.head(
    "/hooks/{carrier}/{secret}",
    response_class=Response,
    responses=documented(401, 404, 422, 500),
)
async def try_hook_address(carrier: HookCarrier, secret: HookSecret, request: Request) -> Response:
    """Answer 200 for a right address: some carriers try it before they send a webhook there."""
    house = house_of(request)
    if not house.carriers.hook_secrets(carrier):
        raise no_such("carrier")
    if not _is_right_address(house, carrier, secret):
        raise _forged(carrier)
    return Response()


def _verified(house: House, carrier: Carrier, secret: str, request: Request, body: bytes) -> Source:
    """Return how far the message is proven. Of a forged one nothing is kept but a count."""
    try:
        if not _is_right_address(house, carrier.name, secret):
            raise Forged("wrong address")
        return carrier.verify(dict(request.headers), dict(request.query_params), body)
    except Forged:
        raise _forged(carrier.name) from None


def _is_right_address(house: House, carrier: str, secret: str) -> bool:
    given = secret.encode()
    # All are compared, so that the time tells nothing of which one is near.
    right = [hmac.compare_digest(s.encode(), given) for s in house.carriers.hook_secrets(carrier)]
    return any(right)


def _forged(carrier: str) -> Unauthorised:
    metrics.FORGED.labels(carrier).inc()
    return Unauthorised(
        "forged-message",
        "Tin này không chứng minh được nguồn gốc.",
        "The message does not prove where it comes from.",
    )

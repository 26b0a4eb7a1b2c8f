"""Bưu điện Việt Nam: EMS of two generations, MyVNPost Connect, and the public-administration post.

`ems`, `myvnpost` and `hcc` say where their facts come from, and how sure they are. What all have in
common: no message proves anything, so that whatever a hook tells is a claim until it is polled.

Polled is MyVNPost where its three credentials are set, else EMS with the merchant's token. The
documents of EMS write http://; we begin with https:// because the token stands in the address. If
the carrier should not take it, the operator sets another base address and knows what he does.

EMS's hooks come with the header `ems-transaction`, which the answer repeats (high).

Announcing (EMS: POST /orders/create-v2, MyVNPost: CreateOrder) is left out: it wants the carrier's
own codes of places, a service and a weight, none of which an announcement has, and it is nowhere
said what happens when one order is created twice.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import quote

import httpx

from adapters import strict_json
from adapters.asking import InHeaders, Refused, fetch
from adapters.carrier import Defaults, HookAnswer, Status
from adapters.event import CarrierEvent, Milestone, Source
from adapters.s10 import is_s10
from adapters.vnpost import ems, hcc, myvnpost
from adapters.vnpost.statuses import STATUSES

MYVNPOST = "https://connect-my.vnpost.vn"
HAS_RUN_OUT = (401, 403)


@dataclass(slots=True)
class Token:
    """What the last log-in brought. The only thing of an adapter's that changes."""

    value: str = field(default="", repr=False)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


@dataclass(frozen=True, slots=True)
class Vnpost(Defaults):
    """Vietnam Post, asked with EMS's token or by MyVNPost's log-in."""

    name: ClassVar[str] = "vnpost"
    title: ClassVar[str] = "Bưu điện Việt Nam"
    public_address: ClassVar[str] = "https://ws.ems.com.vn/api/v1"
    statuses: ClassVar[Mapping[str, Status]] = STATUSES

    base_url: str
    token: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    customer_code: str = ""
    hcc_statuses: Mapping[str, Milestone] = field(default_factory=dict)
    """What the public-administration post's codes mean, as the operator found out."""
    log_in: Token = field(default_factory=Token, compare=False)

    @property
    def speaks_myvnpost(self) -> bool:
        return bool(self.username and self.password and self.customer_code)

    @property
    def can_be_asked(self) -> bool:
        return bool(self.token) or self.speaks_myvnpost

    def is_number(self, tracking_number: str) -> bool:
        return is_s10(tracking_number)

    def verify(
        self, _headers: Mapping[str, str], _query: Mapping[str, str], _body: bytes
    ) -> Source:
        return Source.UNSIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        message = strict_json.read_object(body)
        if hcc.is_of_it(message):
            return hcc.read_hook(message, self.hcc_statuses)
        return myvnpost.read_hook(message) if "data" in message else ems.read_hook(message)

    def answer(self, headers: Mapping[str, str]) -> HookAnswer:
        told = {"code": "success", "transaction": headers.get("ems-transaction", "")}
        return HookAnswer(json.dumps(told).encode())

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        (number,) = tracking_numbers
        if self.speaks_myvnpost:
            return await self._ask_myvnpost(client, number)
        answer = await fetch(
            client,
            "GET",
            f"{self.address}/orders/tracking/{quote(number, safe='')}",
            params={"merchant_token": self.token},
        )
        return ems.read_answer(answer, number)

    async def _ask_myvnpost(self, client: httpx.AsyncClient, number: str) -> list[CarrierEvent]:
        order = myvnpost.read_order(
            await self._call(client, "getOrder", number), number, self.customer_code
        )
        if order is None:
            return []
        history = await self._call(client, "GetStatusHistoryOrder", number)
        return myvnpost.read_answers(order, history, number)

    async def _call(self, client: httpx.AsyncClient, what: str, number: str) -> bytes:
        """Ask once; if the log-in has run out, log in and ask once more, and never again."""
        token = self.log_in.value
        if token:
            try:
                return await self._fetch(client, what, number, token)
            except Refused as refused:
                if refused.status not in HAS_RUN_OUT:
                    raise
        return await self._fetch(client, what, number, await self._renewed(client, token))

    async def _fetch(self, client: httpx.AsyncClient, what: str, number: str, token: str) -> bytes:
        return await fetch(
            client,
            "GET",
            f"{self._myvnpost}/{what}",
            params={"type": 1, "code": number},
            auth=InHeaders({"token": token}),
        )

    async def _renewed(self, client: httpx.AsyncClient, token: str) -> str:
        """Return another token than this one: of several questions at once only one logs in."""
        async with self.log_in.turn:
            if self.log_in.value == token:
                await self._log_in(client)
            return self.log_in.value

    async def _log_in(self, client: httpx.AsyncClient) -> None:
        answer = await fetch(
            client,
            "POST",
            f"{self._myvnpost}/GetAccessToken",
            json={
                "username": self.username,
                "password": self.password,
                "customerCode": self.customer_code,
            },
        )
        self.log_in.value = myvnpost.read_token(answer)

    @property
    def _myvnpost(self) -> str:
        return (self.base_url or MYVNPOST).rstrip("/")

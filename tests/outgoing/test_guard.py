"""Who subscribes chooses where we call: never a machine of the inner network."""

import asyncio
import socket

import httpx
import pytest

from postal_tracker.outgoing import guard
from postal_tracker.outgoing.guard import GuardedTransport, NotPublic, is_public, may_be_called

ALLOWED = frozenset({"portal.local:8443", "127.0.0.1:9000"})

REFUSED = (
    "http://portal.example.vn/hook",
    "https://portal.example.vn:8443/hook",
    "https://user:word@portal.example.vn/",
    "https://user@portal.example.vn/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://10.1.2.3/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://224.0.0.1/",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://portal/",
    "https://portal.example.vn/#part",
    "https://portal.example.vn\\@10.0.0.1/",
    "https://portal.example.vn/ x",
    "https://cổng.vn/",
    "ftp://portal.local:8443/",
    "gopher://127.0.0.1:9000/",
    "file:///etc/passwd",
    "https://",
    "https://portal.example.vn:999999/",
    "",
    "https://portal.example.vn/" + "x" * 500,
)


@pytest.mark.parametrize("url", REFUSED)
def test_such_an_address_cannot_be_subscribed_with(url):
    assert not may_be_called(url, ALLOWED)


@pytest.mark.parametrize(
    "url",
    [
        "https://portal.example.vn/hook?of=1",
        "https://portal.example.vn:443/",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://portal.local:8443/hook",
        "http://127.0.0.1:9000/",
    ],
)
def test_such_an_address_can(url):
    assert may_be_called(url, ALLOWED)


def test_an_address_that_leads_to_any_machine_is_not_public():
    assert not any(map(is_public, ("64:ff9b::8.8.8.8", "2002:808:808::1", "192.88.99.1")))


class Connected(httpx.AsyncBaseTransport):
    """Stands for the network: keeps where a connection would have gone."""

    def __init__(self):
        self.asked = []

    async def handle_async_request(self, request):
        self.asked.append(request)
        return httpx.Response(204)


def call(url, monkeypatch, *addresses, allowed=frozenset()):
    """Call a name that has these addresses; return what reached the network."""

    async def resolved(_loop, _host, port, **_kind):
        families = {False: socket.AF_INET, True: socket.AF_INET6}
        return [(families[":" in a], 1, 6, "", (a, port)) for a in addresses]

    async def ask():
        inner = Connected()
        async with httpx.AsyncClient(transport=GuardedTransport(inner, allowed)) as client:
            await client.post(url)
        return inner.asked

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolved)
    return asyncio.run(ask())


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    [asked] = call("https://portal.example.vn/hook", monkeypatch, "2606:4700::1111", "8.8.8.8")

    assert asked.url == "https://8.8.8.8/hook"
    assert asked.headers["host"] == "portal.example.vn"
    assert asked.extensions["sni_hostname"] == "portal.example.vn"


@pytest.mark.parametrize(
    "addresses", [("10.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("8.8.8.8", "::1"), ()]
)
def test_a_name_of_which_one_address_is_not_public_is_not_called(monkeypatch, addresses):
    with pytest.raises(NotPublic):
        call("https://portal.example.vn/", monkeypatch, *addresses)


def test_an_operator_lets_a_place_of_the_intranet_be_called_and_no_other(monkeypatch):
    allowed = guard.allowed_places("portal.local:8443, 10.0.0.1:80")
    assert call("https://portal.local:8443/", monkeypatch, "10.0.0.1", allowed=allowed)
    with pytest.raises(NotPublic):
        call("https://portal.local:8444/", monkeypatch, "10.0.0.1", allowed=allowed)

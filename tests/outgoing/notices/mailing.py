"""A mail server on this machine (aiosmtpd), which answers as a test wants it to."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any

from aiosmtpd.smtp import SMTP

BREAKS_OFF = "taken, and the line goes dead"


@dataclass
class Mail:
    """Keeps what it took; `answers` says how it answers its n-th text."""

    port: int = 0
    answers: Callable[[int], str] = lambda _n: "250 OK"
    recipients: Callable[[str], str] = lambda _to: "250 OK"
    tries: int = 0
    taken: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls by name
        self, _server: Any, _session: Any, envelope: Any, to: str, _options: Any
    ) -> str:
        answer = self.recipients(to)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(  # noqa: N802 - as above
        self, server: Any, _session: Any, envelope: Any
    ) -> str:
        self.tries += 1
        answer = self.answers(self.tries)
        if answer.startswith("250") or answer == BREAKS_OFF:
            self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        if answer == BREAKS_OFF:
            server.transport.abort()
        return answer

    def subjects(self) -> list[str]:
        return [mail["subject"] for mail in self.taken]


@contextmanager
def mailing() -> Iterator[Mail]:
    mail, ready, ends = Mail(), threading.Event(), []

    async def serve() -> None:
        loop, end = asyncio.get_running_loop(), asyncio.Event()
        ends.append(partial(loop.call_soon_threadsafe, end.set))
        server = await loop.create_server(lambda: SMTP(mail), "127.0.0.1", 0)
        mail.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await end.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(5)
    try:
        yield mail
    finally:
        ends[0]()
        thread.join(5)

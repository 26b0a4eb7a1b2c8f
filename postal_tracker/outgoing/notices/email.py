"""E-mail by SMTP. A server that has said 250 to the text has taken it; that is all it tells."""

import ssl
from email.header import Header
from email.mime.text import MIMEText
from email.utils import formatdate
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from postal_tracker.outgoing.notices.message import Letter, Message
from postal_tracker.outgoing.notices.outcomes import (
    BROKEN_OFF,
    NOT_LET_IN,
    NOT_TAKEN,
    THROTTLED,
    UNREACHABLE,
    WRONG_ADDRESS,
    Fate,
    Outcome,
)
from postal_tracker.settings.parts import EmailSettings

TIMEOUT_SECONDS = 20.0

_PERMANENT = 500


class Email:
    """The mail server that an operator has named."""

    can_be_asked = False

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self.rate_per_second = settings.rate_per_second

    async def send(self, message: Message) -> Outcome:
        words = message.words
        return await self.post(Letter(message.reference, message.to, words.subject, words.letter))

    async def post(self, letter: Letter) -> Outcome:
        """Send one letter, to whomever."""
        try:
            written = mail_of(letter, self._settings.sender).as_bytes()
            letter.to.encode("ascii")
        except ValueError:  # an address that this server need not understand
            return Outcome(Fate.REFUSED, WRONG_ADDRESS)
        client = self._client()
        try:
            return await self._sent(client, letter.to, written)
        finally:
            client.close()

    async def _sent(self, client: SMTP, to: str, written: bytes) -> Outcome:
        """Go through the dialogue; until the text is sent nothing has been taken for certain."""
        if fault := await self._let_in(client):
            return Outcome(Fate.BUSY, fault)
        try:
            await client.mail(self._settings.sender)
            await client.rcpt(to)
        except SMTPRecipientRefused as refused:
            return _refused(refused.code, WRONG_ADDRESS)
        except SMTPResponseException:
            return Outcome(Fate.BUSY, NOT_LET_IN)
        except (SMTPException, OSError):
            return Outcome(Fate.BUSY, UNREACHABLE)
        try:
            await client.data(written)
        except SMTPResponseException as refused:
            return _refused(refused.code, NOT_TAKEN)
        except (SMTPException, OSError):
            return Outcome(Fate.UNKNOWN, BROKEN_OFF)
        return Outcome(Fate.TAKEN)

    async def _let_in(self, client: SMTP) -> str:
        """Connect and sign in; return what stood in the way."""
        try:
            await client.connect()
        except SMTPResponseException:
            return NOT_LET_IN
        except (SMTPException, OSError, ssl.SSLError, ValueError):
            return UNREACHABLE
        return ""

    def _client(self) -> SMTP:
        one = self._settings
        return SMTP(
            hostname=one.host,
            port=one.port,
            username=one.username or None,
            password=one.password.get_secret_value() or None,
            use_tls=one.security == "tls",
            start_tls=one.security == "starttls",
            timeout=TIMEOUT_SECONDS,
        )

    async def ask(self, reference: str) -> Outcome:  # noqa: ARG002 - nobody can be asked
        return Outcome(Fate.UNKNOWN)


def mail_of(letter: Letter, sender: str) -> MIMEText:
    """Return an e-mail. Its subject is encoded as a whole: `EmailMessage` loses spaces there."""
    mail = MIMEText(letter.text, "plain", "utf-8")
    mail["From"], mail["To"] = sender, letter.to
    subject: Any = Header(letter.subject, "utf-8")
    mail["Subject"] = subject
    mail["Date"] = formatdate()
    mail["Message-ID"] = f"<{letter.reference}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday note comes back
    return mail


def _refused(code: int, fault: str) -> Outcome:
    """Return what an answer means: 5xx for good, 4xx for now."""
    if code >= _PERMANENT:
        return Outcome(Fate.REFUSED, fault)
    return Outcome(Fate.BUSY, THROTTLED)

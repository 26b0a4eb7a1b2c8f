"""`/.well-known/security.txt` (RFC 9116): whom to tell of a hole in this installation."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response

from postal_tracker.core.problems import no_such
from postal_tracker.web.http.auth import house_of

router = APIRouter(include_in_schema=False)

_GOOD_FOR = timedelta(days=90)
"""RFC 9116, 2.5.5, asks for less than a year; it is made anew at each asking."""


@router.get("/.well-known/security.txt")
async def show_contact(request: Request) -> Response:
    """Answer 404 where no contact is set: one that nobody reads is worse than none."""
    house = house_of(request)
    contact = house.settings.security_contact
    if not contact:
        raise no_such("page")
    text = security_txt(contact, house.settings.address, house.now())
    return Response(text, media_type="text/plain; charset=utf-8")


def security_txt(contact: str, address: str, now: datetime) -> str:
    """Return the file; its end lies at a midnight, so that it stays the same for a day."""
    end = (now + _GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {contact}", f"Expires: {end:%Y-%m-%dT%H:%M:%SZ}"]
    lines += ["Preferred-Languages: vi, en"]
    if address.startswith("https://"):
        lines.append(f"Canonical: {address}/.well-known/security.txt")
    return "\n".join(lines) + "\n"

"""Who sends a parcel and who receives it, as paper names them."""

import phonenumbers
from sqlmodel import Session, select

from labels import Party
from postal_tracker.core.journey import Direction
from postal_tracker.storage.tables import Authority, Office, Parcel, Recipient
from postal_tracker.views.parcels import address_of, citizen_of

_VIETNAM = 84


def sender_and_recipient(session: Session, parcel: Parcel) -> tuple[Party, Party]:
    """Return who sends a parcel, and who receives it: whoever was chosen, else by its direction."""
    authority = session.get(Authority, parcel.authority_id) if parcel.authority_id else None
    centre = _office(session.get_one(Office, parcel.office_id))
    there = _authority(authority) if authority else centre
    direction = Direction(parcel.direction)
    sender, recipient = centre, there
    if direction is Direction.TO_CENTRE:
        sender, recipient = there, centre
    if direction is Direction.TO_CITIZEN:
        recipient = _citizen(session, parcel)
    if parcel.to_office_id:
        recipient = _office(session.get_one(Office, parcel.to_office_id))
    return sender, _chosen(session, parcel) or recipient


def name_above(session: Session, office: Office) -> str:
    """Return what the office above this one is called; empty if there is none."""
    parent = session.exec(select(Office).where(Office.code == office.parent_code)).first()
    return parent.name_vi if parent else ""


def spoken(phone: str) -> str:
    """Return a telephone number as it is dialled and read aloud here: "0912 345 678".

    A foreign one keeps its country code; what is not one whole number ("0203 385 4001/002") stays
    as it was written.
    """
    try:
        number = phonenumbers.parse(phone, "VN")
    except phonenumbers.NumberParseException:
        return phone
    if not phonenumbers.is_valid_number(number):
        return phone
    at_home = number.country_code == _VIETNAM
    ways = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(number, ways.NATIONAL if at_home else ways.INTERNATIONAL))


def _office(office: Office) -> Party:
    return Party(office.name_vi, _lines(office.address, office.phone))


def _authority(authority: Authority) -> Party:
    return Party(authority.name_vi, _lines(authority.address, authority.phone))


def _chosen(session: Session, parcel: Parcel) -> Party | None:
    chosen = session.get(Recipient, parcel.id)
    return Party(chosen.name, _lines(chosen.address, chosen.phone)) if chosen else None


def _citizen(session: Session, parcel: Parcel) -> Party:
    applicant = citizen_of(session, parcel.id)
    if applicant is None:
        return Party("", ())
    return Party(applicant.name, _lines(address_of(applicant), applicant.phone))


def _lines(address: str, phone: str) -> tuple[str, ...]:
    return tuple(filter(None, (address, f"ĐT: {spoken(phone)}" if phone else "")))

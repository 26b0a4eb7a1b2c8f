"""Which carriers this house works with; the only importer of the carriers' registry."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from adapters import registry
from adapters.carrier import Carrier
from adapters.event import Milestone
from postal_tracker.access import kept_settings
from postal_tracker.core.problems import FieldFault, Invalid, no_such
from postal_tracker.settings import CarrierSettings, Settings


class Carriers:
    """The carriers by name, with their hook secrets."""

    def __init__(self, settings: Settings) -> None:
        meanings = hcc_meanings(settings.hcc_statuses_file)
        self._by_name = registry.build(
            {
                name: registry.CarrierSettings(
                    base_url=carrier.base_url,
                    token=carrier.token.get_secret_value(),
                    signing_key=carrier.signing_key.get_secret_value(),
                    username=carrier.username,
                    password=carrier.password.get_secret_value(),
                    customer_code=carrier.customer_code,
                    meanings=meanings,
                    rate_per_second=carrier.rate_per_second,
                )
                for name, carrier in settings.carriers.items()
            }
        )
        registry.refuse_unknown(settings.unused_carriers)
        self._unused = settings.unused_carriers
        self._rates = {n: c.rate_per_second for n, c in settings.carriers.items()}
        self._own_pages = {n: c.own_page for n, c in settings.carriers.items() if c.own_page}
        self._hook_secrets = {n: c.hook_secrets for n, c in settings.carriers.items()}

        self.titles = {name: carrier.title for name, carrier in self._by_name.items()}

    def __iter__(self) -> Iterator[Carrier]:
        return iter(self._by_name.values())

    def find(self, name: str) -> Carrier:
        """Return the carrier of this name. Raises NotFound."""
        if name not in self._by_name:
            raise no_such("carrier")
        return self._by_name[name]

    @property
    def choices(self) -> dict[str, str]:
        """Return the carriers to which this centre hands parcels, with their titles."""
        used = (c for c in self if c.carries and c.name not in self._unused)
        return {carrier.name: carrier.title for carrier in used}

    def chosen(self, name: str) -> Carrier:
        """Return the carrier that a form names. Raises Invalid, with the choices there are."""
        if name in self.choices:
            return self._by_name[name]
        names = ", ".join(sorted(self.choices))
        vi = f"Không có đơn vị bưu chính này; chọn một trong: {names}."
        en = f"There is no such carrier; choose one of: {names}."
        raise Invalid("unknown-carrier", vi, en, [FieldFault("carrier", vi, en)])

    @property
    def connected(self) -> list[str]:
        """Return the carriers and sources whose news come to us: polled, or by webhook."""
        return [c.name for c in self if c.can_be_asked or self.hook_secrets(c.name)]

    # Who is polled and told about whose parcels

    def asked_at(self, name: str) -> set[str]:
        """Return the carriers whose parcels are polled at this one, or at this source.

        A carrier is polled itself if it can be, else the first source that can be.
        """
        return {c.name for c in self if c.carries and self._asked_about(c) == name}

    def announced_at(self, name: str) -> set[str]:
        """Return the carriers whose parcels this one, or this source, is told of beforehand.

        A source wants to know of the parcels about which it will be polled.
        """
        known = self.find(name)
        if not known.takes_announcements:
            return set()
        return {name} if known.carries else self.asked_at(name)

    def _asked_about(self, carrier: Carrier) -> str | None:
        if carrier.can_be_asked:
            return carrier.name
        if carrier.name == "by_hand":
            return None  # no source in the world knows where our own messenger is
        return next((c.name for c in self if c.can_be_asked and not c.carries), None)

    def rate_per_second(self, name: str) -> float:
        """Return a carrier's rate limit: how many questions a second it bears."""
        return self._rates.get(name, 1.0)

    def own_page(self, name: str, number: str) -> str:
        """Return the address of a carrier's own page about a parcel; "" if none is known."""
        known = self._by_name[name].own_page if name in self._by_name else ""
        page = self._own_pages.get(name, known)
        return page.replace("{number}", quote(number, safe=""))

    def hook_secrets(self, name: str) -> tuple[str, ...]:
        return self._hook_secrets.get(name, ())


READS = registry.READS

NO_SETTINGS = CarrierSettings()


def settable(carriers: Carriers) -> dict[str, str]:
    """Return the carriers and sources that read settings, with their titles.

    Those of the registry, used here or not; the rehearsal's only where it is set up.
    """
    names = [n for n in READS if n != "rehearsal" or n in carriers.titles]
    unset = registry.CarrierSettings()
    return {n: carriers.titles.get(n) or registry.MAKERS[n](unset).title for n in names}


def with_kept(
    given: Mapping[str, CarrierSettings], kept: Mapping[str, str]
) -> dict[str, CarrierSettings]:
    """Return carriers' settings: as the environment gave them, else as an administrator has."""
    merged = dict(given)
    for name, text in kept.items():
        _, carrier, field = [*name.split(".", 2), "", ""][:3]
        if carrier not in registry.MAKERS or is_given(given, carrier, field):
            continue
        value = float(text) if field == "rate_per_second" else text
        secret = SecretStr(text) if field in kept_settings.SECRETS else value
        now = merged.get(carrier, NO_SETTINGS)
        merged[carrier] = now.model_copy(update={field: secret})
    return merged


def is_given(given: Mapping[str, CarrierSettings], carrier: str, field: str) -> bool:
    """Tell whether the environment says something of a carrier's setting."""
    one = given.get(carrier, NO_SETTINGS)
    value = getattr(one, field)
    said = value.get_secret_value() if isinstance(value, SecretStr) else value
    return field in one.model_fields_set and said != ""


def hcc_meanings(file: Path | None) -> Mapping[str, Milestone]:
    """Read what the public-administration post's codes mean. Raises ValueError with the line."""
    if file is None:
        return {}
    meanings = {}
    with file.open(encoding="utf-8-sig", newline="") as table:
        for line, row in enumerate(csv.reader(table), 1):
            if line == 1 or not row:
                continue
            if len(row) != 2 or row[1].strip() not in set(Milestone):
                raise ValueError(
                    f"{file.name}, line {line}: a code and one of {', '.join(Milestone)}"
                )
            meanings[row[0].strip()] = Milestone(row[1].strip())
    return meanings

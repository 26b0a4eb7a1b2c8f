"""Which carriers this house works with; the only importer of the carriers' registry."""

from collections.abc import Iterator

from adapters import registry
from adapters.carrier import Carrier
from postal_tracker.problems import FieldFault, Invalid, NotFound, no_such
from postal_tracker.settings import Settings


class Carriers:
    """The carriers by name, with their hook secrets."""

    def __init__(self, settings: Settings) -> None:
        self._by_name = registry.build(
            {
                name: registry.CarrierSettings(
                    base_url=carrier.base_url,
                    token=carrier.token.get_secret_value(),
                    signing_key=carrier.signing_key.get_secret_value(),
                    username=carrier.username,
                    password=carrier.password.get_secret_value(),
                    rate_per_second=carrier.rate_per_second,
                )
                for name, carrier in settings.carriers.items()
            }
        )
        self._hook_secrets = {n: c.hook_secrets for n, c in settings.carriers.items()}

        self.titles = {name: carrier.title for name, carrier in self._by_name.items()}

    def __iter__(self) -> Iterator[Carrier]:
        return iter(self._by_name.values())

    def find(self, name: str) -> Carrier:
        """Return the carrier of this name. Raises NotFound."""
        if name not in self._by_name:
            raise no_such("carrier")
        return self._by_name[name]

    def chosen(self, name: str) -> Carrier:
        """Return the carrier that a form names. Raises Invalid, with the names there are."""
        try:
            return self.find(name)
        except NotFound:
            names = ", ".join(sorted(self._by_name))
            vi = f"Không có đơn vị bưu chính này; chọn một trong: {names}."
            en = f"There is no such carrier; choose one of: {names}."
            raise Invalid("unknown-carrier", vi, en, [FieldFault("carrier", vi, en)]) from None

    def hook_secrets(self, name: str) -> tuple[str, ...]:
        return self._hook_secrets.get(name, ())

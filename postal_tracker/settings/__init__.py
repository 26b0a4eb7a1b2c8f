"""Every setting: its unit, its safe default, and one sentence.

Read from the environment or `.env`, prefix `POSTAL_`. Each is also read from the file named by the
same variable with `_FILE` behind it, as container secrets are handed over.
"""

import os
from collections.abc import Mapping
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from postal_tracker.core.codes import form_of
from postal_tracker.core.working_days import read_hours
from postal_tracker.core.worklist import WorkKind
from postal_tracker.settings.parts import CarrierSettings, NoticeSettings, OidcSettings

__all__ = ["CarrierSettings", "NoticeSettings", "OidcSettings", "Settings"]

PREFIX = "POSTAL_"

DEMO_SECRET = "rehearsal-only-do-not-use-in-service"  # noqa: S105 - refused by `serve`

_NAMES_IN_VARIABLES = {"seventeen_track": "17track"}
"""Carriers whose name cannot stand in a variable."""


def _networks(text: str) -> str:
    networks(text)
    return text


Networks = list[IPv4Network | IPv6Network]


def networks(text: str) -> Networks:
    """Return the networks that a setting names."""
    return [ip_network(one) for one in filter(None, map(str.strip, text.split(",")))]


def _a_form(pattern: str) -> str:
    return form_of(pattern).pattern


def _hours(text: str) -> str:
    read_hours(text)
    return text


def is_loopback(host: str) -> bool:
    """Tell whether an address or name is this machine's alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


class Settings(BaseSettings):
    """The service's settings."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_file=".env", extra="ignore"
    )

    database_url: str = "sqlite:///data/postal.db"
    """Where the record is kept: sqlite:///FILE or postgresql://…"""
    database_patience_seconds: float = Field(default=5, ge=2, le=60)
    """How long PostgreSQL may take for one answer, where people wait for it."""
    disk_warning_mib: int = Field(default=1024, ge=0, le=1_048_576)
    """With how little free space on the disk of a SQLite record /readyz and the desk warn."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str = ""
    """How citizens' phones reach the service, for the receipt's QR; default: host and port."""
    secret_key: SecretStr = SecretStr("")
    """Signs citizens' links and forms; at least 32 characters."""
    secret_key_old: SecretStr = SecretStr("")
    """The key before this one: links and open forms that it signed stay right while it is set."""
    carriers: dict[str, CarrierSettings] = {}
    carriers_unused: str = ""
    """Names of carriers, with commas between, to which this centre hands no parcels."""
    unaccepted_after_hours: int = Field(default=4, ge=1, le=240)
    """How long after the handover's signature a carrier's first scan may take."""
    silent_after_hours: int = Field(default=48, ge=1, le=2400)
    """How long a parcel on its way may be without any news, where past ones do not tell."""
    escalate_after_hours: Mapping[WorkKind, Annotated[int, Field(ge=1, le=8760)]] = {}
    """After how long each kind on the worklist is escalated, as JSON: {"silent": 72}."""
    escalate_to: Mapping[str, str] = {}
    """To whom, by sign-in name, for each office and those below it: {"H49.12": "minh"}."""
    denunciations_to: str = ""
    """Who alone reads denunciations: sign-in names, with commas between."""
    hcc_statuses_file: Path | None = None
    """What the public-administration post's codes mean: CSV with the columns code, milestone."""
    dossier_code_forms: Mapping[date, Annotated[str, AfterValidator(_a_form)]] = {}
    """Further forms of dossier codes, by the day from which they are in force."""
    calendar_file: Path | None = None
    """The centre's own days off and make-up working days, as CSV."""
    office_hours: Annotated[str, AfterValidator(_hours)] = "07:30-11:30,13:30-17:00"
    """When the office is open on working days; the end of the last is when results are due."""
    survey_questions_file: Path | None = None
    """What is asked in surveys on paper, in place of our questions: CSV (`core.surveys`)."""
    media_file: Path | None = None
    """The centre's own stickers and rolls beside the usual ones, as TOML."""
    number_reuse_months: int = Field(default=12, ge=1, le=120)
    """When a closed parcel's number may come back (UPU S10: not within 12 months)."""
    receipt_link_days: int = Field(default=180, ge=1, le=3650)
    """How long a receipt's link shows a dossier after its end."""
    lookup_wrong_per_hour: int = Field(default=5, ge=1, le=1000)
    """Wrong proofs for one code from one network before it must wait."""
    lookup_wrong_per_day: int = Field(default=20, ge=1, le=10000)
    """Strangers' wrong proofs for one code; known devices and the receipt's link go on."""
    lookup_wrong_per_day_overall: int = Field(default=10_000, ge=10, le=100_000_000)
    """Strangers' wrong proofs in all; then only networks that guessed nothing wrong that day."""
    sign_in_rest_minutes: int = Field(default=15, ge=1, le=1440)
    """How long an account rests for a network, or a known device, after five wrong passwords."""
    sign_in_wrong_per_day: int = Field(default=100, ge=5, le=10_000)
    """Strangers' wrong passwords for one account; devices that signed in before go on."""
    password_length: int = Field(default=14, ge=8, le=64)
    """How many characters a new password has at least; 8 do where everybody has a second factor."""
    second_factor_roles: str = Field("admin", pattern=r"^((desk|manager|admin|courier)(,|$))*$")
    """Who must have a second factor (codes of an app): names of roles, with commas between."""
    lock_after_minutes: int = Field(default=15, ge=1, le=720)
    lock_after_minutes_admin: int = Field(default=5, ge=1, le=720)
    """How long a desk may be left alone before it asks for the password again."""
    idle_account_days: int = Field(default=45, ge=0, le=3650)
    """After how long without a sign-in an account is closed; 0: never."""
    oidc: OidcSettings = OidcSettings()
    under_way_carriers: int = Field(default=256, ge=1, le=10_000)
    """Webhooks and reported events that are served at one moment; more hear 503."""
    under_way_staff: int = Field(default=128, ge=1, le=10_000)
    """Requests with a key or session that are served at one moment; more hear 503."""
    under_way_public: int = Field(default=128, ge=1, le=10_000)
    """Everybody else's requests that are served at one moment; more hear 503."""
    slow_client_seconds: float = Field(default=30.0, gt=0, le=3600)
    """How long somebody may be silent in the middle of a request, or take nothing of an answer."""
    connections: int = Field(default=10_000, ge=10, le=1_000_000)
    """Open at one moment in one process; as many as the system's limit of files allows."""
    connections_per_network: int = Field(default=500, ge=0, le=1_000_000)
    """The same from one IPv4 address or IPv6 /64; 0: any number. Not this machine, nor a proxy."""
    behind_proxy: bool = False
    """Whether the client is the last address in X-Forwarded-For; only behind our own proxy."""
    tls_cert_file: Path | None = None
    """The certificate, with those between it and its root, in PEM: then https is served."""
    tls_key_file: Path | None = None
    """Its key, in PEM."""
    plain_http: bool = False
    """Whether others may be served without https, and passwords be read on their way."""
    secure_cookies: bool = False
    """Whether pages are https only (Secure, HSTS); unless told: not on this machine, not plain."""
    allowed_hosts: str = ""
    """Names it may be called by beside `public_url`'s, this machine's and all numbers; `*`: any."""
    webhooks_allow: str = Field("", pattern=r"^([^\s:,/]+:[0-9]{1,5}(,|$))*$")
    """Which places that are not public webhooks may call: `portal.local:8443,…`."""
    notices: NoticeSettings = NoticeSettings()
    docs: bool = True
    """Whether /docs shows the API, to whoever has a key or is signed in."""
    open_docs: bool = False
    """Whether strangers may see /docs, /openapi.json and /metrics; the demo's may."""
    metrics_networks: Annotated[str, AfterValidator(_networks)] = ""
    """From which networks /metrics is shown without a key, beside this machine: `10.0.0.0/8,…`."""
    log_key_file: Path | None = None
    """The key that signs the log's checkpoints; made if it is not there. Default: beside a SQLite
    record, `data/postal.db.log-key`; all that work on one PostgreSQL have the same."""
    worker_name: str = Field(default="main", min_length=1, max_length=60)
    """Tells processes apart that do background work on one database. Keep it: who starts under it
    again takes up what it left."""
    printer_networks: Annotated[str, AfterValidator(_networks)] = (
        "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
    )
    """In which networks label printers may stand. This machine, link-local addresses and clouds'
    metadata services are none unless they are named narrowly: `127.0.0.1/32`."""
    messages_kept_days: int = Field(default=400, ge=30, le=3650)
    """How long carriers' messages are kept word for word; twice as long if they found no home."""
    people_required_days: int = Field(default=365, ge=0, le=36500)
    """How long the people of a dossier may not be erased after its end, whoever asks."""
    people_kept_days: int = Field(default=0, ge=0, le=36500)
    """How long they are kept after its end, then erased; 0: the centre has not said it yet."""
    audit_kept_months: int = Field(default=12, ge=3, le=240)
    """How long the audit log is kept; level 3 of the security standard asks for 3 months."""
    security_log: Annotated[str, Field(pattern=r"^(stdout|syslog(:[\w.-]+:\d{1,5})?|off)$")] = (
        "stdout"
    )
    """Where the security log goes, a line of JSON for each entry of the audit log."""
    security_contact: str = Field("", pattern=r"^((mailto:|https://|tel:)[!-~]{3,200})?$")
    """Whom to tell of a hole, for /.well-known/security.txt: mailto:…, https://… or tel:…"""
    rehearsal_port: int = Field(default=0, ge=0, le=65535)
    """Where the demo's rehearsal carrier listens; 0 takes a free port."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic calls by name
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = getattr(dotenv_settings, "env_file", None)  # which `Settings(_env_file=…)` may name
        dotenv = _DotEnvWithFiles(settings_cls, env_file=file)
        return init_settings, _EnvironmentWithFiles(settings_cls), dotenv

    def model_post_init(self, _context: Any) -> None:
        if "secure_cookies" not in self.model_fields_set:
            self.secure_cookies = self._is_behind_https()
        self.secure_cookies = self.secure_cookies or self.tls_cert_file is not None
        self.carriers = {_NAMES_IN_VARIABLES.get(n, n): c for n, c in self.carriers.items()}

    def _is_behind_https(self) -> bool:
        """Tell whether people reach us by https, as far as the settings tell."""
        if self.public_url.startswith("https://"):
            return True
        return not (self.plain_http or is_loopback(self.host))

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(filter(None, map(str.strip, self.allowed_hosts.lower().split(","))))

    @property
    def roles_with_second_factor(self) -> frozenset[str]:
        return frozenset(self.second_factor_roles.split(","))

    @property
    def unused_carriers(self) -> frozenset[str]:
        return frozenset(filter(None, map(str.strip, self.carriers_unused.split(","))))

    @property
    def address(self) -> str:
        """Return how the service is reached from outside, without a trailing slash."""
        return (self.public_url or f"{self.scheme}://{self.host}:{self.port}").rstrip("/")

    @property
    def scheme(self) -> str:
        return "https" if self.tls_cert_file else "http"


class _EnvironmentWithFiles(EnvSettingsSource):
    """The environment, in which NAME_FILE stands for NAME with the file's content."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _with_files(super()._load_env_vars())


class _DotEnvWithFiles(DotEnvSettingsSource):
    """The same of `.env`."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return _with_files(super()._load_env_vars())


def _with_files(given: Mapping[str, str | None]) -> Mapping[str, str | None]:
    env = dict(given)
    for name in [n for n in env if n.endswith("_file") and n.startswith(PREFIX.lower())]:
        path = os.environ.get(name.upper()) or env[name]
        if path and name not in _NAMED_FILES:
            env[name.removesuffix("_file")] = Path(path).read_text(encoding="utf-8").strip()
    return env


_NAMED_FILES = {f"{PREFIX.lower()}{n}" for n in Settings.model_fields if n.endswith("_file")}
"""Settings that are themselves a file's name."""


class UnsafeSettings(Exception):
    """The service must not start like this; the message says what to set."""

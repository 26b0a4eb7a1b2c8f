"""Settings of one thing each: a carrier, single sign-on, a channel by which citizens are told."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, SecretStr

from postal_tracker.core.notices import Event, read_quiet


class CarrierSettings(BaseModel):
    """What one carrier needs; see the carrier's adapter for which of them it uses."""

    base_url: str = ""
    token: SecretStr = SecretStr("")
    """What we show the carrier, or the key it signs with."""
    signing_key: SecretStr = SecretStr("")
    """What it signs its hooks with, if that is another one."""
    hook_secret: SecretStr = SecretStr("")
    """The last segment of its hook URL; at least 16 characters. Without it there is no hook."""
    hook_secret_next: SecretStr = SecretStr("")
    """Valid beside the first one while the carrier is being told of a new address."""
    username: str = ""
    password: SecretStr = SecretStr("")
    customer_code: str = ""  # MyVNPost's, of the contract
    own_page: str = Field("", pattern=r"^(|https://[^\s{}]+\{number\}[^\s{}]*)$")  # a parcel's
    rate_per_second: float = Field(default=1.0, gt=0, le=1000)

    @property
    def hook_secrets(self) -> tuple[str, ...]:
        both = self.hook_secret, self.hook_secret_next
        return tuple(filter(None, (secret.get_secret_value() for secret in both)))


class OidcSettings(BaseModel):
    """Single sign-on by an identity provider (OpenID Connect); none without an issuer."""

    issuer: str = Field("", pattern=r"^(|https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*)$")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    groups_claim: str = "groups"
    """Which claim of the ID token names somebody's groups."""
    roles: str = Field("", pattern=r"^([^=,]+=(desk|manager|admin|courier)(,|$))*$")
    """Groups and their roles: `mot-cua=desk,lanh-dao=manager`; empty: roles are given here."""


class EmailSettings(BaseModel):
    """The mail server that takes e-mails to citizens; none without a host."""

    host: str = Field("", max_length=253)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` only for a server on this machine or in one's own network."""
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field("", max_length=254)
    """The address that they come from: `motcua@quangninh.gov.vn`."""
    rate_per_second: float = Field(default=5.0, gt=0, le=1000)


class SmsSettings(BaseModel):
    """The gateway that takes SMS; none without an address."""

    url: str = Field("", pattern=r"^(|https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S*)$")
    token: SecretStr = SecretStr("")
    sender: str = Field("", max_length=11)
    """The registered brand name, 11 letters at most."""
    report_secret: SecretStr = SecretStr("")
    """The last part of the address at which it reports deliveries; none without it."""
    rate_per_second: float = Field(default=10.0, gt=0, le=1000)


class ZaloSettings(BaseModel):
    """The Zalo official account that sends template messages; none without an app."""

    url: str = Field("https://business.openapi.zalo.me", pattern=r"^https?://\S+$")
    token_url: str = Field(
        "https://oauth.zaloapp.com/v4/oa/access_token", pattern=r"^https?://\S+$"
    )
    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    """The first one; each can be used once, and the service keeps the next one itself."""
    templates: Mapping[Event, str] = {}
    """The ids of the approved templates, as JSON: {"received": "12345"}; others are not sent."""
    report_secret: SecretStr = SecretStr("")
    """As with SMS."""
    rate_per_second: float = Field(default=10.0, gt=0, le=1000)


def _quiet(text: str) -> str:
    read_quiet(text)
    return text


class NoticeSettings(BaseModel):
    """How citizens are told of changes; nobody is told anything unless a channel is set up."""

    email: EmailSettings = EmailSettings()
    sms: SmsSettings = SmsSettings()
    zalo: ZaloSettings = ZaloSettings()
    quiet: Annotated[str, AfterValidator(_quiet)] = "21:00-07:00"
    """When nothing is sent, in local time."""
    order: str = Field("email,zalo,sms", pattern=r"^((email|zalo|sms)(,|$))+$")
    """By what somebody is told who chose nothing: the first that they gave an address for."""

"""Speaking with an identity provider: OpenID Connect, authorization code flow with PKCE.

What comes back is believed only as far as it is signed by the provider's keys, meant for us, for
this sign-in (nonce), and not too old.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from postal_tracker.core.problems import Unauthorised
from postal_tracker.settings import OidcSettings, is_loopback

PATIENCE_SECONDS = 10.0
LEEWAY_SECONDS = 60
ALGORITHMS = ("RS256", "PS256", "ES256")
"""With the provider's public keys; never `none`, never a shared secret."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in that is under way at the provider; kept sealed in the browser's cookie."""

    state: str
    nonce: str
    verifier: str
    next: str = ""
    links: int = 0
    """Whose account is to be linked; 0: somebody signs in."""

    def as_values(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom the provider vouches for."""

    subject: str
    groups: frozenset[str]


def begin(wanted: str, links: int) -> Attempt:
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Attempt(state, nonce, verifier, wanted, links)


async def where_to(settings: OidcSettings, attempt: Attempt, back: str) -> str:
    """Return the provider's address at which somebody signs in. Raises Unauthorised."""
    told = await _metadata(settings)
    address: str = prepare_grant_uri(
        told["authorization_endpoint"],
        settings.client_id,
        "code",
        redirect_uri=back,
        scope="openid",
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
    )
    return address


async def identified(
    settings: OidcSettings, attempt: Attempt, *, code: str, back: str, now: datetime
) -> Identified:
    """Return whom the provider has signed in. Raises Unauthorised."""
    told = await _metadata(settings)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": attempt.verifier,
    }
    ours = httpx.BasicAuth(settings.client_id, settings.client_secret.get_secret_value())
    answer = await _asked("POST", told["token_endpoint"], data=form, auth=ours)
    keys = await _asked("GET", told["jwks_uri"])
    claims = _believed(settings, str(answer.get("id_token", "")), keys, attempt.nonce, now)
    groups = claims.get(settings.groups_claim) or []
    named = [groups] if isinstance(groups, str) else groups
    return Identified(str(claims["sub"]), frozenset(map(str, named)))


async def _metadata(settings: OidcSettings) -> dict[str, Any]:
    """Return what the provider says of itself; it must be the one that was meant."""
    told = await _asked("GET", get_well_known_url(settings.issuer, external=True))
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if told.get("issuer") != settings.issuer or not all(_is_safe(told.get(n)) for n in wanted):
        raise failed()
    return told


def _is_safe(address: Any) -> bool:
    parts = urlsplit(address if isinstance(address, str) else "")
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


async def _asked(method: str, address: str, **rest: Any) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
            answer = await client.request(method, address, **rest)
        told = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        raise failed() from None
    if not isinstance(told, dict):
        raise failed()
    return told


def _believed(
    settings: OidcSettings, token: str, keys: dict[str, Any], nonce: str, now: datetime
) -> dict[str, Any]:
    """Return the claims of an ID token (OpenID Connect Core, 3.1.3.7)."""
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": settings.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        rules.validate(read.claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise failed() from None
    if read.claims.get("azp", settings.client_id) != settings.client_id:
        raise failed()
    return dict(read.claims)


def failed() -> Unauthorised:
    return Unauthorised(
        "single-sign-on-failed",
        "Đăng nhập bằng tài khoản cơ quan chưa thành công. Vui lòng thử lại, hoặc dùng mật khẩu.",
        "Single sign-on did not succeed. Try again, or use your password.",
    )

"""A stand-in identity provider: OpenID Connect with PKCE, for whoever it is told to sign in."""

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "postal-tracker", "a secret of the client"


@dataclass
class Provider:
    """One provider. What it says can be spoilt, claim by claim."""

    issuer: str = ""
    now: int = 0
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "lan@the province"})
    spoilt: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signs_with: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    """By code, what somebody was sent here with."""

    async def metadata(self, _request: Request) -> Response:
        here = self.issuer
        told = {"issuer": here, "jwks_uri": f"{here}/keys", "token_endpoint": f"{here}/token"}
        return JSONResponse({**told, "authorization_endpoint": f"{here}/authorize"})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["code_challenge_method"]) == (CLIENT, "S256")
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    async def token(self, request: Request) -> Response:
        form = {n: v[0] for n, v in parse_qs((await request.body()).decode()).items()}
        ours = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.asked.pop(form["code"], None)  # each code once
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        right = asked and asked["code_challenge"] == challenge
        if not right or request.headers["authorization"] != f"Basic {ours}":
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {"iss": self.issuer, "aud": CLIENT, "nonce": asked["nonce"], "iat": self.now}
        claims |= {"exp": self.now + 300, **self.claims, **self.spoilt}
        header = {"alg": "RS256", "kid": "1"}
        token = jwt.encode(header, claims, self.signs_with or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})

    async def keys(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


@contextmanager
def provided() -> Iterator[Provider]:
    """Serve a provider on a free port of this machine."""
    one = Provider()
    routes = [
        Route("/.well-known/openid-configuration", one.metadata),
        Route("/authorize", one.authorize),
        Route("/token", one.token, methods=["POST"]),
        Route("/keys", one.keys),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), host="127.0.0.1", port=0, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.005)
    one.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield one
    server.should_exit = True

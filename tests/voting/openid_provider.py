"""An OpenID provider on loopback: lets everybody in, checks what a provider has to, and lies where a test asks."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.waiting import PATIENCE, wait_until

CLIENT, CLIENT_SECRET = "the-arena", "the secret of the client"
Claims = dict[str, Any]


@dataclass
class OpenIdProvider:
    """``subject`` is who logs in. ``change`` may falsify the claims, ``sign`` the token that is made of them."""

    subject: str = "alice@example.org"
    change: Callable[[Claims], Claims] = lambda claims: claims
    sign: Callable[[OpenIdProvider, Claims], str] = lambda provider, claims: provider.signed(claims)
    metadata: Claims = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
        self.codes: dict[str, Claims] = {}
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.issuer = f"http://127.0.0.1:{self.socket.getsockname()[1]}/realm"
        routes = [
            Route("/realm/.well-known/openid-configuration", self.configuration),
            Route("/realm/authorize", self.authorize),
            Route("/realm/token", self.token, methods=["POST"]),
            Route("/realm/keys", self.keys),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_level="error", lifespan="off", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    def __enter__(self) -> OpenIdProvider:
        self.thread.start()
        wait_until(lambda: self.server.started, "the provider is served")
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(PATIENCE)
        self.socket.close()

    def signed(self, claims: Claims, key: ECKey | None = None) -> str:
        return jwt.encode({"alg": "ES256", "kid": "one"}, claims, key or self.key)

    def signed_with_shared_key(self, claims: Claims) -> str:
        """As who knows the client's secret could sign it, the client itself among them."""
        return jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(CLIENT_SECRET))

    async def configuration(self, _: Request) -> Response:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
            "code_challenge_methods_supported": ["S256"],
        }
        return JSONResponse({**said, **self.metadata})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["scope"] == "openid"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code {len(self.codes)}"
        self.codes[code] = asked
        self.asked.append(str(request.url))
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def token(self, request: Request) -> Response:
        basic = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".replace(" ", "+").encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        assert request.headers["authorization"] in (f"Basic {basic}", f"Basic {plain}")
        async with request.form() as form:
            asked = self.codes.pop(str(form["code"]), None)
            verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "name": "Alice Liddell",
            "email": "alice@example.org",
        }
        token = self.sign(self, self.change(claims))
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    async def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

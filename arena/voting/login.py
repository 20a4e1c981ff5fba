"""Logging in by OpenID Connect, for arenas that want known voters: nobody votes who has not logged in.

Authlib does the protocol (OpenID Connect Core 1.0, the authorization code flow with PKCE, RFC 7636): discovery, state,
nonce, the exchange of the code, and the checks of the id token. Of what the provider then says, only issuer and subject
are looked at, and only their keyed hash is kept: in a signed cookie, as the identity that voters' pseudonyms are made
from. So a person is one voter of an arena in all their browsers, and neither the store nor the cookie has a name, an
address or the provider's id of anybody. The only scope that is asked for is ``openid``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from arena.catalogue.settings import LoginSettings
from arena.errors import ArenaError
from arena.voting import refusals
from arena.voting.identities import TokenRefusedError, Tokens
from arena.voting.refusals import RequestRefused

LOG = logging.getLogger(__name__)

LOGIN_COOKIE = "arena_login"
LOGIN_DAYS = 30
STATE_COOKIE = "arena_login_state"
STATE_SECONDS = 600
"""How long somebody may take at the provider."""
PROVIDER_SECONDS = 10.0
"""How long the provider may take for an answer."""
DISCOVERY = "/.well-known/openid-configuration"
SIGNED_WITH_PUBLIC_KEYS = ("RS", "PS", "ES", "Ed")
"""How algorithms begin that nobody but the provider can sign with; ``none`` and those of shared keys do not."""
NAME = "provider"
_HOLDER = "login"


def login_secret(settings: LoginSettings | None, environment: Mapping[str, str]) -> str | None:
    """The client's secret from the environment; None where nobody logs in.

    Raises ArenaError where it or Authlib is missing.
    """
    if settings is None:
        return None
    secret = environment.get(settings.client_secret_env, "").strip()
    if not secret:
        hint = "set it to the client secret that the provider gave you, or remove [login]"
        raise ArenaError(f"{settings.client_secret_env} is not set", where="arena.toml: [login]", hint=hint)
    _oauth()
    return secret


def check_provider(settings: LoginSettings) -> None:
    """Ask the provider for its configuration. Raises ArenaError where it does not answer, or is another issuer."""
    where, hint = f"arena.toml: [login] {settings.issuer}", f"the issuer is what its {DISCOVERY} says, to the letter"
    try:
        with httpx.Client(timeout=PROVIDER_SECONDS, trust_env=False) as client:
            said = client.get(_discovery(settings)).raise_for_status().json()
        _check_metadata(settings, said)
    except (httpx.HTTPError, ValueError) as error:
        raise ArenaError(f"no provider that people could log in with: {error}", where=where, hint=hint) from error


def _check_metadata(settings: LoginSettings, said: Any) -> None:
    """Raises ValueError where the configuration is not that of the issuer, or does not say what is needed."""
    if not isinstance(said, dict) or said.get("issuer") != settings.issuer:
        raise ValueError("its configuration names another issuer")
    missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - said.keys()
    if missing:
        raise ValueError(f"its configuration has no {', '.join(sorted(missing))}")


@dataclass(frozen=True)
class Login:
    """Sends browsers to the provider, takes them back, and knows who is logged in.

    ``tokens`` sign the cookie of who is logged in; their secret keys the hash.
    """

    settings: LoginSettings
    tokens: Tokens
    client: Any
    """Authlib's client of the provider; one for the process, as it keeps the provider's configuration and keys."""

    @classmethod
    def of(cls, settings: LoginSettings, client_secret: str, key: bytes, clock: Callable[[], datetime]) -> Login:
        """``key`` signs cookies and hashes accounts; workers share it. Raises ArenaError where Authlib is missing."""
        oauth = _oauth()()
        client = oauth.register(
            NAME,
            client_id=settings.client_id,
            client_secret=client_secret,
            server_metadata_url=_discovery(settings),
            client_kwargs={
                "scope": "openid",
                "code_challenge_method": "S256",
                "timeout": PROVIDER_SECONDS,
                "trust_env": False,
            },
        )
        return cls(settings, Tokens(key, clock, timedelta(days=LOGIN_DAYS)), client)

    def account(self, cookie: str | None) -> str | None:
        """The keyed hash of who is logged in, by their cookie; None where nobody is."""
        try:
            return self.tokens.read(cookie, _HOLDER) if cookie else None
        except TokenRefusedError:
            return None

    def cookie(self, account: str) -> str:
        """The cookie of who has logged in."""
        return self.tokens.issue(account, _HOLDER)

    async def begin(self, request: Request, back: str) -> Response:
        """To the provider, and from there ``back``. Raises RequestRefused 503 where it cannot be reached."""
        state: dict[str, Any] = {}
        request.scope["session"] = state
        await self._load_metadata()
        answer: Response = await self.client.authorize_redirect(request, back)
        answer.set_cookie(
            STATE_COOKIE,
            str(self._states.dumps(state)),
            max_age=STATE_SECONDS,
            path=_path_of(back),
            httponly=True,
            samesite="lax",  # Strict would not come along from the provider
            secure=request.scope["scheme"] == "https",
        )
        return answer

    async def finish(self, request: Request) -> str:
        """The account of a browser that comes back from the provider.

        Raises RequestRefused: 403 where the provider or its answer refuses it, 503 where the provider's configuration
        cannot be read.
        """
        try:
            request.scope["session"] = self._states.loads(request.cookies.get(STATE_COOKIE, ""), STATE_SECONDS)
        except BadSignature as error:
            raise RequestRefused(refusals.LOGIN_FAILED) from error
        await self._load_metadata()
        try:
            said = (await self.client.authorize_access_token(request)).get("userinfo") or {}
        except Exception as error:  # whatever the library and those below it raise: somebody is not let in
            raise RequestRefused(refusals.LOGIN_FAILED) from error
        issuer, subject = said.get("iss"), said.get("sub")
        if issuer != self.settings.issuer or not isinstance(subject, str) or not subject:
            raise RequestRefused(refusals.LOGIN_FAILED)
        return self._hash(issuer, subject)

    async def _load_metadata(self) -> None:
        """The provider's configuration, asked for once. A token may be signed with a public key's algorithm only."""
        try:
            said = await self.client.load_server_metadata()
            _check_metadata(self.settings, said)
        except Exception as error:  # of the HTTP client that Authlib found, which need not be ours, or a ValueError
            LOG.warning("nobody can log in: the configuration of %s: %s", self.settings.issuer, error or type(error))
            raise RequestRefused(refusals.LOGIN_UNAVAILABLE) from error
        listed = said.get("id_token_signing_alg_values_supported") or ["RS256"]
        said["id_token_signing_alg_values_supported"] = [
            algorithm for algorithm in listed if str(algorithm).startswith(SIGNED_WITH_PUBLIC_KEYS)
        ] or ["RS256"]

    def _hash(self, issuer: str, subject: str) -> str:
        # As JSON: no two pairs are the same text. Keyed: subjects can be guessed, hashed and compared.
        key = hashlib.sha256(b"arena.account\0" + self.tokens.secret).digest()
        return hmac.digest(key, json.dumps([issuer, subject]).encode(), "sha256").hex()[:32]

    @property
    def _states(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.tokens.secret, salt="arena.login.state")


def _discovery(settings: LoginSettings) -> str:
    return f"{settings.issuer.rstrip('/')}{DISCOVERY}"


def _path_of(address: str) -> str:
    return httpx.URL(address).path


def _oauth() -> Any:
    try:
        from authlib.integrations.starlette_client import OAuth  # noqa: PLC0415 - part of an extra
    except ImportError as error:
        hint = 'install it: pip install "image-arena[login]"'
        raise ArenaError("logging in needs Authlib", where="arena.toml: [login]", hint=hint) from error
    return OAuth

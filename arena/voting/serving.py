"""``arena serve``: the voting app on a socket, in one process or several that share a store."""

from __future__ import annotations

import gc
import random
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from arena.catalogue import Catalogue, load_catalogue
from arena.catalogue.layout import OUTPUTS_FILE, STORE_FILE
from arena.catalogue.play import outputs_to_enter, play_in_words, sums_in_play
from arena.errors import ArenaError
from arena.ratings.kept_counts import count_log
from arena.records import OutputOrigin
from arena.votes.log import open_log
from arena.votes.store import Store, open_store
from arena.votes.store.networks import SECRET_BYTES
from arena.voting.app import create_app
from arena.voting.connections import LimitedProtocol, allow_many_files
from arena.voting.live_arena import ProjectWatcher, read_live_arena
from arena.voting.login import check_provider, login_secret
from arena.voting.proof_of_work import price_in_words
from arena.wording import count

LONGEST_START_SECONDS = 30
"""After this a worker that does not answer its parent is ended and replaced; while it starts it does not answer."""
NAME_IN_STORE = "voting"
"""The name under which the store keeps the secret."""


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where to listen. ``trusted`` are the proxies whose X-Forwarded-For and -Proto are believed, with commas; ``root``
    is the path that all is below, empty or such as ``/arena``.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    trusted: str = "127.0.0.1"
    root: str = ""


def serve(
    project: Path,
    address: ListenAddress,
    *,
    database: str | None = None,
    secret: bytes | None = None,
    environment: Mapping[str, str] | None = None,
    workers: int = 1,
    announce: Callable[[str, str], None] = lambda _address, _price: None,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until interrupted. ``database`` is the store's URL, by default ``data/arena.sqlite`` of the project.

    Without ``secret`` one is made once and kept in the store. ``environment`` has the secret of the login, where
    arena.toml names one. ``announce`` is told, when the socket is open, the address and what a new voter does before
    the first vote; ``tell`` what a person should know before. Raises ArenaError where the project, the store or the
    address cannot be used, or where the site shows every picture that people could vote on.
    """
    url = database or f"sqlite:///{(project / 'data' / STORE_FILE).resolve()}"
    catalogue = load_catalogue(project / "data")
    if not catalogue.outputs:
        hint = "arena collect asks gateways for outputs, arena simulate makes demonstration ones"
        raise ArenaError("there are no outputs to vote on", where=str(project / "data" / "outputs"), hint=hint)
    login = catalogue.project.login
    client_secret = login_secret(login, environment or {})
    if login:
        check_provider(login)
    for text in notes_on_play(catalogue.on(datetime.now(UTC).date()), project / "site"):
        tell(text)
    # A damaged log is said here and once, and counted here and once, not by each worker while it starts.
    count_log(open_log(project / "data" / "votes"), project)
    allow_many_files()  # workers inherit it
    listening = _listen(address)
    build = partial(build_app, project, url, secret, address.root, client_secret)
    with open_store(url) as store:
        store.sync_outputs(catalogue)
    config = _config(build, address, workers)
    entry = f"Voters log in with {login.name} ({login.issuer})." if login else "Nobody logs in."
    price = price_in_words(catalogue.project.voting, login=login is not None)
    announce(f"http://{address.host}:{listening.getsockname()[1]}{address.root}", f"{entry} {price}")
    with suppress(KeyboardInterrupt):  # uvicorn raises it once more when all is answered: it is how serving ends
        if workers > 1:
            Workers(config, sockets=[listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])
    gc.unfreeze()  # or DuckDB complains at the end of what was never freed


def notes_on_play(catalogue: Catalogue, site: Path) -> Iterator[str]:
    """How many pictures are in play, and whether the built site shows some of them. Raises ArenaError where none can be
    voted on, since all are shown with the names of their models.
    """
    said, in_play = play_in_words(catalogue), sums_in_play(catalogue)
    if not in_play and all(output.origin is OutputOrigin.MODEL for output in catalogue.outputs):
        hint = (
            "none can enter play: arena collect --new-seeds, or arena outputs add and then play --prompt, for new ones"
        )
        if outputs_to_enter(catalogue):
            hint = "arena outputs play puts them in play and, with the next arena build, off the site"
        what = "every picture is on the site with the name of its model, so nobody could vote blind"
        raise ArenaError(what, where=str(catalogue.folder / OUTPUTS_FILE), hint=hint)
    if said:
        yield said
    exposed = {path.name[:64] for path in (site / "outputs").rglob("*")} & in_play
    if exposed:
        what = count(len(exposed), "picture")
        yield f"The built site holds {what} in play, which /site/ leaves out: run arena build."


class Workers(Multiprocess):
    """Worker processes that hear of Ctrl-C from their parent until they listen to it themselves.

    A terminal sends it to all of them: one that is still starting would print a traceback.
    """

    def init_processes(self) -> None:
        """Start the workers deaf to Ctrl-C, which a new process inherits; their servers end that."""
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            super().init_processes()
        finally:
            signal.signal(signal.SIGINT, heard)


def _config(build: Callable[[], Starlette], address: ListenAddress, workers: int) -> uvicorn.Config:
    return uvicorn.Config(
        build,
        factory=True,
        http=LimitedProtocol,
        ws="none",  # where the machine has a library for WebSockets, an upgrade would leave LimitedProtocol
        workers=workers,
        proxy_headers=True,
        forwarded_allow_ips=address.trusted,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=LONGEST_START_SECONDS,
    )


def build_app(
    project: Path, url: str, secret: bytes | None, root: str = "", client_secret: str | None = None
) -> Starlette:
    """The app of one worker, which reads the project itself, with a store of its own and the system's clock."""

    def clock() -> datetime:
        return datetime.now(UTC)

    watcher = ProjectWatcher(project, lambda: clock().date())
    live, store = read_live_arena(project, clock().date()), open_store(url)
    rng = random.SystemRandom()
    key = secret or kept_secret(store, rng)
    app = create_app(
        live, store, clock=clock, rng=rng, secret=key, watcher=watcher, root=root, client_secret=client_secret
    )
    gc.collect()
    # What is there now stays, and is not looked through again: a full collection of the 270,000 objects of the
    # demonstration took 0.3 s, in which no vote is answered.
    gc.freeze()
    return app


def kept_secret(store: Store, rng: random.Random) -> bytes:
    """The secret that is kept in the store (whose file only its owner can read), made the first time."""
    return store.secret(NAME_IN_STORE, rng.randbytes(SECRET_BYTES))


def _listen(address: ListenAddress) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((address.host, address.port))
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        where = f"{address.host}:{address.port}"
        raise ArenaError(f"cannot listen: {reason}", where=where, hint="choose another --host or --port") from error
    # A crowd that comes at the same moment waits in the kernel's queue instead of being turned away.
    listening.listen(2048)
    listening.set_inheritable(True)
    return listening

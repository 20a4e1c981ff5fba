"""The live store: battles and votes as they happen, on SQLite or PostgreSQL. See ``arena.votes.store.store``."""

from arena.votes.store.networks import network_key, network_of
from arena.votes.store.operations import AddBattle, AddVote, Operation
from arena.votes.store.rate_limits import Allowed, LimitedRequest, RetryAfter
from arena.votes.store.records import (
    AlreadyVoted,
    Battle,
    BattleGone,
    EarlierBattle,
    PairAlreadyShown,
    PairCount,
    Reason,
    StoredVote,
    StoreUnavailable,
)
from arena.votes.store.store import Store, open_store

__all__ = [
    "AddBattle",
    "AddVote",
    "Allowed",
    "AlreadyVoted",
    "Battle",
    "BattleGone",
    "EarlierBattle",
    "LimitedRequest",
    "Operation",
    "PairAlreadyShown",
    "PairCount",
    "Reason",
    "RetryAfter",
    "Store",
    "StoreUnavailable",
    "StoredVote",
    "network_key",
    "network_of",
    "open_store",
]

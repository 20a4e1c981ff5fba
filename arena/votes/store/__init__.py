"""The live store: battles and votes as they happen, on SQLite or PostgreSQL. See ``arena.votes.store.store``."""

from arena.votes.store.errors import AlreadyMet, AlreadyVoted, BattleGone, StoreUnavailable
from arena.votes.store.operations import AddBattle, AddVote, Operation, Retract
from arena.votes.store.rate_limits import Take, Wait
from arena.votes.store.records import Battle, Encounter, PairCount, Reason, StoredVote
from arena.votes.store.store import Store, open_store

__all__ = [
    "AddBattle",
    "AddVote",
    "AlreadyMet",
    "AlreadyVoted",
    "Battle",
    "BattleGone",
    "Encounter",
    "Operation",
    "PairCount",
    "Reason",
    "Retract",
    "Store",
    "StoreUnavailable",
    "StoredVote",
    "Take",
    "Wait",
    "open_store",
]

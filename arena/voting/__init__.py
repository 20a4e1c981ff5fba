"""The voting app: battles are drawn, shown blind, voted on and revealed.

Where to begin: ``serving`` (processes and sockets) -> ``app`` (what it is made of) -> ``handlers`` (one method for each
URL) -> ``battles`` (draw a battle, take a vote) -> ``group_commit`` (the vote on the disk). ``live_arena`` is all that
the app shows at present.
"""

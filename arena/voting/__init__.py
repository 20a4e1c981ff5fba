"""The voting app: battles drawn, shown blind, voted on and revealed.

Where to begin: ``serving`` -> ``app`` (what it is made of) -> ``handlers`` (each address) -> ``desk`` (each battle).
"""

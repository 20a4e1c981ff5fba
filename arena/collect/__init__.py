"""The voting app: battles drawn, shown blind, voted on and revealed."""

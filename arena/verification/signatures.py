"""The signature of a log: whether the votes are those that the holder of a key sealed."""

from __future__ import annotations

from pathlib import Path

from arena import wording
from arena.errors import VotesError
from arena.verification.report import Findings
from arena.votes.decision_file import DECISIONS, read_decisions
from arena.votes.manifest import MANIFEST, SIGNATURE, read_manifest
from arena.votes.signing import read_signature, signed_entries


def check_signature(folder: Path, name: str, key: str | None, findings: Findings) -> int | None:
    """How many votes of the log in ``folder``, which is called ``name``, the signature with this key stands for.

    None where there is no key, or no such signature, which is a finding then. Raises ArenaError where the key is none.
    """
    try:
        if key is None:
            if signature := read_signature(folder):
                findings.unchecked.append(
                    f"Who signed the log (key {signature.key_id}): give the maintainers' public key with --key."
                )
            return None
        entries = read_manifest(folder)
        signed = sum(entry.votes for entry in entries[: signed_entries(folder, entries, key)])
        signature, decisions = read_signature(folder), read_decisions(folder / DECISIONS)
    except VotesError as error:
        for finding in error.findings:
            if MANIFEST in finding.where:
                findings.add(f"{name}/{Path(finding.where.partition(': ')[0]).name}", finding.message)
        return None
    findings.checked.append(
        f"The signature of {wording.count(signed, 'vote')} in {name}/{SIGNATURE} with the key given."
    )
    sealed_with = signature.stated.get("decisions", "") if signature else ""
    if sealed_with != (decisions.sha256 if decisions.rows else ""):
        findings.unchecked.append(
            f"Whether the maintainers know what {name}/{DECISIONS} leaves out: it was another one when they signed."
        )
    if newer := sum(entry.votes for entry in entries) - signed:
        findings.unchecked.append(f"Whether the newest {wording.count(newer, 'vote')} are signed: they came after it.")
    return signed

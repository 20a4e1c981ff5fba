"""A board that audits itself: whether its votes can bear the ratings that were made from them.

Every check asks one question of the overall board of an arena. Most are tests, whose chance of a false alarm is 3% for
all of an arena together; some go by a limit that they state. They say what votes show, and not who did something
wrong: for single voters see the audit (docs/audit.md). docs/diagnose.md has the table of what they find, and miss.

``votes`` has the columns and what ratings expect of them, ``statistics`` the tests, ``records`` what is said; the
checks are in ``sides``, ``voters``, ``pairs``, ``calibration``, ``parts``, ``times`` and ``first_place``.
"""

from arena.ratings.diagnose.checks import VotesToDiagnose, diagnose_votes, read_for_diagnosis
from arena.ratings.diagnose.records import ArenaDiagnosis, Case, Check, Diagnosis, Verdict

__all__ = [
    "ArenaDiagnosis",
    "Case",
    "Check",
    "Diagnosis",
    "Verdict",
    "VotesToDiagnose",
    "diagnose_votes",
    "read_for_diagnosis",
]

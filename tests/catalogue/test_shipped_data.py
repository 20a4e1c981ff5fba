from __future__ import annotations

from arena.catalogue import check_catalogue
from tests.conftest import ROOT


def test_shipped_data_has_no_findings() -> None:
    report = check_catalogue(ROOT / "data")
    assert [str(finding) for finding in report.findings] == []

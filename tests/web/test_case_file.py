"""The case file by its page: for those who may take proof, and for nobody else."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from incident.case_file_check import check
from tests.web.conftest import Enter
from tests.web.reading import links
from tests.web.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_those_who_may_take_proof_are_offered_the_case_file_and_get_it(
    played: Stage, enter: Enter, tmp_path: Path
) -> None:
    lea, ines = enter("lea"), enter("ines")
    offered = f"{played.path}/case-file.zip"
    assert offered in links(lea.get(f"{played.path}/evidence").text, played.path)
    assert offered not in links(ines.get(f"{played.path}/evidence").text, played.path)
    assert ines.get(offered).status_code == 403
    answer = lea.get(offered)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path / "case")
    assert check(tmp_path / "case")[0] == []
    assert "The case file was taken" in lea.get(f"{played.path}/timeline").text

"""The zip files of the Lambda functions: small, without what only trainings need, the same bytes each time."""

from __future__ import annotations

import subprocess
import sys
import zipfile

import pytest

from tests.aws.emulator import ROOT


@pytest.mark.xdist_group("aws")
def test_the_zip_is_small_and_the_same_twice(zips, tmp_path):
    command = [sys.executable, str(ROOT / "infrastructure" / "lambda" / "build.py")]
    version = zips["lambda_runtime"].removeprefix("python")
    again, layer = tmp_path / "lambda.zip", tmp_path / "layer.zip"
    subprocess.run(
        [
            *command,
            *("--arch", zips["lambda_architecture"], "--python-version", version),
            "--out",
            again,
            "--layer",
            layer,
        ],
        check=True,
        capture_output=True,
    )
    unzipped = 0
    for name, other in (("lambda_zip", again), ("reader_zip", layer)):
        with open(zips[name], "rb") as file:
            data = file.read()
        assert data == other.read_bytes()
        assert len(data) <= 50e6
        with zipfile.ZipFile(other) as archive:
            unzipped += sum(entry.file_size for entry in archive.infolist())
            names = archive.namelist()
        assert not [n for n in names if n.startswith(("pandas/", "sklearn/", "automl_lite/training/"))]
    assert unzipped <= 200e6

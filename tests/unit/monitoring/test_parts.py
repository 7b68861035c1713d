from __future__ import annotations

from pathlib import Path
from typing import TextIO

import pytest

from automl_lite.inference import Parts


def text(words: str):
    def write(file: TextIO) -> None:
        file.write(words)

    return write


def test_parts_are_put_together_in_their_order(tmp_path: Path):
    parts = Parts(tmp_path / "out.csv", {"a": 1})
    for index in (2, 0, 1):
        parts.write(index, text(f"{index}\n"), {"n": index})
    assert Parts(tmp_path / "out.csv", {"a": 1}).done(2) == {"n": 2}
    parts.assemble(3, text("head\n"))
    assert (tmp_path / "out.csv").read_text(encoding="utf-8") == "head\n0\n1\n2\n"
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_a_part_counts_when_it_is_whole(tmp_path: Path):
    parts = Parts(tmp_path / "out.csv", {})

    def broken(file: TextIO) -> None:
        file.write("half")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        parts.write(0, broken, {})
    assert parts.done(0) is None
    parts.write(0, text("whole"), {})
    assert parts.done(0) == {}
    (tmp_path / "out.csv.parts" / "0000000.part").write_text("wh")  # a disk that lost power
    assert parts.done(0) is None


def test_parts_of_something_else_are_thrown_away(tmp_path: Path):
    Parts(tmp_path / "out.csv", {"model": "a"}).write(0, text("x"), {})
    assert Parts(tmp_path / "out.csv", {"model": "b"}).done(0) is None

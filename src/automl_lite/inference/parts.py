"""A long file written in parts: what was finished before a crash is not done again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

_BLOCK = 1 << 20


class Parts:
    """Parts of one output file in a folder beside it, each complete or not there.

    A part is written under another name and renamed, then its record (JSON, with its size) likewise; a part counts
    once its record stands. ``assemble`` puts them together in their order, again under another name, and the folder
    goes. So a process may be killed at any moment: the same call later leaves out the parts that are done, and the
    file holds each of them exactly once.

    Parameters
    ----------
    output : Path
        The file to come; the folder is ``NAME.parts``.
    key : mapping
        What the parts depend on, JSON values: with any other key old parts are thrown away.
    """

    def __init__(self, output: Path, key: Mapping[str, Any]) -> None:
        self._output = output
        self._folder = output.with_name(output.name + ".parts")
        text = json.dumps(key, sort_keys=True)
        sign = self._folder / "key.json"
        if self._folder.exists() and not (sign.is_file() and sign.read_text(encoding="utf-8") == text):
            shutil.rmtree(self._folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        _replace(sign, lambda file: file.write(text))

    def done(self, index: int) -> dict[str, Any] | None:
        """Return the record of a part that is complete; None if it has to be made."""
        record, part = self._record(index), self._part(index)
        if not record.is_file() or not part.is_file():
            return None
        facts: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        return facts["facts"] if facts["size_bytes"] == part.stat().st_size else None

    def write(self, index: int, write: Callable[[TextIO], object], facts: Mapping[str, Any]) -> None:
        """Write a part with ``write`` and remember ``facts`` (JSON values) about it."""
        part = self._part(index)
        _replace(part, write)
        record = json.dumps({"size_bytes": part.stat().st_size, "facts": dict(facts)})
        _replace(self._record(index), lambda file: file.write(record))

    def assemble(self, n_parts: int, head: Callable[[TextIO], object]) -> None:
        """Put ``head`` and the first ``n_parts`` parts into the output, which appears complete, and remove them."""
        whole = self._folder / "whole"
        with whole.open("w", encoding="utf-8", newline="") as file:
            head(file)
            file.flush()
            for index in range(n_parts):
                with self._part(index).open("rb") as part:
                    shutil.copyfileobj(part, file.buffer, _BLOCK)
        os.replace(whole, self._output)
        self.discard()

    def discard(self) -> None:
        """Throw all parts away."""
        shutil.rmtree(self._folder)

    def _part(self, index: int) -> Path:
        return self._folder / f"{index:07d}.part"

    def _record(self, index: int) -> Path:
        return self._folder / f"{index:07d}.json"


def _replace(path: Path, write: Callable[[TextIO], object]) -> None:
    """Write a text file that is seen whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        write(file)
    os.replace(draft, path)


def fingerprint(files: Iterable[Path]) -> list[str]:
    """Return the SHA-256 of each file, for the key of parts."""
    found = []
    for path in files:
        with path.open("rb") as file:
            found.append(hashlib.file_digest(file, "sha256").hexdigest())
    return found

"""The sample tables that come with the product."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import automl_lite
from automl_lite.blobs import Blobs
from automl_lite.domain.callers import Caller
from automl_lite.domain.datasets import Dataset
from automl_lite.domain.errors import SampleNotFound
from automl_lite.domain.records import from_plain, utcnow
from automl_lite.services.uploads import RAW
from automl_lite.store import Store

INDEX = "samples.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A small real table; ``question`` is what a model of it answers.

    ``target_counts`` draws the target: rows of each class, most frequent first, or of equal bins of a number from its
    1st to its 99th percentile.
    """

    name: str
    title: str
    question: str
    filename: str
    target: str
    task: str
    n_rows: int
    n_columns: int
    source: str = ""
    licence: str = ""
    size_bytes: int = 0
    target_counts: tuple[int, ...] = ()


def samples_folder() -> Path:
    """Return where the samples are: inside the installed package, or in ``examples/`` of a checkout."""
    package = Path(automl_lite.__file__).parent
    installed = package / "samples"
    return installed if installed.is_dir() else package.parents[1] / "examples"


class Samples:
    """Samples by name."""

    def __init__(self, store: Store, blobs: Blobs, folder: Path) -> None:
        self._store = store
        self._blobs = blobs
        self._folder = folder

    def all(self) -> list[Sample]:
        """Return every sample of the index whose file is there, in its order."""
        try:
            entries = json.loads((self._folder / INDEX).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        found = [from_plain(Sample, entry) for entry in entries]
        return [
            replace(sample, size_bytes=self._file(sample).stat().st_size)
            for sample in found
            if self._file(sample).is_file()
        ]

    def use(self, caller: Caller, name: str) -> Dataset:
        """Make a data set of a sample, to be confirmed like an upload. Raises SampleNotFound."""
        samples = {sample.name: sample for sample in self.all()}
        if name not in samples:
            raise SampleNotFound(name, list(samples))
        sample = samples[name]
        dataset = Dataset(
            id=str(uuid4()),
            user_id=caller.user_id,
            filename=sample.filename,
            content_type="text/csv",
            created_at=utcnow(),
            sample=sample.name,
        )
        copy = self._blobs.scratch()
        shutil.copyfile(self._file(sample), copy)
        self._blobs.place(dataset.key(RAW), copy)
        self._store.datasets.add(dataset)
        return dataset

    def _file(self, sample: Sample) -> Path:
        return self._folder / Path(sample.filename).name

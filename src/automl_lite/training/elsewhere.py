"""A model that only its own engine can run: what it was trained on is known here, predictions are not to be had."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, NoReturn

from automl_lite.domain.errors import NoPortableModel


class ElsewhereModel:
    """Stands where a PythonModel stands.

    Parameters
    ----------
    engine : str
        Its name, for people.
    contract : dict
        What goes in and comes out.
    saved : Path
        The model as its engine keeps it.
    name : str
        What that file is called in the folder of a run.
    """

    def __init__(self, engine: str, contract: dict[str, Any], saved: Path, name: str) -> None:
        self.engine = engine
        self.contract = contract
        self._saved = saved
        self.name = name

    @property
    def size_bytes(self) -> int:
        """Size of the file."""
        return self._saved.stat().st_size

    def save(self, folder: Path) -> Path:
        """Copy the model into ``folder``."""
        return Path(shutil.copyfile(self._saved, folder / self.name))

    def predict(self, frame: object) -> NoReturn:
        """Raise NoPortableModel."""
        raise NoPortableModel(self.engine)

    predict_proba = predict_interval = labels = predict

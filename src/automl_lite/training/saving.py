"""The folder of a run: model, numbers and report."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automl_lite.inference.codegen import write_predict_script
from automl_lite.inference.contract import Contract
from automl_lite.training.elsewhere import ElsewhereModel
from automl_lite.training.reports import write_report

if TYPE_CHECKING:
    from automl_lite.training.run import TrainedRun


def save_run(run: TrainedRun, folder: Path) -> Path:
    """Write model, metadata, evaluation, leaderboard, script and report into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(run.model, ElsewhereModel):
        run.model.save(folder)
    else:
        (folder / "model.onnx").write_bytes(run.onnx)
        with (folder / "model.pkl").open("wb") as file:
            pickle.dump(run.model, file, protocol=5)
        write_predict_script(Contract.from_dict(run.metadata), folder / "predict.py")
    leaderboard = [row.as_dict() for row in run.leaderboard]
    notices = [n.as_dict() for n in run.notices]
    dropped = [d.as_dict() for d in run.dropped]
    _write_json(folder / "metadata.json", run.metadata | {"notices": notices, "dropped": dropped})
    evaluation = run.evaluation.as_dict()
    _write_json(folder / "evaluation.json", evaluation)
    _write_json(folder / "leaderboard.json", leaderboard)
    write_report(
        folder / "report.html",
        {
            "name": run.metadata["name"] or run.metadata["target"],
            "task": run.metadata["task"],
            "target": run.metadata["target"],
            "created_at": run.metadata["capsule"]["started_at"],
            "model": run.metadata.get("model", ""),
            "unit": run.metadata.get("unit", ""),
            "evaluation": evaluation,
            "leaderboard": leaderboard,
            "dropped": dropped,
            "notices": notices,
            "settings": run.metadata["capsule"]["settings"],
            "capsule": run.metadata["capsule"],
            "columns": run.metadata["inputs"],
            "files": [
                {"name": path.name, "size_bytes": path.stat().st_size}
                for path in sorted(folder.iterdir())
                if not path.name.startswith(".")
            ],
        },
    )
    run.folder = folder
    return folder


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")

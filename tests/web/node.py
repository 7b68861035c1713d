"""A model file in Node: onnxruntime-web's WebAssembly, which is what a browser runs."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
PNPM = ["--yes", "pnpm@10.34.9"]


def why_not() -> str:
    """Return why nothing can be run here; empty if it can."""
    absent = [tool for tool in ("node", "npx") if shutil.which(tool) is None]
    return f"{' and '.join(absent)} not found on this machine" if absent else ""


def install() -> None:
    """Bring onnxruntime-web in the locked version, once."""
    if (HERE / "node_modules" / "onnxruntime-web").exists():
        return
    done = subprocess.run(
        [str(shutil.which("npx")), *PNPM, "install", "--frozen-lockfile", "--reporter=append-only"],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"pnpm install failed:\n{done.stdout}\n{done.stderr}")


def run(model: bytes, rows: list[dict[str, Any]], folder: Path) -> dict[str, np.ndarray]:
    """Answer the rows in Node: outputs by name, in their shapes. ``folder`` is for the files in between."""
    install()
    (folder / "model.onnx").write_bytes(model)
    plain = [{k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()} for row in rows]
    (folder / "rows.json").write_text(json.dumps(plain), encoding="utf-8")
    done = subprocess.run(
        [str(shutil.which("node")), "run.mjs", str(folder / "model.onnx"), str(folder / "rows.json")],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"Node failed:\n{done.stderr}")
    outputs = json.loads(done.stdout)["outputs"]
    return {name: np.array(o["data"]).reshape(o["dims"]) for name, o in outputs.items()}

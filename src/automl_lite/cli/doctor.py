"""``automl-lite doctor``: what is installed, what is missing and the pip line for it, and whether it works here."""

from __future__ import annotations

import os
import platform
import re
import shutil
import tempfile
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from automl_lite import __version__
from automl_lite.cli.engines import state as autogluon
from automl_lite.cli.output import JsonOption, print_json, stdout, table

_SECRETS = ("SECRET", "PASSWORD", "TOKEN", "KEY")
# The smallest ONNX model that computes something: y = −x.
_PROBE = bytes.fromhex(
    "08083a320a0b0a017812017922034e65671201675a0f0a0178120a0a08080112040a020801620f0a0179120a0a08080112040a02080142040a00100d"
)


def doctor(as_json: JsonOption = False) -> None:
    """Check this installation: packages, extras, settings, a place for temporary files."""
    facts = {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
    }
    packages, extras, settings = _packages(), _extras(), _settings()
    checks = {"predictions": _onnxruntime(), "temporary files": _temporary_files()}
    server = _server()
    engines = [autogluon()]
    if as_json:
        missing = {extra: names for extra, names in extras.items() if names}
        print_json(
            facts
            | {
                "packages": packages,
                "missing": missing,
                "settings": settings,
                "server": server,
                "engines": engines,
                "checks": checks,
            }
        )
        return
    console = stdout()
    console.print(table("AutoML Lite", ("", ""), list(facts.items())))
    rows = [
        (extra, ", ".join(names) or "nothing", _pip_line(extra) if names else "") for extra, names in extras.items()
    ]
    console.print(table("Extras", ("extra", "missing", "to install"), rows))
    if settings:
        console.print(table("Settings from the environment", ("name", "value"), list(settings.items())))
    if server:
        console.print(
            table("Server", ("", "", "to do"), [(line["name"], line["value"], line["hint"]) for line in server])
        )
    rows = [(e["name"], f"{e['state']} {e['version']}".strip(), e["hint"]) for e in engines]
    console.print(table("Other engines", ("engine", "state", "to do"), rows))
    console.print(table("Checks", ("check", "outcome"), list(checks.items())))


def _requirements() -> list[tuple[str, str]]:
    """Return (package, extra) for everything that the installed metadata names; extra is empty for the base."""
    pairs = []
    for line in requires("automl-lite") or []:
        spec, _, marker = line.partition(";")
        name = spec.strip()
        for sign in "<>=!~[ (":
            name = name.partition(sign)[0]
        extra = marker.partition("extra ==")[2].strip().strip("'\" ") if "extra ==" in marker else ""
        if name.lower() != "automl-lite":
            pairs.append((name, extra))
    return pairs


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _packages() -> dict[str, str]:
    return {name: _version(name) for name in sorted({name for name, _ in _requirements()})}


def _extras() -> dict[str, list[str]]:
    """Return the packages that each extra still lacks."""
    extras: dict[str, list[str]] = {}
    for name, extra in _requirements():
        missing = extras.setdefault(extra or "(base)", [])
        if not _version(name):
            missing.append(name)
    return extras


def _pip_line(extra: str) -> str:
    return "pip install " + ("automl-lite" if extra == "(base)" else f"'automl-lite[{extra}]'")


def _settings() -> dict[str, str]:
    """Return what the environment sets, secrets masked."""
    found = {name: value for name, value in sorted(os.environ.items()) if name.startswith("AUTOML_LITE_")}
    return {
        name: "********" if any(word in name for word in _SECRETS) else re.sub(r"//[^/@]*@", "//********@", value)
        for name, value in found.items()
    }


def _server() -> list[dict[str, str]]:
    """Return what is configured for the server and what each part lacks; nothing without the extra ``server``."""
    if not _version("pydantic-settings"):
        return []
    from automl_lite.configuration import configuration

    return [{"name": line.name, "value": line.value, "hint": line.hint} for line in configuration()]


def _temporary_files() -> str:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "probe").write_bytes(bytes(1024))
        return f"{shutil.disk_usage(folder).free / 1e9:.1f} GB free"


def _onnxruntime() -> str:
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(_PROBE, providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {"x": np.array([1.0], dtype=np.float32)})
    works = "answers" if answer.tolist() == [-1.0] else f"gives {answer.tolist()} for −1: do not use it"
    return f"onnxruntime {onnxruntime.__version__} {works}"

"""Build what the Lambda functions run: the same bytes from the same commit. ``make lambda-zip`` runs it.

The zip holds the API and predictions; the layer holds the reader of files. Each is under Lambda's 50 MB for uploads.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "dev.lock"

# What the API and predictions import; boto3 is part of the Lambda runtime. No pandas, no scikit-learn.
PACKAGES = (
    "annotated-doc",
    "annotated-types",
    "anyio",
    "cronsim",
    "fastapi",
    "flatbuffers",
    "idna",
    "mangum",
    "numpy",
    "onnxruntime",
    "opentelemetry-api",
    "orjson",
    "packaging",
    "prometheus-client",
    "protobuf",
    "pydantic",
    "pydantic-core",
    "pydantic-settings",
    "python-dotenv",
    "starlette",
    "typing-extensions",
    "typing-inspection",
)
# What reads files, and writes those that people take away.
READER = ("charset-normalizer", "duckdb", "python-calamine", "xlsxwriter")
# Parts of packages that serving never imports.
LEFT_OUT = (
    "onnxruntime/transformers/",
    "onnxruntime/quantization/",
    "onnxruntime/tools/",
    "onnxruntime/datasets/",
    "onnxruntime/backend/",
    "onnxruntime/capi/libonnxruntime.so",  # for programs in C; Python's module has its own copy inside
    "numpy/f2py/",
    "numpy/_core/include/",
    "numpy/_core/lib/",
    "numpy/random/lib/",
    "pydantic/v1/",  # FastAPI looks for models of version 1 with it, and takes a tenth of a second to find none
    "bin/",
)
OWN_LEFT_OUT = ("training", "cli", "server/web", "store/sql")
PLATFORMS = {"arm64": "aarch64-manylinux_2_28", "x86_64": "x86_64-manylinux_2_28"}
MOMENT = (1980, 1, 1, 0, 0, 0)


def pins(lock: str, names: Sequence[str], version: str) -> list[str]:
    """Return ``name==version`` of the packages for that Python. Raises SystemExit naming those that the lock lacks."""
    target = {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": "linux"}
    found: dict[str, str] = {}
    for line in lock.splitlines():
        if line[:1].isalnum():
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate(target):
                found[pin.name] = f"{pin.name}{pin.specifier}"
    missing = [name for name in names if name not in found]
    if missing:
        raise SystemExit(f"requirements/dev.lock does not pin: {', '.join(missing)}")
    return [found[name] for name in names]


def install(folder: Path, names: Sequence[str], arch: str, version: str) -> None:
    """Put the locked packages for that processor and Python into ``folder``."""
    uv = Path(sys.executable).parent / "uv"
    subprocess.run(
        [
            *(str(uv), "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--target", str(folder)),
            *("--python-version", version, "--python-platform", PLATFORMS[arch]),
            *("--python", sys.executable, *pins(LOCK.read_text(encoding="utf-8"), names, version)),
        ],
        check=True,
    )


def tidy(folder: Path) -> None:
    """Remove what is not needed at run time."""
    for part in LEFT_OUT:
        for path in folder.glob(f"{part}*" if part.endswith(".so") else part):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            if path.name in ("tests", "__pycache__"):
                shutil.rmtree(path)
        elif path.suffix in (".pyi", ".pyx", ".pxd", ".h", ".c", ".a", ".md") or (
            ".dist-info/" in name and path.name not in ("METADATA", "entry_points.txt")
        ):
            path.unlink()


def own(folder: Path) -> None:
    """Copy the product's own code, without what never runs in a function."""
    source = ROOT / "src" / "automl_lite"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(source, folder / "automl_lite", ignore=ignored)
    for part in OWN_LEFT_OUT:
        shutil.rmtree(folder / "automl_lite" / part, ignore_errors=True)
    samples = ROOT / "examples"
    if (samples / "samples.json").is_file():
        (folder / "automl_lite" / "samples").mkdir(exist_ok=True)
        for file in (*samples.glob("*.csv"), samples / "samples.json"):
            shutil.copyfile(file, folder / "automl_lite" / "samples" / file.name)


def interpreter(version: str) -> str | None:
    """Return a Python of that version, if this machine has one."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    found = shutil.which(f"python{version}")
    works = found is not None and subprocess.run([found, "-c", ""], check=False, capture_output=True).returncode == 0
    return found if works else None


def compile_all(folder: Path, python: str) -> None:
    """Compile ahead: Lambda's folder is read-only, so that every cold start would compile again."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    options = ("-q", "-j", "1", "-s", str(folder), "-p", "/var/task", "--invalidation-mode", "unchecked-hash")
    subprocess.run([python, "-m", "compileall", *options, str(folder)], check=True, env=environment, cwd=folder)


def write(folder: Path, out: Path) -> int:
    """Zip the folder with nothing in it that changes from day to day; return the size of its content."""
    out.parent.mkdir(parents=True, exist_ok=True)
    total = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in _files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is built
            entry.external_attr = (0o755 if path.suffix == ".so" else 0o644) << 16
            data = path.read_bytes()
            total += len(data)
            archive.writestr(entry, data)
    return total


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Build and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=sorted(PLATFORMS), default="arm64")
    parser.add_argument("--python-version", default="3.13", help="the function's runtime; 3.12 or newer on AWS")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "lambda.zip")
    parser.add_argument("--layer", type=Path, default=ROOT / "build" / "reader-layer.zip")
    given = parser.parse_args()
    python = interpreter(given.python_version)
    if python is None:
        print(f"python{given.python_version} is not here: nothing is compiled ahead, cold starts take longer.")
    for out, names, root in ((given.out, PACKAGES, "."), (given.layer, READER, "python")):
        with tempfile.TemporaryDirectory(prefix="lambda-") as name:
            folder = Path(name) / root
            install(folder, names, given.arch, given.python_version)
            if names is PACKAGES:
                own(folder)
            tidy(folder)
            if python is not None:
                compile_all(folder, python)
            unzipped = write(Path(name), out)
        digest = hashlib.sha256(out.read_bytes()).hexdigest()
        sizes = f"{out.stat().st_size / 1e6:.1f} MB zipped, {unzipped / 1e6:.1f} MB unzipped"
        print(f"{out.name}: python{given.python_version} {given.arch}, {sizes}, sha256 {digest}")


if __name__ == "__main__":
    main()

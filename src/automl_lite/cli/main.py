"""The entry point: what every command shares, and how errors are told. Imports nothing that may be missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from automl_lite.errors import AutoMLLiteError, ExtraMissing


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 a failure that was told, 2 wrong usage. A bug stays a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    try:
        from automl_lite.cli.app import app
    except ModuleNotFoundError as err:
        if (err.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        # The base install serves predictions from Python and has no command line.
        tell(ExtraMissing("The command line", "train"), as_json=as_json)
        sys.exit(1)
    try:
        app(args=arguments, prog_name="automl-lite")
    except AutoMLLiteError as error:
        tell(error, as_json=as_json)
        sys.exit(1)
    sys.exit(0)


def tell(error: AutoMLLiteError, *, as_json: bool) -> None:
    """Write code, message and hint to standard error: as lines for people, as one JSON object for programs."""
    if as_json:
        import json

        print(json.dumps({"error": error.as_dict()}, ensure_ascii=False), file=sys.stderr)
        return
    print(f"Error [{error.code}]: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"Hint: {error.hint}", file=sys.stderr)


if __name__ == "__main__":
    main()

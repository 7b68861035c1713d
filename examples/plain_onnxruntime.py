"""Use a model file with onnxruntime alone, as a program in any other language would.

python examples/plain_onnxruntime.py model.onnx
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np
import onnxruntime


def main(path: str) -> None:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    contract = json.loads(session.get_modelmeta().custom_metadata_map["automl_lite"])

    rows: list[dict[str, Any]] = [contract["example"], {}]  # the second one has nothing but missing values
    feed = {}
    for column in contract["inputs"]:
        values = [row.get(column["name"]) for row in rows]
        if column["type"] == "float":
            array = np.array([np.nan if v is None else v for v in values], dtype=np.float32)
        else:
            array = np.array(["" if v is None else str(v) for v in values], dtype=object)
        feed[column["name"]] = array.reshape(-1, 1)

    names = contract["outputs"]
    found = dict(zip(names, session.run(list(names.values()), feed), strict=True))
    for i in range(len(rows)):
        print({role: values[i : i + 1].tolist()[0] for role, values in found.items()})


if __name__ == "__main__":
    main(sys.argv[1])

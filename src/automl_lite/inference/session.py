"""Opening a model file: one onnxruntime session and the contract in its metadata."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from automl_lite.inference.contract import METADATA_KEY, Contract
from automl_lite.inference.errors import ModelNotFound, NotAModel

_ELEMENT_TYPES = {"float": "tensor(float)", "string": "tensor(string)"}
_UNREADABLE = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoModel,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)


Run = Callable[[Sequence[str], Mapping[str, Any]], list[Any]]


def open_session(model: str | os.PathLike[str] | bytes, *, threads: int = 1) -> tuple[Run, Contract]:
    """Load a model and check that its graph is the one that its contract describes.

    What is returned runs the graph: names of outputs and arrays by input name → the outputs.

    Parameters
    ----------
    model : path or bytes
        The file, or what stands in it.
    threads : int, default=1
        Threads within one operator. One is best for single rows: onnxruntime's default costs 32 times the CPU there.

    Raises
    ------
    ModelNotFound, NotAModel, ModelTooNew
    """
    source = bytes(model) if isinstance(model, (bytes, bytearray, memoryview)) else os.fspath(model)
    if isinstance(source, str) and not os.path.isfile(source):
        raise ModelNotFound(os.path.basename(source.rstrip("/")) or source)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # the exception says what is wrong; its log line would repeat it on stderr
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(source, sess_options=options, providers=["CPUExecutionProvider"])
    except _UNREADABLE as err:
        raise NotAModel("onnxruntime cannot read it.") from err
    text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY)
    if text is None:
        raise NotAModel(f"its metadata has no entry {METADATA_KEY!r}.")
    contract = Contract.from_json(text)
    _compare(session, contract)
    return _runner(session), contract


def _runner(session: Any) -> Run:
    """The session's own run, without looking for each of its inputs in a list of the names given.

    That takes the square of their number: a fifth of a row's time at 79 columns, most of it at 750. The encoder gives
    every input by its name, and the runtime below checks them once more.
    """
    inner = getattr(session, "_sess", None)
    if inner is None:
        return lambda outputs, feed: list(session.run(outputs, feed))
    return lambda outputs, feed: inner.run(outputs, feed, None)


def _compare(session: Any, contract: Contract) -> None:
    given = {i.name: i.type for i in session.get_inputs()}
    described = {c.name: _ELEMENT_TYPES[c.type] for c in contract.inputs}
    if given != described:
        odd = sorted(name for name in given.keys() | described.keys() if given.get(name) != described.get(name))
        raise NotAModel(f"its graph and its metadata disagree about the input {odd[0]!r}.")
    outputs = {o.name for o in session.get_outputs()}
    if absent := sorted(set(contract.outputs.values()) - outputs):
        raise NotAModel(f"its graph has no output {absent[0]!r}.")

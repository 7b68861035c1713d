"""A model file → answers: input contract, prediction, intervals, explanations; needs numpy and onnxruntime only."""

from automl_lite.inference.codegen import write_predict_script
from automl_lite.inference.contract import Contract, InputColumn
from automl_lite.inference.drift import ColumnDrift, DriftReport, Watch
from automl_lite.inference.errors import (
    MissingColumns,
    ModelNotFound,
    ModelTooNew,
    NotAModel,
    UnreadableRows,
    WrongTask,
    WrongType,
)
from automl_lite.inference.estimate import Estimate, Expected
from automl_lite.inference.explain import Contribution, Explanation
from automl_lite.inference.output import AnswerColumns, CsvWriter, safe_cell
from automl_lite.inference.parts import Parts, fingerprint
from automl_lite.inference.predictor import Answer, InputWarning, Predictor, Scores
from automl_lite.inference.schema import SchemaCheck

__all__ = [
    "Answer",
    "AnswerColumns",
    "ColumnDrift",
    "Contract",
    "Contribution",
    "CsvWriter",
    "DriftReport",
    "Estimate",
    "Expected",
    "Explanation",
    "InputColumn",
    "InputWarning",
    "MissingColumns",
    "ModelNotFound",
    "ModelTooNew",
    "NotAModel",
    "Parts",
    "Predictor",
    "SchemaCheck",
    "Scores",
    "UnreadableRows",
    "Watch",
    "WrongTask",
    "WrongType",
    "fingerprint",
    "safe_cell",
    "write_predict_script",
]

"""Metrics by name: what there is, how it scores, and how sure the score is."""

from automl_lite.training.metrics.registry import (
    METRICS,
    Metric,
    MetricUnfit,
    UnknownMetric,
    reported_metrics,
    resolve_metric,
)
from automl_lite.training.metrics.scoring import absent_classes, check_target, loss, score, task_of, undefined_reason

__all__ = [
    "METRICS",
    "Metric",
    "MetricUnfit",
    "UnknownMetric",
    "absent_classes",
    "check_target",
    "loss",
    "reported_metrics",
    "resolve_metric",
    "score",
    "task_of",
    "undefined_reason",
]

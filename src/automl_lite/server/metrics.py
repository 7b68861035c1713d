"""What Prometheus is told."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

import automl_lite
from automl_lite.domain.batches import BatchKind
from automl_lite.domain.jobs import JobState
from automl_lite.domain.records import utcnow
from automl_lite.wiring import Services

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)


class Metrics:
    """Counters of one application; gauges are read when asked for."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "automl_lite_http_requests", "Requests by route.", ["method", "route", "status"], registry=registry
        )
        self._latency = Histogram(
            "automl_lite_http_request_seconds",
            "Seconds until the last byte.",
            ["route"],
            buckets=BUCKETS,
            registry=registry,
        )
        self._jobs = Gauge("automl_lite_jobs", "Jobs by state.", ["state"], registry=registry)
        self._queue_age = Gauge("automl_lite_queue_age_seconds", "Age of the oldest waiting job.", registry=registry)
        self._batches = Gauge("automl_lite_batches", "Batches in the store by state.", ["state"], registry=registry)
        self._batch_age = Gauge(
            "automl_lite_batch_queue_age_seconds", "Age of the oldest waiting batch.", registry=registry
        )
        self._ended = Gauge(
            "automl_lite_batches_ended_total",
            "Batches that this server started and that ended since its own start.",
            ["state"],
            registry=registry,
        )
        self._rows = Gauge(
            "automl_lite_batch_rows_total", "Rows of those that were completed.", ["kind"], registry=registry
        )
        self._unanswered = Gauge(
            "automl_lite_batch_rows_unanswered_total", "Rows among them without an answer.", registry=registry
        )
        self._predictions = Gauge("automl_lite_predictions_total", "Rows answered since start.", registry=registry)
        self._cached = Gauge("automl_lite_model_cache_models", "Models kept loaded.", registry=registry)
        self._cached_bytes = Gauge("automl_lite_model_cache_bytes", "Their memory.", registry=registry)
        self._hits = Gauge("automl_lite_model_cache_hits_total", "Requests that found it loaded.", registry=registry)
        self._loads = Gauge("automl_lite_model_cache_loads_total", "Models loaded since start.", registry=registry)
        Gauge("automl_lite_info", "Version.", ["version"], registry=registry).labels(automl_lite.__version__).set(1)
        # Looking labels up costs more than counting: the few combinations are kept.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (method, route, status)
        known = self._known.get(key)
        if known is None:
            known = self._requests.labels(method, route, str(status)), self._latency.labels(route)
            self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)

    def render(self, services: Services) -> bytes:
        """Return everything in the text format."""
        queue = services.system.queue()
        for state in JobState:
            self._jobs.labels(state.value).set(queue.counts.get(state, 0))
        self._queue_age.set((utcnow() - queue.oldest_at).total_seconds() if queue.oldest_at else 0)
        self._render_batches(services)
        predictions = services.predictions
        self._predictions.set(predictions.n_answered)
        n_cached, n_bytes = predictions.usage
        self._cached.set(n_cached)
        self._cached_bytes.set(n_bytes)
        self._hits.set(predictions.n_hits)
        self._loads.set(predictions.n_loads)
        return generate_latest(self._registry)

    def _render_batches(self, services: Services) -> None:
        queue, tally = services.system.batch_queue(), services.tally
        tally.settle()
        for state in JobState:
            self._batches.labels(state.value).set(queue.counts.get(state, 0))
            if state.is_over:
                self._ended.labels(state.value).set(tally.ended[state])
        self._batch_age.set((utcnow() - queue.oldest_at).total_seconds() if queue.oldest_at else 0)
        for kind in BatchKind:
            self._rows.labels(kind.value).set(tally.rows[kind])
        self._unanswered.set(tally.n_unanswered)

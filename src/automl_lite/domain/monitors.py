"""Watching a deployed model: thresholds, alerts when they are crossed, and when it is trained again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a model is trained again: ``cron`` has five fields, in UTC.

    The newest data set whose file is called ``filename`` is taken; nothing happens if no newer one has come.
    ``append`` adds it to the rows trained on so far. ``promote`` is the rule of ``Job.promote``.
    """

    cron: str
    filename: str
    append: bool = False
    promote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """How the model of one job is watched; ``id`` is the job's. Shares are 0–1, None switches a threshold off.

    Parameters
    ----------
    drift : str
        Severity of drift from which an alert is raised: slight, moderate or strong; empty: never.
    accuracy_drop : float or None
        An alert if accuracy, estimated without labels, is so much below that at test time.
    error_share : float or None
        An alert if more than this share of the rows of a batch got no answer.
    worse : bool
        An alert if a validation finds the model worse than at test time, beyond chance.
    log_share : float in [0, 1]
        Share of single predictions that are kept; ``log_without`` names columns that are not.
    webhook_secret : str
        Signs webhooks; shown once, when it is made.
    next_at, last_at : datetime or None
        When the schedule is due, and when it last did something; ``last_dataset_id`` is what it trained on then.
    """

    id: str
    user_id: str
    created_at: datetime
    version: int = 0
    drift: str = "moderate"
    accuracy_drop: float | None = None
    error_share: float | None = None
    worse: bool = True
    log_share: float = 0.0
    log_without: tuple[str, ...] = ()
    webhook_url: str = ""
    webhook_secret: str = ""
    schedule: Schedule | None = None
    next_at: datetime | None = None
    last_at: datetime | None = None
    last_job_id: str = ""
    last_dataset_id: str = ""
    last_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of an alert's webhook; ``error`` is empty once it was taken."""

    attempts: int = 0
    delivered_at: datetime | None = None
    status: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A threshold that a batch crossed.

    ``rule`` is ``drift``, ``accuracy-drop``, ``error-share`` or ``worse``; ``value`` and ``threshold`` are numbers
    where the rule has numbers.
    """

    id: str
    user_id: str
    created_at: datetime
    job_id: str
    batch_id: str
    model_name: str
    rule: str
    severity: str
    message: str
    version: int = 0
    value: float | None = None
    threshold: float | None = None
    acknowledged_at: datetime | None = None
    delivery: Delivery | None = None

    def acknowledged(self, *, now: datetime) -> Alert:
        """Return the alert as somebody has seen it; the first time counts."""
        return self if self.acknowledged_at else replace(self, acknowledged_at=now)

    def matches(self, filters: AlertFilter) -> bool:
        """Tell whether a list with these filters shows this alert."""
        return (not filters.job_id or filters.job_id == self.job_id) and (
            filters.is_open is None or filters.is_open is (self.acknowledged_at is None)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts a list shows; the defaults show all."""

    job_id: str = ""
    is_open: bool | None = None

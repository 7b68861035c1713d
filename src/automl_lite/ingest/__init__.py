"""Reading tables: any file or frame to typed columns, a data profile with warnings, and the problem type."""

from __future__ import annotations

from automl_lite.ingest.limits import Limits
from automl_lite.ingest.read import read_file
from automl_lite.ingest.reading import Reading, Reject

__all__ = ["Limits", "Reading", "Reject", "read_file"]

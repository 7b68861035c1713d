"""Reading tables: any file or frame to typed columns, a data profile with warnings, and the problem type."""

from __future__ import annotations

from automl_lite.ingest.frames import load_frame, read_frame
from automl_lite.ingest.limits import Limits
from automl_lite.ingest.problem_type import ProblemType, check_target, problem_type
from automl_lite.ingest.profile import Profile, profile_table
from automl_lite.ingest.read import read_file
from automl_lite.ingest.reading import Reading, Reject

__all__ = [
    "Limits",
    "ProblemType",
    "Profile",
    "Reading",
    "Reject",
    "check_target",
    "load_frame",
    "problem_type",
    "profile_table",
    "read_file",
    "read_frame",
]

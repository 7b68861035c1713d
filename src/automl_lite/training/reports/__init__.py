"""Reports as single HTML files that ask no server for anything: the data (eda.html) and the model (report.html)."""

from automl_lite.training.reports.eda import write_eda
from automl_lite.training.reports.model_report import write_report

__all__ = ["write_eda", "write_report"]

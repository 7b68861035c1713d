"""Columns as boosters and forests want them: codes for texts, parts for dates; what a first notebook would do."""

from __future__ import annotations

from typing import Any

import pandas as pd

from benchmarks.quality.fitting.job import FrameModel, Job


class PlainModel(FrameModel):
    """A scikit-learn estimator over prepared columns.

    ``levels`` are the categories of each column of texts, learnt from the training rows; levels that were not there
    are missing.
    """

    def __init__(self, job: Job, *, categories: bool) -> None:
        super().__init__(job)
        self.categories = categories
        self.levels: dict[str, pd.Index] = {}

    def learn(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The training columns, prepared; the levels stay."""
        table = with_date_parts(frame.drop(columns=self.job.target), self.job.dates)
        for column in table:
            if not pd.api.types.is_numeric_dtype(table[column]):
                self.levels[str(column)] = pd.Index(sorted(table[column].dropna().astype(str).unique()))
        return self.coded(table)

    def prepared(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows to be predicted, prepared."""
        return self.coded(with_date_parts(rows, self.job.dates))

    def coded(self, table: pd.DataFrame) -> pd.DataFrame:
        """Texts as pandas categories, or as their codes with -1 for missing."""
        columns: dict[str, Any] = {}
        for column in table:
            values = table[column]
            if column in self.levels:
                levels = self.levels[str(column)]
                texts = values.astype(object).where(values.isna(), values.astype(str))
                values = pd.Series(pd.Categorical(texts.where(texts.isin(levels)), levels), table.index)
                columns[str(column)] = values if self.categories else values.cat.codes
            else:
                columns[str(column)] = pd.to_numeric(values, errors="coerce").astype(float)
        return pd.DataFrame(columns)


def with_date_parts(frame: pd.DataFrame, dates: list[str]) -> pd.DataFrame:
    """Each date as year, month, day, weekday, hour and days since 1970."""
    parts: dict[str, Any] = {}
    for column in dates:
        at = frame[column].dt
        parts |= {f"{column} {part}": getattr(at, part) for part in ("year", "month", "day", "day_of_week", "hour")}
        parts[f"{column} days"] = (frame[column] - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return frame.drop(columns=dates).assign(**parts)

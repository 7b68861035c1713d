"""JSON of the sample tables that come with the product."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from automl_lite.server.schemas import Out, TaskName


class SampleOut(Out):
    """A small real table to try things with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "penguins",
                    "title": "Penguins",
                    "question": "Which species is it?",
                    "filename": "penguins.csv",
                    "target": "species",
                    "task": "multiclass",
                    "n_rows": 344,
                    "n_columns": 8,
                    "size_bytes": 15240,
                    "source": "palmerpenguins",
                    "licence": "CC0",
                    "target_counts": [152, 124, 68],
                }
            ]
        }
    )

    name: str = Field(description="Pass it to POST /samples/{name}.")
    title: str
    question: str = Field(description="What a model of it answers.")
    filename: str
    target: str
    task: TaskName
    n_rows: int
    n_columns: int
    size_bytes: int
    source: str
    licence: str
    target_counts: list[int] = Field(
        description="Rows of each class, most frequent first; of a number, rows in equal bins from its 1st to its "
        "99th percentile."
    )


class SamplesOut(Out):
    """All samples."""

    items: list[SampleOut]

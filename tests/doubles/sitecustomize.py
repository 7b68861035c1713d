"""Parquet through DuckDB, for an interpreter whose pandas has no pyarrow."""

import duckdb
import pandas


def read_parquet(file):
    return duckdb.execute("SELECT * FROM read_parquet(?)", [str(file)]).df()


def to_parquet(self, file):
    duckdb.register("frame", self)
    duckdb.execute(f"COPY (SELECT * FROM frame) TO '{file}' (FORMAT parquet)")


pandas.read_parquet = read_parquet
pandas.DataFrame.to_parquet = to_parquet

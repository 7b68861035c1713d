"""The failures of reading a file and choosing a target, each with its code, message and hint."""

from __future__ import annotations

from automl_lite.errors import AutoMLLiteError, shorten


class IngestError(AutoMLLiteError):
    """The file cannot become a table."""

    code = "unreadable-file"


class EmptyFile(IngestError):
    """No byte, or nothing but white space."""

    code = "empty-file"

    def __init__(self) -> None:
        super().__init__("The file is empty.", hint="Check the export that wrote it, then upload it again.")


class NoRows(IngestError):
    """A header and nothing below it."""

    code = "no-rows"

    def __init__(self) -> None:
        super().__init__(
            "The file has column names but no data rows.", hint="Check the filter of the export that wrote it."
        )


class TooLittleMemory(IngestError):
    """The table does not fit what reading may hold in memory, and part of it cannot go to disk."""

    code = "too-little-memory"

    def __init__(self) -> None:
        super().__init__(
            "Reading the file needs more memory than it may use.", hint="Upload fewer columns, or a Parquet file."
        )


class NotATable(IngestError):
    """The content is something else: a picture, an archive, a web page."""

    code = "not-a-table"

    def __init__(self, looks_like: str, *, hint: str = "Upload a CSV, TSV, Parquet, JSON lines or XLSX file.") -> None:
        super().__init__(f"This is not a text table (it looks like {looks_like}).", hint=hint)


class IsArchive(IngestError):
    """A ZIP or another archive that may hold many files."""

    code = "is-archive"

    def __init__(self, kind: str) -> None:
        article = "an" if kind[0] in "AEIOUR" and kind != "ROM" else "a"
        super().__init__(f"This is {article} {kind} archive; upload one table.", hint="Unpack it and upload the table.")


class IsJson(IngestError):
    """One JSON document instead of rows."""

    code = "is-json"

    def __init__(self) -> None:
        super().__init__(
            "This looks like JSON, not CSV.", hint="Write one JSON object per line (JSON lines), or save it as CSV."
        )


class UnknownEncoding(IngestError):
    """The bytes are text in no encoding that could be found."""

    code = "unknown-encoding"

    def __init__(self, line: int = 0) -> None:
        where = f" (line {line})" if line else ""
        super().__init__(f"The text encoding of the file could not be found{where}.", hint="Save the file as UTF-8.")


class UnclosedQuote(IngestError):
    """A quotation mark swallows the rest of the file, or many lines of it."""

    code = "unclosed-quote"

    def __init__(self, line: int, closed_in: int = 0) -> None:
        if closed_in:
            message = (
                f"A quotation mark opened in line {line} is closed only in line {closed_in}: rows became one cell."
            )
        else:
            message = f"A quotation mark opened in line {line} is never closed."
        super().__init__(message, hint=f"Close or remove the quotation mark in line {line}.")
        self.line = line


class RowsDoNotFit(IngestError):
    """Most lines have another number of cells than the header."""

    code = "rows-do-not-fit"

    def __init__(self, n_bad: int, n_rows: int, n_columns: int) -> None:
        super().__init__(
            f"{n_bad:,} of {n_rows:,} rows do not have {n_columns:,} cells like the header.",
            hint="Check the delimiter, or put cells that contain it into quotation marks.",
        )


class LimitExceeded(IngestError):
    """The file is larger than a limit allows; the message states the limit."""

    code = "limit-exceeded"

    def __init__(self, what: str, limit: str, *, hint: str = "Split the file, or raise the limit.") -> None:
        super().__init__(f"{what}; the limit is {limit}.", hint=hint)


class Damaged(IngestError):
    """A compressed or binary file that ends early or fails its own checks."""

    code = "damaged-file"

    def __init__(self, kind: str) -> None:
        super().__init__(f"The {kind} is damaged or incomplete.", hint="Export or download it again.")


class KindDoesNotFit(IngestError):
    """A kind was forced upon a column, but none of its values can be read so."""

    code = "kind-does-not-fit"

    def __init__(self, column: str, kind: str, example: str) -> None:
        super().__init__(
            f'No value of "{shorten(column)}" can be read as {kind} (for example "{shorten(example, 40)}").',
            hint="Choose another type for this column.",
        )
        self.column = column


class TargetError(AutoMLLiteError):
    """The chosen target cannot be learnt from this table."""

    code = "bad-target"


class ConstantTarget(TargetError):
    """Every row has the same answer."""

    code = "constant-target"

    def __init__(self, target: str, value: str) -> None:
        super().__init__(
            f'The target "{shorten(target)}" has only one value ("{shorten(value, 40)}"),'
            " so there is nothing to learn.",
            hint="Choose another target, or a file that holds both outcomes.",
        )


class EmptyTarget(TargetError):
    """No row has an answer."""

    code = "empty-target"

    def __init__(self, target: str) -> None:
        super().__init__(
            f'The target "{shorten(target)}" has no values, so there is nothing to learn.',
            hint="Choose another target.",
        )


class NoFeatures(TargetError):
    """The target is the only column."""

    code = "no-features"

    def __init__(self) -> None:
        super().__init__(
            "At least one column besides the target is needed.",
            hint="If the file has more columns, check its delimiter.",
        )


class TooFewRows(TargetError):
    """Too few rows have an answer."""

    code = "too-few-rows"

    def __init__(self, n_rows: int, min_rows: int, *, without_target: int = 0) -> None:
        has = f"the file has {n_rows}"
        if without_target:
            has = f"only {n_rows} rows have a target ({without_target} are without)"
        super().__init__(f"At least {min_rows} rows are needed to train; {has}.", hint="Add rows to the file.")


class TooManyClasses(TargetError):
    """Nearly every row would be a class of its own."""

    code = "too-many-classes"

    def __init__(self, target: str, n_distinct: int, n_rows: int) -> None:
        super().__init__(
            f'"{shorten(target)}" has {n_distinct:,} different values in {n_rows:,} rows and cannot be a class.',
            hint="Choose another target, or give it the type number if it is a quantity.",
        )


class UnfitTarget(TargetError):
    """The kind of the target and the problem type do not go together."""

    code = "unfit-target"

    def __init__(self, target: str, why: str) -> None:
        super().__init__(
            f'"{shorten(target)}" cannot be predicted: {why}.', hint="Choose another target or problem type."
        )

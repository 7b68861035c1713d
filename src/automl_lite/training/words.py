"""Free text to a few numbers by its words, with the same table in numpy and in the graph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from onnx import TensorProto

from automl_lite.training.encoders import Codes, Fold, Matrix, Targets, Values
from automl_lite.training.graph import Graph

# ASCII letters and digits and everything beyond ASCII; the same set for RE2 (in the graph) and for ``re``.
WORD_PATTERN = r"[^\x00-/:-@\[-`{-\x7f]+"
MAX_TOKENS = 400  # tokens of one cell that count; bounds the memory of a batch
MAX_VOCABULARY = 20_000
MIN_TOKEN_ROWS = 3
TEXT_DIMENSIONS = 24
WordModel = tuple[Values, Values]
NO_WORD = "\ue000"  # of Unicode's private use area; never in a vocabulary


class TextEncoder:
    """Words to a few numbers: latent semantic dimensions, out-of-fold scores of a linear word model, and a count.

    Every word has a row in one table; a cell is the sum of its words' rows over the square root of their number.
    The dimensions are a truncated SVD of word weights (Deerwester et al., 1990); the scores are a logistic or ridge
    regression on them, fitted per fold so that a row's score never saw its own target.
    """

    def __init__(self, column: str, *, seed: int = 0) -> None:
        self.column = column
        self.seed = seed
        self.names: tuple[str, ...] = ()

    def fit(self, values: Values, targets: Targets) -> Matrix:
        """Learn vocabulary and table; return the out-of-fold features."""
        tokens = [_tokens(v) for v in values]
        rows_with = Counter(token for row in tokens for token in set(row))
        folded = Counter(token for row in tokens for token in {t.lower() for t in row})
        common = [t for t, n in folded.most_common() if n >= MIN_TOKEN_ROWS and t != NO_WORD]
        words = sorted(common[:MAX_VOCABULARY], key=lambda t: (-folded[t], t))
        place = {word: i for i, word in enumerate(words)}
        # Spellings seen in training share the row of their lower-case form.
        spellings = {s: place[s.lower()] for s in sorted(rows_with) if s.lower() in place}
        self._row_of: dict[str, int] = spellings | place
        if not words:
            self.names = (f"{self.column}: words",)
            self.table_ = np.zeros((2, 0), np.float32)
            return self._count(tokens)
        from sklearn.decomposition import TruncatedSVD

        idf = self.idf_ = np.log((1 + len(tokens)) / (1 + np.array([folded[w] for w in words]))) + 1
        weighted = self._weighted(tokens)
        n_dims = min(TEXT_DIMENSIONS, weighted.shape[1] - 1, weighted.shape[0] - 1)
        parts = []
        if n_dims >= 1:
            svd = TruncatedSVD(n_dims, random_state=self.seed, n_iter=4).fit(weighted)
            parts.append(svd.components_.T)
        coef, intercept = _word_model(weighted, targets, np.arange(len(tokens)))
        scores = coef.T
        parts.append(scores)
        by_word = np.hstack(parts) * idf[:, None]
        self.table_ = np.vstack([np.zeros((1, by_word.shape[1])), by_word, np.zeros((1, by_word.shape[1]))]).astype(
            np.float32
        )
        self.intercept_ = np.concatenate([np.zeros(by_word.shape[1] - len(intercept)), intercept])
        self.names = (
            *(f"{self.column}: topic {i}" for i in range(n_dims)),
            *(f"{self.column}: word score {k}" for k in range(scores.shape[1])),
            f"{self.column}: words",
        )
        features = self._from_tokens(tokens)
        features[:, n_dims:-1] = _word_scores(weighted, targets, np.arange(len(tokens)), {})
        return features

    def of_folds(self, values: Values, targets: Targets, folds: Sequence[Fold]) -> tuple[Codes, list[Matrix]]:
        """After ``fit``: places of the word scores among the features, and their values for each fold."""
        if not self.table_.shape[1]:
            return np.empty(0, np.int64), []
        weighted = self._weighted([_tokens(v) for v in values])
        known: dict[bytes, WordModel] = {}
        found = [_word_scores(weighted, targets, train, known).astype(np.float32) for train, _ in folds]
        n_targets = targets.means.shape[1]
        return np.arange(n_targets) + self.table_.shape[1] - n_targets, found

    def _weighted(self, tokens: Sequence[Sequence[str]]) -> Any:
        """Sparse word weights, shape (n_rows, n_words)."""
        from scipy import sparse

        length = np.sqrt(np.maximum(np.asarray([len(row) for row in tokens], np.float64), 1))
        return sparse.diags(1 / length) @ self._counts(tokens, len(self.idf_)) @ sparse.diags(self.idf_)

    def _counts(self, tokens: Sequence[Sequence[str]], n_words: int) -> Any:
        from scipy import sparse

        indices: list[int] = []
        ends = [0]
        for row in tokens:
            indices.extend(i for i in (self._row_of.get(t) for t in row) if i is not None)
            ends.append(len(indices))
        matrix = sparse.csr_matrix((np.ones(len(indices)), indices, ends), shape=(len(tokens), n_words))
        matrix.sum_duplicates()
        return matrix

    @staticmethod
    def _count(tokens: Sequence[Sequence[str]]) -> Matrix:
        return np.array([[len(row)] for row in tokens], np.float32).reshape(-1, 1)

    def _from_tokens(self, tokens: Sequence[Sequence[str]]) -> Matrix:
        count = self._count(tokens)
        if not self.table_.shape[1]:
            return count
        n_words = len(self.table_) - 2
        sums = self._counts(tokens, n_words) @ self.table_[1:-1].astype(np.float64)
        length = np.sqrt(np.maximum(count, 1).astype(np.float64))
        return np.hstack([sums / length + self.intercept_, count]).astype(np.float32)

    def transform(self, values: Values) -> Matrix:
        """Shape (n, n_features)."""
        return self._from_tokens([_tokens(v) for v in values])

    @classmethod
    def to_onnx(cls, graph: Graph, encoders: Sequence[Self], names: Sequence[str]) -> str:
        """A column at a time."""
        raws = [graph.input(name, TensorProto.STRING) for name in names]
        return graph.concat([e._to_onnx(graph, raw) for e, raw in zip(encoders, raws, strict=True)])

    def _to_onnx(self, graph: Graph, raw: str) -> str:
        """Tokenizer, LabelEncoder, Gather, sum."""
        # An empty batch of tokens would have width 0: one token that is no word keeps every row at least one wide.
        padded = graph.add("StringConcat", raw, graph.strings([f" {NO_WORD}"]))
        tokens = graph.add(
            "Tokenizer",
            graph.add("Reshape", padded, graph.const([-1], np.int64)),
            domain="com.microsoft",
            tokenexp=WORD_PATTERN.replace("\\x00", "\\x{00}").replace("\\x7f", "\\x{7f}"),
            mincharnum=1,
            mark=0,
            pad_value="",
        )
        present = graph.add("Not", graph.add("Equal", tokens, graph.strings([""])))
        all_tokens = graph.add(
            "ReduceSum", graph.cast(present, TensorProto.FLOAT), graph.const([1], np.int64), keepdims=1
        )
        count = graph.add(
            "Min", graph.add("Sub", all_tokens, graph.const(1.0, np.float32)), graph.const(MAX_TOKENS, np.float32)
        )
        if not self.table_.shape[1]:
            return count
        n_words = len(self.table_) - 2
        first = graph.columns(tokens, 0, MAX_TOKENS)
        keys = sorted(self._row_of)
        rows = graph.add(
            "LabelEncoder",
            first,
            domain="ai.onnx.ml",
            keys_strings=["", *keys],
            values_int64s=[0, *(self._row_of[k] + 1 for k in keys)],
            default_int64=n_words + 1,
        )
        by_token = graph.add("Gather", graph.const(self.table_, np.float32), rows)
        # Summed in float64, as numpy does: a last bit of float32 would take another branch in a tree.
        sums = graph.add("ReduceSum", graph.cast(by_token, TensorProto.DOUBLE), graph.const([1], np.int64), keepdims=0)
        at_least_one = graph.add("Max", count, graph.const(1.0, np.float32))
        length = graph.add("Sqrt", graph.cast(at_least_one, TensorProto.DOUBLE))
        scores = graph.add("Add", graph.add("Div", sums, length), graph.const(self.intercept_, np.float64))
        return graph.concat([graph.cast(scores, TensorProto.FLOAT), count])


def _word_model(weighted: Any, targets: Targets, rows: Codes) -> WordModel:
    """Coefficients (n_targets, n_words) and intercepts (n_targets,) of a ridge regression on some rows."""
    from sklearn.linear_model import Ridge

    # Around the mean of the target, not with an intercept: centring would make the sparse matrix dense.
    prior = targets.means[rows].mean(axis=0)
    model = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-3, fit_intercept=False)
    model.fit(weighted[rows], targets.means[rows] - prior)
    return np.atleast_2d(model.coef_), prior


def _word_scores(weighted: Any, targets: Targets, train: Codes, known: dict[bytes, WordModel]) -> Values:
    """Scores (n_rows, n_targets) by models of ``train``; its rows get those of a model without their fold.

    ``known`` keeps models between calls: two folds left out are the same, whichever of them validates.
    """

    def scores(of: Codes, by: Codes) -> Values:
        if by.tobytes() not in known:
            known[by.tobytes()] = _word_model(weighted, targets, by)
        coef, intercept = known[by.tobytes()]
        return weighted[of] @ coef.T + intercept

    fold = targets.fold[train]
    out = np.empty(targets.means.shape)
    others = np.setdiff1d(np.arange(len(out)), train)
    if len(others):
        out[others] = scores(others, train)
    for code in np.unique(fold):
        left = train[fold != code]
        out[train[fold == code]] = scores(train[fold == code], left) if len(left) else targets.prior
    return out


_TOKEN = re.compile(WORD_PATTERN)


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)[:MAX_TOKENS]

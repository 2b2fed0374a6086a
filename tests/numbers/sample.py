"""Estimates of a stratified sample of elements, from the influence of every answer.

Another way to the numbers than the engine's, which keeps moments by group and
stratum: here each answer of the whole sample gets its part of the estimate, and
the variance is that of the parts within the strata.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass
class Sample:
    """One wave or several of a survey: an array a column."""

    columns: dict[str, np.ndarray]

    @classmethod
    def read(cls, lake, sql: str, parameters=None) -> "Sample":
        """The rows of a query: the whole sample, with the columns of the design."""
        rows = lake.rows(sql, parameters)
        names = rows[0].keys()
        return cls({name: np.array([row[name] for row in rows], dtype=object) for name in names})

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def __post_init__(self):
        self.weight = self.columns["design_weight"].astype(float)
        _, self.stratum = np.unique(self.columns["design_stratum"].astype(str), return_inverse=True)
        self.sampled = np.bincount(self.stratum)
        known = np.zeros(len(self.sampled))
        known[self.stratum] = self.columns["design_fpc"].astype(float)
        self.left = 1 - self.sampled / known
        self.df = len(self.weight) - len(self.sampled)

    def variance(self, influence: np.ndarray, adjust: np.ndarray | None = None) -> float:
        """The variance of Σ w z.

        With `adjust`, which says the rows of the group, a stratum of one is centred at
        the mean of the strata where the group has a row, and without a row it adds nothing.
        """
        z = self.weight * influence
        means = np.bincount(self.stratum, z) / self.sampled
        many = self.sampled > 1
        alone = np.nan
        if adjust is not None:
            seen = np.bincount(self.stratum, adjust) > 0
            means[~many] = np.bincount(self.stratum, z)[seen].sum() / self.sampled[seen].sum()
            alone = np.where(seen, 1.0, 0.0)
        squares = np.bincount(self.stratum, (z - means[self.stratum]) ** 2)
        scale = np.where(many, self.sampled / np.maximum(self.sampled - 1, 1), alone)
        return float(np.sum(self.left * scale * squares))

    def answers(self) -> np.ndarray:
        return np.array([y is not None for y in self["utfall"]])

    def outcome(self) -> np.ndarray:
        return np.array([0.0 if y is None else float(y) for y in self["utfall"]])

    def share(self, inside: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """The share of a group, its influence and who answered."""
        there = inside & self.answers()
        size = np.sum(self.weight[there])
        if size == 0:
            return float("nan"), np.zeros(len(there)), there
        y = self.outcome()
        p = np.sum((self.weight * y)[there]) / size
        return p, np.where(there, (y - p) / size, 0.0), there

    def group(self, inside: np.ndarray, adjust: bool = False) -> dict:
        """Share, logit limits, number of persons and its limits."""
        p, influence, there = self.share(inside)
        n = int(there.sum())
        if n == 0:
            return {"n": 0}
        centred = there if adjust else None
        se = np.sqrt(self.variance(influence, centred)) if n > 1 else None
        df = n - len(np.unique(self.stratum[there]))
        low = high = None
        if 1e-12 < p < 1 - 1e-12 and df > 0:
            out = stats.t.ppf(0.975, df) * se / (p * (1 - p))
            low, high = (1 / (1 + np.exp(-(np.log(p / (1 - p)) + side))) for side in (-out, out))
        y = np.where(there, self.outcome(), 0.0)
        total = float(np.sum(self.weight * y))
        total_se = np.sqrt(self.variance(y, centred))
        t = stats.t.ppf(0.975, self.df)
        return {
            "n": n, "p": p, "se": se, "low": low, "high": high,
            "total": total, "total_low": total - t * total_se, "total_high": total + t * total_se,
            "size": float(np.sum(self.weight[there])),
        }  # fmt: skip

    def difference(self, one: np.ndarray, other: np.ndarray) -> dict:
        """Share of one group less that of another, and the ratio of the two."""
        p, z, there = self.share(one)
        q, v, others = self.share(other)
        if not there.any() or not others.any():
            return {}
        se = np.sqrt(self.variance(z - v))
        t = stats.t.ppf(0.975, self.df)
        found = {"difference": p - q, "se": se, "low": p - q - t * se, "high": p - q + t * se}
        if se > 0:
            found["p"] = 2 * stats.t.sf(abs(p - q) / se, self.df)
            found["detectable"] = se * (t + stats.t.ppf(0.8, self.df))
        if p > 1e-9 and q > 1e-9:
            log_se = np.sqrt(self.variance(z / p - v / q))
            found |= {
                "ratio": p / q, "ratio_low": p / q * np.exp(-t * log_se), "ratio_high": p / q * np.exp(t * log_se),
            }  # fmt: skip
        return found

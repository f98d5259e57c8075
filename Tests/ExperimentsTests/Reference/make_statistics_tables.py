"""Makes the reference points of the statistics' tests.

    python3 Tests/ExperimentsTests/Reference/make_statistics_tables.py

Needs mpmath, scipy and statsmodels (1.3.0, 1.17.1 and 0.15.0 were used). Run from the root of the
package; a second run must leave the working copy unchanged. Nothing here shares code or formulas
with the sources where there is a second way to compute the same.
"""

import random

import numpy as np
from mpmath import betainc, findroot, mp, mpf
from scipy import optimize, special, stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

mp.dps = 40
OUT = "Tests/ExperimentsTests/Statistics/StatisticsReference.swift"


def student_cdf(t, df):
    t, df = mpf(t), mpf(df)
    tail = betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
    return tail if t < 0 else 1 - tail


def student_ppf(p, df):
    guess = mpf(float(stats.t.ppf(p, df)))
    return findroot(lambda t: student_cdf(t, df) - mpf(p), guess, tol=1e-50)


def number(v):
    return repr(float(v))


def table(name, comment, rows):
    lines = [f"  /// {comment}", f"  static let {name}: [[Double]] = ["]
    for row in rows:
        text = "    [" + ", ".join(number(v) for v in row) + "],"
        if len(text) > 100:
            lines.append("    [")
            line = "     "
            for v in row:
                if len(line) + len(number(v)) + 2 > 100:
                    lines.append(line)
                    line = "     "
                line += " " + number(v) + ","
            lines.append(line)
            lines.append("    ],")
        else:
            lines.append(text)
    return "\n".join(lines + ["  ]"])


def students():
    dfs = [1, 1.5, 2, 3, 5, 10, 19, 99.5, 1000, 1e6]
    cdf = [
        (df, t, student_cdf(t, df))
        for df in dfs
        for t in [-30, -8, -3, -1, -0.1, -1e-6, 0.3, 2.5]
    ]
    ppf = [
        (df, p, student_ppf(p, df))
        for df in dfs
        for p in [1e-12, 1e-5, 0.0005, 0.025, 0.2, 0.26, 0.49, 0.6, 0.975]
    ]
    return cdf, ppf


def betas():
    rng = random.Random(4)
    rows = []
    for _ in range(60):
        a, b = 10 ** rng.uniform(-1, 3), 10 ** rng.uniform(-1, 3)
        x = float(stats.beta.ppf(rng.random(), a, b))
        if not 0 < x < 1:
            continue
        lower = betainc(mpf(a), mpf(b), 0, mpf(x), regularized=True)
        upper = betainc(mpf(a), mpf(b), mpf(x), 1, regularized=True)
        rows.append((a, b, x, lower, upper))
    return rows


def bayes_factor(t, n, g):
    """With a normal effect of variance g, the statistic is a scaled t one."""
    scale = np.sqrt(1 + n * g)
    return stats.t.pdf(t, n - 1, scale=scale) / stats.t.pdf(t, n - 1)


def mean_sequence():
    rows = []
    for confidence, expected in [(0.95, 100), (0.9, 30)]:
        logarithm = 2 * np.log(1 / (1 - confidence))
        g = (logarithm + np.log(1 + logarithm)) / expected
        for n in [15, 30, 100, 300]:
            root = optimize.brentq(
                lambda t: bayes_factor(t, n, g) * (1 - confidence) - 1, 1.5, 12, xtol=1e-11)
            rows.append((confidence, expected, n, root))
    return rows


def proportion_sequence():
    rows = []
    for s, n in [(0, 1), (0, 20), (3, 10), (10, 20), (95, 100), (1000, 1000), (470, 1000)]:
        mixture = special.betaln(s + 1, n - s + 1)

        def excess(p):
            return mixture - special.xlogy(s, p) - special.xlogy(n - s, 1 - p) - np.log(20)

        share = s / n
        low = 0 if s == 0 else optimize.brentq(excess, 1e-12, share * (1 - 1e-13), xtol=1e-14)
        high = 1 if s == n else optimize.brentq(excess, max(share, 1e-12), 1 - 1e-13, xtol=1e-14)
        rows.append((s, n, low, high))
    return rows


def paired():
    rng = np.random.default_rng(4)
    rows = []
    for n in [2, 5, 20]:
        base = np.round(rng.gamma(2, 50, n), 3)
        arm = np.round(0.7 * base + rng.normal(0, 12, n), 3)
        test = stats.ttest_rel(arm, base)
        interval = test.confidence_interval(0.95)
        d = arm - base
        rows.append(
            [n, *arm, *base, d.mean(), d.std(ddof=1), stats.skew(d), interval.low, interval.high,
             test.pvalue, stats.pearsonr(arm, base)[0] if n > 2 else np.sign(
                 (arm[1] - arm[0]) * (base[1] - base[0])),
             (arm.var(ddof=1) + base.var(ddof=1)) / d.var(ddof=1)])
    return rows


def wilson(s, n, z):
    middle = (s + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(s * (n - s) / n + z * z / 4)
    return middle - half, middle + half


def proportions():
    """McNemar of statsmodels; Newcombe's limits in his own notation."""
    rows = []
    for e, f, g, h in [
        (36, 12, 2, 0), (54, 0, 0, 0), (1, 97, 0, 2), (43, 0, 11, 0), (20, 12, 2, 16),
        (0, 3, 7, 90), (5, 30, 31, 4), (200, 55, 40, 205),
    ]:
        n = e + f + g + h
        z = stats.norm.ppf(0.975)
        p = mcnemar([[e, f], [g, h]], exact=True).pvalue
        l2, u2 = wilson(e + f, n, z)
        l3, u3 = wilson(e + g, n, z)
        p2, p3 = (e + f) / n, (e + g) / n
        product = (e + f) * (g + h) * (e + g) * (f + h)
        if product == 0:
            phi = 0
        else:
            phi = e * h - f * g
            phi = max(phi - n / 2, 0) if phi > 0 else phi
            phi /= np.sqrt(product)
        a2, b2, a3, b3 = p2 - l2, u2 - p2, p3 - l3, u3 - p3
        delta = np.sqrt(a2 * a2 - 2 * phi * a2 * b3 + b3 * b3)
        epsilon = np.sqrt(b2 * b2 - 2 * phi * b2 * a3 + a3 * a3)
        rows.append((e, f, g, h, min(p, 1), p2 - p3 - delta, p2 - p3 + epsilon))
    return rows


def holm():
    rng = np.random.default_rng(5)
    rows = []
    for n in [1, 5, 14]:
        p = np.round(rng.uniform(0, 1, n) ** 4, 6)
        if n == 5:
            p[3] = p[1]
        rows.append([*p, *multipletests(p, method="holm")[1]])
    return rows


cdf, ppf = students()
parts = [
    table("studentProbabilities", "Degrees of freedom, t, P(T <= t).", cdf),
    table("studentQuantiles", "Degrees of freedom, p, the quantile.", ppf),
    table("incompleteBeta", "a, b, x, the integral up to x, the rest.", betas()),
    table("meanSequence", "Confidence, count expected, count, standard errors to each side.",
          mean_sequence()),
    table("proportionSequence", "Successes, trials, ends of the interval at 95 %.",
          proportion_sequence()),
    table("paired", "n, n of the arm, n of the baseline, then mean, deviation, skewness, low, high,"
          "\n  /// p, correlation, variance reduction.", paired()),
    table("pairedProportions", "Both, only arm, only baseline, neither; McNemar's p; Newcombe's ends.",
          proportions()),
    table("holm", "p values, then the adjusted ones.", holm()),
]
with open(OUT, "w") as file:
    file.write(
        "// Made by Tests/ExperimentsTests/Reference/make_statistics_tables.py; do not edit.\n\n"
        "/// Points of mpmath, scipy and statsmodels.\n"
        "enum StatisticsReference {\n" + "\n\n".join(parts) + "\n}\n")

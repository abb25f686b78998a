#!/usr/bin/env python3
"""Writes references.csv: values, slopes and bends of scalar functions and
layers over +-[1e-300, 1e300], computed by mpmath with more than 100 digits and
rounded once, to the nearest double.

    python3 make_references.py          # needs mpmath 1.3

A line is `name;inputs;values;slopes;bends`, each a list of C99 hexadecimal
doubles, so that nothing is rounded on the way. The slopes are the Jacobian row
by row, the bends the upper triangle of the Hessian of the value (of
`sum weight_i value_i` with the weights 1, -2, 3 for softmax). A name with a
number, `pow 3`, is a function with an integer argument. Derivatives are closed
forms of textbooks (DLMF, https://dlmf.nist.gov), written down once more here;
they share nothing with the library.

To add a function: one line in ONE or TWO, a case of the same name in
Referenced.swift, and run.
"""
import math
import os
import re

import mpmath as mp

mp.mp.prec = 420
M = mp.mpf
LN2, LN10, EULER = mp.log(2), mp.log(10), mp.exp(1)


def nearest(x):
    """The double nearest to x; infinite beyond the largest one."""
    if mp.isnan(x):
        return math.nan
    if mp.isinf(x) or abs(x) > M(2) ** 1024:
        return math.inf if x > 0 else -math.inf
    if abs(x) < M(2) ** -1022:  # one rounding only, also of subnormal ones
        return math.ldexp(int(mp.nint(x * M(2) ** 1074)), -1074)
    return float(x)


def number(x):
    text = (nearest(x) if isinstance(x, mp.mpf) else float(x)).hex()
    return re.sub(r"\.?0*p", "p", text)


# ---- points ---------------------------------------------------------------

GOLDEN = (math.sqrt(5) - 1) / 2


def mantissa(k):
    """In [1, 2), without a pattern."""
    return 1 + (k * GOLDEN) % 1


def wide():
    """Positive, over all of [1e-300, 1e300], closer together around 1."""
    yield 1e-300
    for k in range(-280, 300, 28):
        yield mantissa(k + 300) * 10.0**k
    for j in range(-30, 13, 3):
        yield mantissa(j + 60) * 2.0**j
    yield 1e300


def neighbours(x, steps=(0, 1, 40)):
    """x and doubles beside it, on both sides."""
    for n in steps:
        yield x + n * math.ulp(x)
        yield x - n * math.ulp(x)


SPECIAL = [
    0.5, 1.0, 2.0, 3.0, 10.0, 1.2, 2.5, 4.75, 15.0, 19.0, 20.0, 25.3, 40.0,
    88.7, 170.5, 300.0, 350.25, 372.0, 373.1, 400.0, 500.5, 700.0, 709.0, 711.5,
    745.0, 800.0, 1023.5, 1e8, 1.5e154,
]
NEAR_ONE = [1 - 2.0**-k for k in (2, 7, 20, 33, 52)] + list(neighbours(1.0))
QUARTERS = [float(k * mp.pi / 4) for k in (1, 2, 3, 4, 5, 6, 1000001)] + [
    1e22, 5e15, 2.0**1000]


def both(points):
    return [s * x for x in points for s in (1, -1)]


REALS = both(list(wide()) + SPECIAL) + [0.0]
POSITIVE = list(wide()) + SPECIAL
FEWER = REALS[:4] + REALS[4::3] + [0.0]
KINKED = [x for x in REALS if x != 0]


# ---- functions of one number: points, f, f', f'' ---------------------------

def sech2(x):
    t = mp.exp(-2 * abs(x))
    return 4 * t / (1 + t) ** 2


def logistic(x):
    return 1 / (1 + mp.exp(-x))


def logistic_slope(x):
    t = mp.exp(-abs(x))
    return t / (1 + t) ** 2


def erfc(x):
    return M(0) if x > 1e8 else mp.erfc(x)


def bell(x):
    return 2 / mp.sqrt(mp.pi) * mp.exp(-x * x)


def inside(points):
    return [x for x in points if abs(x) < 1]


GAMMAS = (
    [x for x in wide() if x < 171] + [-x for x in wide() if x < 1e-3]
    + [1.25, 1.4, 1.46, 1.47, 1.5, 1.75, 2.0, 2.25, 3.0, 4.5, 5.5, 6.5, 7.75,
       8.5, 9.5, 9.99, 10.0, 10.25, 12.5, 17.3, 25.5, 33.0, 60.2, 99.9, 120.5,
       140.0, 143.5, 150.3, 165.7, 170.5, 171.5, 171.6]
    + [-0.25, -0.5, -0.75, -0.9, -1.25, -1.5, -1.6, -2.5, -2.75, -3.3, -5.5,
       -7.25, -10.5, -20.3, -50.7, -99.99, -120.5, -150.5, -165.3, -170.5,
       -171.25, -179.75]
    + [-1 + 2.0**-30, -3 - 2.0**-40, -20 + 2.0**-20, -171 + 2.0**-40])
BIG_GAMMAS = GAMMAS + [x for x in wide() if x > 171] + [-1000.3, -1e6 - 0.25]


def rgamma(x):
    return mp.gamma(x), mp.psi(0, x), mp.psi(1, x)


def gamma_row(x):
    g, p, q = rgamma(x)
    return g, g * p, g * (p * p + q)


def root_row(n):
    def row(x):
        sign = -1 if x < 0 else 1
        r = sign * mp.exp(mp.log(abs(x)) / n)
        return r, r / x / n, r / x / x * (1 - M(n)) / n / n
    return row


def power_row(n):
    def row(x):
        if n == 0:
            return M(1), M(0), M(0)
        if n == 2:
            return x * x, 2 * x, M(2)
        if n == 1:
            return x, M(1), M(0)
        return x**n, n * x**(n - 1), n * (n - 1) * x**(n - 2)
    return row


ONE = {
    "negated": (REALS, lambda x: (-x, M(-1), M(0))),
    "magnitude": (KINKED, lambda x: (abs(x), mp.sign(x), M(0))),
    "reciprocal": (KINKED, lambda x: (1 / x, -1 / x**2, 2 / x**3)),
    "exp": (REALS, lambda x: (mp.exp(x),) * 3),
    "expMinusOne": (REALS, lambda x: (mp.expm1(x), mp.exp(x), mp.exp(x))),
    "exp2": (
        REALS + [-1074.0, -1060.3],
        lambda x: (M(2)**x, LN2 * M(2)**x, LN2**2 * M(2)**x)),
    "exp10": (
        REALS + [-323.0, 308.2, -310.5],
        lambda x: (M(10)**x, LN10 * M(10)**x, LN10**2 * M(10)**x)),
    "log": (POSITIVE + NEAR_ONE, lambda x: (mp.log(x), 1 / x, -1 / x**2)),
    "logOnePlus": (
        [x for x in REALS + [-x for x in NEAR_ONE] if x > -1],
        lambda x: (mp.log1p(x), 1 / (1 + x), -1 / (1 + x)**2)),
    "log2": (
        POSITIVE + NEAR_ONE,
        lambda x: (mp.log(x) / LN2, 1 / x / LN2, -1 / x**2 / LN2)),
    "log10": (
        POSITIVE + NEAR_ONE,
        lambda x: (mp.log(x) / LN10, 1 / x / LN10, -1 / x**2 / LN10)),
    "sin": (
        REALS + both(QUARTERS),
        lambda x: (mp.sin(x), mp.cos(x), -mp.sin(x))),
    "cos": (
        REALS + both(QUARTERS),
        lambda x: (mp.cos(x), -mp.sin(x), -mp.cos(x))),
    "tan": (
        REALS + both(QUARTERS),
        lambda x: (
            mp.tan(x), 1 / mp.cos(x)**2, 2 * mp.tan(x) / mp.cos(x)**2)),
    "asin": (
        inside(REALS + both(NEAR_ONE)),
        lambda x: (
            mp.asin(x), (1 - x * x)**M(-0.5), x * (1 - x * x)**M(-1.5))),
    "acos": (
        inside(REALS + both(NEAR_ONE)),
        lambda x: (
            mp.acos(x), -(1 - x * x)**M(-0.5), -x * (1 - x * x)**M(-1.5))),
    "atan": (
        REALS + both(NEAR_ONE + [6.7e153, 1.4e154, 1e155, 3e161]),
        lambda x: (
            mp.atan(x), 1 / (1 + x * x), -2 * x / (1 + x * x)**2)),
    "sinh": (REALS, lambda x: (mp.sinh(x), mp.cosh(x), mp.sinh(x))),
    "cosh": (REALS, lambda x: (mp.cosh(x), mp.sinh(x), mp.cosh(x))),
    "tanh": (
        REALS, lambda x: (mp.tanh(x), sech2(x), -2 * mp.tanh(x) * sech2(x))),
    "asinh": (
        REALS,
        lambda x: (
            mp.asinh(x), (1 + x * x)**M(-0.5), -x * (1 + x * x)**M(-1.5))),
    "acosh": (
        [x for x in POSITIVE + NEAR_ONE if x > 1],
        lambda x: (
            mp.acosh(x), (x * x - 1)**M(-0.5), -x * (x * x - 1)**M(-1.5))),
    "atanh": (
        inside(REALS + both(NEAR_ONE)),
        lambda x: (mp.atanh(x), 1 / (1 - x * x), 2 * x / (1 - x * x)**2)),
    "sqrt": (
        POSITIVE,
        lambda x: (mp.sqrt(x), x**M(-0.5) / 2, -x**M(-1.5) / 4)),
    "erf": (
        REALS + both([4.4, 5.5, 9.3, 13.7, 20.9, 26.3, 26.9, 27.2]),
        lambda x: (mp.erf(x), bell(x), -2 * x * bell(x))),
    "erfc": (
        REALS + both([4.4, 5.5, 9.3, 13.7, 20.9, 26.3, 26.9, 27.2]),
        lambda x: (erfc(x), -bell(x), 2 * x * bell(x))),
    "gamma": (GAMMAS, gamma_row),
    "logGamma": (
        BIG_GAMMAS,
        lambda x: (
            mp.log(abs(mp.gamma(x))) if abs(x) < 1e7 else mp.loggamma(x),
            mp.psi(0, x), mp.psi(1, x))),
    "sigmoid": (
        REALS,
        lambda x: (
            logistic(x), logistic_slope(x),
            -logistic_slope(x) * mp.tanh(x / 2))),
    "softplus": (
        REALS,
        lambda x: (
            mp.log1p(mp.exp(-abs(x))) + max(x, 0), logistic(x),
            logistic_slope(x))),
    "relu": (
        KINKED, lambda x: (max(x, M(0)), M(1 if x > 0 else 0), M(0))),
}
CLOSE = [1 - 2.0**-30, 1 + 2.0**-29, 1 - 3 * 2.0**-52]
for n in (0, 1, 2, 3, 4, 5, -1, -2, -3, 7, 30):
    ONE[f"pow {n}"] = (
        [x for x in FEWER if x != 0 or n >= 0], power_row(n))
for n in (10**9, 2**53 + 1, -2**62 - 12345, -2**63, 2**63 - 1):
    ONE[f"pow {n}"] = (
        both(CLOSE + [1.0, 1 + 1e-13, 1 - 4.4e-16] + [
            1 + u / n for u in (-744, -720.5, -400, 300, 700)]), power_row(n))
for n in (1, 2, 3, 5, 7, 10, 1000, -1, -2, -3, -6):
    ONE[f"root {n}"] = (
        [x for x in FEWER if x != 0] if n % 2 else POSITIVE[::2], root_row(n))


# ---- functions of two numbers: f, (f_x, f_y), (f_xx, f_xy, f_yy) -----------

PAIRS = [
    (x, y) for x in both([1e-300, 3e-160, 7e-20, 0.3, 1.0, 5.5, 4e10, 2e155,
                          1e300])
    for y in [1.1e-300, -2e-150, 0.3, -1.0, 9.0, -3e16, 5e149, -1e300]
]
BASES = [1e-300, 3e-200, 1e-30, 0.37, 0.5, 1 - 2.0**-30, 1.0, 1 + 2.0**-20, 1.7,
         math.e, 10.0, 6e40, 7e200, 1e300]
EXPONENTS = [0.0, 1e-300, 1e-10, 0.1, 1 / 3, 0.5, 1.0, 1.02, 1.1, 2.0, 2.04,
             2.2, 3.0, 3.3, 7.7, 50.1, 301.3, 1e5 + 0.1, 1e10, 7e11 / 3]
POWERS = [(x, y) for x in BASES for y in both(EXPONENTS)
          if not (x == 1.0 and abs(y) > 1e5)]


def power_pair(x, y):
    v, log = x**y, mp.log(x)
    return (v, (y * v / x, v * log),
            (y * (y - 1) * v / x**2, v / x * (1 + y * log), v * log**2))


def angle(y, x):
    s = x * x + y * y
    return (mp.atan2(y, x), (x / s, -y / s),
            (-2 * x * y / s**2, (y * y - x * x) / s**2, 2 * x * y / s**2))


def length(x, y):
    h = mp.sqrt(x * x + y * y)
    return h, (x / h, y / h), (y * y / h**3, -x * y / h**3, x * x / h**3)


SUMMED = PAIRS + [
    (x, y) for x in (-700.5, -3.0, 0.0, 1e-8, 2.0, 40.0, 705.0)
    for y in (-745.0, -2.0, 0.0, 1.0, 20.0, 708.25)]


def log_sum(x, y):
    d = x - y
    return (max(x, y) + mp.log1p(mp.exp(-abs(d))), (logistic(d), logistic(-d)),
            (logistic_slope(d), -logistic_slope(d), logistic_slope(d)))


TWO = {
    "sum": (PAIRS, lambda x, y: (x + y, (M(1), M(1)), (M(0),) * 3)),
    "difference": (PAIRS, lambda x, y: (x - y, (M(1), M(-1)), (M(0),) * 3)),
    "product": (PAIRS, lambda x, y: (x * y, (y, x), (M(0), M(1), M(0)))),
    "quotient": (
        PAIRS,
        lambda x, y: (
            x / y, (1 / y, -x / y**2), (M(0), -1 / y**2, 2 * x / y**3))),
    "power": (POWERS, power_pair),
    "angle": (PAIRS + [(3.0, 3.0 + 1e-14), (-2.5, 2.5 - 1e-15)], angle),
    "length": (PAIRS, length),
    "logAddExp": (SUMMED, log_sum),
}


# ---- softmax --------------------------------------------------------------

LOGITS = [(40, 0), (0, 40), (0, 0), (1, 2), (-3.5, 300), (700, 0), (0, -744),
          (1e300, 0), (2, 2, 2), (0, 1, -1), (37, 0, 36.5), (90.5, 50, 1.25),
          (0, 0.5, 400), (5e-300, 0, 1), (-20, 17, -19.5), (1000, 999, 260),
          (0.7, 0, 0.25)]
WEIGHTS = (1, -2, 3)


def softmax_row(x):
    n, top = len(x), max(x)
    e = [mp.exp(v - top) for v in x]
    p = [v / sum(e) for v in e]
    rest = [sum(p[j] for j in range(n) if j != i) for i in range(n)]
    slopes = [p[i] * rest[i] if i == j else -p[i] * p[j]
              for i in range(n) for j in range(n)]
    mean = sum(WEIGHTS[i] * p[i] for i in range(n))
    c = [sum(p[j] * (WEIGHTS[i] - WEIGHTS[j]) for j in range(n))
         for i in range(n)]
    bends = [p[i] * c[i] * (rest[i] - p[i]) if i == j
             else -p[i] * p[j] * (c[i] + c[j])
             for i in range(n) for j in range(i, n)]
    return p, slopes, bends


# ---- the file -------------------------------------------------------------

def lines():
    for name, (points, row) in ONE.items():
        for x in dict.fromkeys(points):
            value, slope, bend = row(M(x))
            if math.isinf(nearest(value)):
                continue
            yield name, [x], [value], [slope], [bend]
    for name, (points, row) in TWO.items():
        for pair in dict.fromkeys(points):
            value, slopes, bends = row(*map(M, pair))
            if math.isinf(nearest(value)):
                continue
            yield name, pair, [value], slopes, bends
    for logits in LOGITS:
        yield "softmax", logits, *softmax_row([M(v) for v in logits])


def main():
    path = os.path.join(os.path.dirname(__file__), "references.csv")
    with open(path, "w", encoding="ascii") as file:
        for name, *lists in lines():
            fields = [" ".join(map(number, part)) for part in lists]
            print(";".join([name] + fields), file=file)


if __name__ == "__main__":
    main()

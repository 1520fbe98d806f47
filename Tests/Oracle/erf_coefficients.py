"""Prints the coefficients of Elementary.erf: P with erf(x) = x P(x^2 / 8 - 1) on 0 ... 4."""

import math

from numpy.polynomial import chebyshev


def ratio(t):
    x = math.sqrt(8 * (t + 1))
    return math.erf(x) / x if x > 0 else 2 / math.sqrt(math.pi)


nodes = chebyshev.chebinterpolate(lambda ts: [ratio(t) for t in ts], 22)
for coefficient in chebyshev.cheb2poly(nodes):
    print(float(coefficient).hex())

#!/usr/bin/env python3
"""Prints the constants that the tests of Photonics compare with.

Every value comes by another way than Sources/Photonics takes: coupled-mode rates instead of transmissions,
quadrature and brute force instead of closed forms, matrix inverses instead of eigenvectors, root finding
instead of the quadratic formula. Needs numpy and scipy; the tests need neither.
"""
import numpy as np
from scipy import constants, integrate, linalg, optimize

WAVELENGTH, Q, FSR, RANGE = 1550.0, 8000.0, 18.0, 1.0


def show(name, value):
    print(f"{name:44s} {value:.10g}")


def ring():
    """A ring from two couplers and a round-trip loss, each transfer function as a sum over round trips."""
    finesse = FSR * Q / WAVELENGTH
    # Equal couplers, field transmission r, round-trip field a; extinction 20 dB: through = 0.01 on resonance.
    def minimum(r, a):
        return (r * (1 - a) / (1 - r * r * a)) ** 2
    def exact_finesse(r, a):
        return np.pi / (2 * np.arcsin((1 - r * r * a) / (2 * r * np.sqrt(a))))
    r, a = optimize.fsolve(
        lambda x: [minimum(*x) - 0.01, exact_finesse(*x) / finesse - 1], [0.985, 0.9965])
    turns = np.arange(20000)
    def ports(detuning):
        phase = np.exp(2j * np.pi * detuning / FSR)
        inside = np.sum((r * r * a * phase) ** turns)
        through = r - (1 - r * r) * r * a * phase * inside
        drop = (1 - r * r) * np.sqrt(a) * np.sqrt(phase) * inside
        return abs(through) ** 2, abs(drop) ** 2
    for detuning in (0.0, 0.05, 0.3, 3.0, 9.0):
        through, drop = ports(detuning)
        show(f"ring through at {detuning} nm", through)
        show(f"ring drop at {detuning} nm", drop)


def imprint():
    """Weights by root finding, errors by brute force over a fine grid of weights."""
    half = WAVELENGTH / Q / 2
    share = lambda d: 1 - 1 / (1 + (d / half) ** 2)
    weight = lambda d: share(d) / share(RANGE)
    show("imprint detuning of 0.25, nm", optimize.brentq(lambda d: weight(d) - 0.25, 0, RANGE))
    w = (np.arange(400000) + 0.5) / 400000
    d = np.interp(w, weight(np.linspace(0, RANGE, 2000001)), np.linspace(0, RANGE, 2000001))
    for bits in (6, 10):
        step = RANGE / (2**bits - 1)
        error = weight(np.round(d / step) * step) - w
        show(f"imprint rms at {bits} bits", np.sqrt(np.mean(error**2)))
        show(f"imprint worst at {bits} bits", np.max(abs(error)))
    shift = 1e-4
    error = (weight(d + shift) - weight(np.maximum(d - shift, 0))) / 2
    show("imprint rms of a drift of 0.1 pm", np.sqrt(np.mean(error**2)))
    show("imprint worst of a drift of 0.1 pm", np.max(abs(error)))


def bank():
    for n in (5, 15, 50):
        wavelengths = WAVELENGTH + FSR / n * (np.arange(n) - (n - 1) / 2)
        d = wavelengths[:, None] / (2 * Q)
        gap = wavelengths[:, None] - wavelengths
        phi = d**2 / (gap**2 + d**2)
        show(f"bank of {n}: levels", 1 / (phi.sum(axis=1) - 1).max())
        show(f"bank of {n}: bits", np.log2(1 / (phi.sum(axis=1) - 1).max()))
        if n == 15:
            around = np.abs(gap)
            folded = np.minimum(around, FSR - around)
            x = d**2 / (folded**2 + d**2) - np.eye(n)
            u = 0.01
            rest = np.linalg.inv(np.eye(n) + (1 + u) * x) @ (np.eye(n) + x) - np.eye(n)
            show("bank of 15: exact rest at 1 %", (rest @ np.ones(n))[7])
    n = 15
    def levels(log_q):
        d = WAVELENGTH / (2 * np.exp(log_q))
        return sum(2 * d**2 / ((k * FSR / n) ** 2 + d**2) for k in range(1, 8))
    show("bank of 15: Q for 16 bits",
         np.exp(optimize.brentq(lambda q: np.log2(levels(q)) + 16, 5, 20)))


def thermal():
    n, pitch, decay, power = 5, 5.0, 10.0, 27.5
    i = np.arange(n)
    k = np.exp(-abs(i[:, None] - i) * pitch / decay)
    show("thermal condition of 5", np.linalg.cond(k))
    show("thermal condition of 15",
         np.linalg.cond(np.exp(-abs(np.subtract.outer(range(15), range(15))) * 0.5)))
    show("thermal common shift, mW", linalg.solve(k, np.full(n, 2.1)).sum() / FSR * power)
    s = np.array([1.0, 3.5, 0.2, 4.0, 2.0])
    # The least common bias as a linear program: heats and bias, with K h - bias = s.
    program = optimize.linprog(
        np.append(np.ones(n), 0), A_eq=np.column_stack([k, -np.ones(n)]), b_eq=s)
    show("thermal bias, nm", program.x[n])
    show("thermal power with bias, mW", program.fun / FSR * power)
    # Hops, by trying all of up to three a ring.
    best = None
    for hops in np.ndindex(*[4] * n):
        heats = linalg.solve(k, s + FSR * np.array(hops))
        if heats.min() >= 0 and (best is None or heats.sum() < best[0]):
            best = (heats.sum(), hops)
    show("thermal power with hops, mW", best[0] / FSR * power)
    print("thermal hops", best[1])


def receiver():
    responsivity, load, temperature, bandwidth, rin = 0.8, 2000.0, 300.0, 1.5e9, 10**-14.0
    q, kb = constants.elementary_charge, constants.Boltzmann
    show("receiver thermal, A^2", 4 * kb * temperature * bandwidth / load)
    show("receiver shot, A", 2 * q * bandwidth)
    show("receiver intensity", rin * bandwidth)
    def variance(power, channels):
        each = responsivity * power
        return (4 * kb * temperature * bandwidth / load + 2 * q * bandwidth * channels * each
                + rin * bandwidth * channels * each**2)
    def bits(power, channels):
        # (SINAD - 1.76) / 6.02 of a sine from zero to full scale, without the rounding of the two constants.
        amplitude = channels * responsivity * power / 2
        return np.log2(amplitude**2 / 2 / variance(power, channels) / 1.5) / 2
    show("receiver bits of 5 at 20 uW", bits(20e-6, 5))
    for wanted in (4, 7):
        power = np.exp(optimize.brentq(lambda p: bits(np.exp(p), 5) - wanted, -20, 0))
        show(f"receiver power for {wanted} bits, mW", power * 1e3)
    show("receiver most bits of 5", bits(1e6, 5))


def link():
    keep = 10 ** (-np.array([0.9, 0.13, 0.72, 0.72]) / 10)
    fraction = keep.prod() / 2 * 10 ** (-0.002 * 4) * 10 ** (-0.1 * 0.05) * 10 ** (-0.7 * 0.0032)
    show("link loss, dB", -10 * np.log10(fraction))
    show("link laser for 0.01 mW, mW", 0.01 / fraction)


def converters():
    show("converter energy, pJ", 62e-3 * 14e-9 * 1e12)
    show("converter Walden, fJ", 62e-3 * 14e-9 / 65536 * 1e15)
    show("converter Schreier, dB",
         20 * np.log10(2**16) + 10 * np.log10(1.5) - 10 * np.log10(62e-3 * 14e-9 * 2))


for part in (ring, imprint, bank, thermal, receiver, link, converters):
    part()

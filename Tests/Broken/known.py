"""What is known to be wrong today, by case.

check.py says so instead of failing, and fails where it has been put right.
"""

KNOWN: dict[str, str] = {
    "doubled-40-times": "the bound of 2^28 elements is one for each value, not for all together",
    "loop-that-doubles": "the bound of 2^28 elements is one for each value, as above",
    "loop-that-doubles-fixed": "as above",
}

SLOW = {
    "loop-of-2-to-62", "loop-that-collects-for-ever", "loop-that-never-ends",
    "loop-that-never-ends-fixed", "loop-without-any-end",
}
"""Those that take about as long as they may: 2^20 iterations of one small node before sonic stops."""

"""What is known to be wrong today, by case.

check.py says so instead of failing, and fails where it has been put right.
"""

KNOWN: dict[str, str] = {
    "doubled-40-times": "the bound of 2^28 elements is one for each value, not for all together",
    "external-location-with-nul": "reads what the name up to NUL says",
    "external-missing": "ends with 65, not with 66 as other missing files do",
    "if-branches-of-different-types": "accepts branches of which one is not of the declared type",
    "input-is-an-initializer-of-another-shape": "accepts it",
    "input-of-size-minus-2": "takes it for a size that is open",
    "loop-body-changes-the-type": "accepts a body whose output is of another type than its input",
    "loop-that-doubles": "the bound of 2^28 elements is one for each value, as above",
    "loop-that-doubles-fixed": "as above",
    "op-of-a-newer-opset": "accepts an operator that the opset does not have",
    "opset-twice": "takes one of two opsets of a domain",
    "output-of-another-shape": "ignores what the model declares",
    "output-of-another-type": "ignores what the model declares",
    "outputs-too-many": "accepts outputs that the operator does not have",
    "pad-too-negative-at-run-time": "crops more than there is",
    "pad-too-negative-fixed": "crops more than there is",
    "tensor-raw-and-typed": "takes one of two sets of data",
}

SLOW = {
    "loop-of-2-to-62", "loop-that-collects-for-ever", "loop-that-never-ends",
    "loop-that-never-ends-fixed", "loop-without-any-end",
}
"""Those that take about as long as they may: 2^20 iterations of one small node before sonic stops."""

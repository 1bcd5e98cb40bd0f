"""Benchmarks: what one run costs in time, API writes and CPU, beside `kubectl run` and a Job taken in the same minutes.

`make bench`, or `python -m bench --help`. They print and store figures; they never pass or fail for being slow.
"""

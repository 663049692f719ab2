"""Each figure of the README, measured: `python -m benchmarks` runs all and prints the table.

A figure is a ratio of two things measured in turn in one run wherever there is something to compare with; only
ratios mean anything on another machine. Module by module: `python -m benchmarks.core`, and so on.
"""

"""Which grade, and why? Usage, credit, stars, the whole sample, the explanation, the next star.

Pure: values and rules in, values out. One implementation, vectorised with numpy; a scalar is a sample of one.
"""

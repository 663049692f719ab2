"""Who does what next? The ledger, the month close, sample adjustment, processes, the scorecard's health.

Above grading, below every host: it takes graded customers and a ledger, and never sees a spreadsheet.
"""

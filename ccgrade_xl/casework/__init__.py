"""Who does what next? The ledger, the month close, sample adjustment, processes, the scorecard's health.

Above grading, below every host: it takes graded customers and a ledger, and never sees a spreadsheet.
"""

LEDGER_FILE = "评级台账.sqlite"
"""What the ledger beside a workbook is called."""

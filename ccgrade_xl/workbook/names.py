"""Defined names of single cells that commands and the macros go to; `overview` declares the blocks."""

from __future__ import annotations

TRIAL_CUSTOMER = "试算_客户编号"
"""试算: the 客户编号 whose present values the page compares with. 试算 writes it and activates the sheet."""

STRATEGY_CUSTOMER = "策略_客户编号"
"""差异化策略: the 客户编号 whose six measures are looked up."""

SELF_CHECK_RESULT = "自检_结果"
"""自检: the one green or red sentence over all test formulas."""

LEDGER_PLACE = "台账_位置"
"""评级台账: where the ledger lies, a path or a PostgreSQL address; blank for the file beside the workbook."""

LEDGER_PERSON = "台账_操作人"
"""评级台账: who works in the book; blank for whoever is logged in."""

LEDGER_HEAD = "台账_末条"
"""评级台账, hidden: the last record of the ledger this book has seen."""

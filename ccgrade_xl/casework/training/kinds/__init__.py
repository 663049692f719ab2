"""The kinds of questions, one a file."""

from ccgrade_xl.casework.training.kinds import (
    credit_grade,
    indicator_score,
    star,
    strategy,
    usage_level,
    veto,
    whole_customer,
)

EXAM_KINDS = (
    indicator_score.KIND,
    credit_grade.KIND,
    usage_level.KIND,
    star.KIND,
    veto.KIND,
    strategy.KIND,
)
"""What an exam asks, in turn."""

KINDS = (*EXAM_KINDS, whole_customer.KIND)
"""Every kind of question."""

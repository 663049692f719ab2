"""What is an alarm? One file a family, one declaration a check."""

from ccgrade_xl.meters.checks import account, data, flow, register, state, usage
from ccgrade_xl.meters.declaration import Check

CHECKS: tuple[Check, ...] = (
    *data.CHECKS,
    *register.CHECKS,
    *usage.CHECKS,
    *flow.CHECKS,
    *state.CHECKS,
    *account.CHECKS,
)
"""Every check, in the order of the sheet."""

CHECK: dict[str, Check] = {check.code: check for check in CHECKS}
"""Every check by its Chinese code."""

"""Which of the organisation's settings decide whether macros may run, and do they let ccgrade work?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from ccgrade_xl.hosts import registry

_ROOTS = ("HKCU\\Software\\Policies\\Microsoft\\Office", "HKLM\\SOFTWARE\\Policies\\Microsoft\\Office")
_USER_ROOT = "HKCU\\Software\\Microsoft\\Office"


@frozen
class Policies:
    """What is set for one version of Excel; None is not set.

    `macros` is VBAWarnings (1 all run, 2 ask, 3 signed ones only, 4 none), `no_trusted_locations` and
    `no_user_locations` take the places away that Excel trusts, `no_vba` takes VBA itself away.
    """

    version: str
    macros: int | None = None
    no_trusted_locations: bool = False
    no_user_locations: bool = False
    no_vba: bool = False

    @property
    def trusts_own_folders(self) -> bool:
        """Whether XLSTART and the working folder count as trusted."""
        return not (self.no_trusted_locations or self.no_user_locations)


def read_policies(versions: Iterable[str]) -> tuple[Policies, ...]:
    """Read what is set for each version of Excel."""
    return tuple(map(_policies, versions))


def obstacle(policies: Policies) -> str:
    """Return why ccgrade cannot run under these settings and what to ask for; "" where it can."""
    if policies.no_vba:
        return "单位的策略关闭了 VBA（VBAOff），加载项无法运行，请联系 IT 部门。"
    if not policies.trusts_own_folders and policies.macros in (3, 4):
        return (
            "单位的策略禁用了未签名的宏，也不允许受信任位置，加载项无法运行。"
            "请联系 IT 部门：把 XLSTART 和工作簿所在文件夹设为受信任位置。"
        )
    return ""


def _policies(version: str) -> Policies:
    security, common = f"{version}\\Excel\\Security", f"{version}\\Common\\Security\\Trusted Locations"
    locations = f"{security}\\Trusted Locations"
    set_by_user: Mapping[str, object] = {
        "macros": registry.read(f"{_USER_ROOT}\\{security}", "VBAWarnings"),
        "none": registry.read(f"{_USER_ROOT}\\{locations}", "AllLocationsDisabled"),
    }
    macros = _set(f"{security}", "VBAWarnings")
    disabled = _set(locations, "AllLocationsDisabled")
    return Policies(
        version,
        macros=_number(macros if macros is not None else set_by_user["macros"]),
        no_trusted_locations=(disabled if disabled is not None else set_by_user["none"]) == 1,
        no_user_locations=_set(common, "Allow User Locations") == 0,
        no_vba=_set(f"{version}\\Common", "VBAOff") == 1 or _set("Common", "VBAOff") == 1,
    )


def _set(key: str, name: str) -> object:
    found = (registry.read(f"{root}\\{key}", name) for root in _ROOTS)
    return next((value for value in found if value is not None), None)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None

"""Run on Windows: forbid this user to write below her classes, ask for the installation, print the refusal, allow it again."""

import winreg

import ntsecuritycon
import win32api
import win32security

from ccgrade_xl.errors import CcgradeError
from ccgrade_xl.hosts.excel_install import install

CLASSES = "Software\\Classes"
READ_AND_DELETE = 0x20019 | ntsecuritycon.DELETE | ntsecuritycon.WRITE_DAC

key = win32api.RegOpenKeyEx(winreg.HKEY_CURRENT_USER, CLASSES, 0, READ_AND_DELETE)


def permit(rights: int) -> None:
    """Let everybody have these rights to the key, and nobody any other."""
    everyone = win32security.ConvertStringSidToSid("S-1-1-0")
    rule = win32security.ACL()
    rule.AddAccessAllowedAce(win32security.ACL_REVISION, rights, everyone)
    descriptor = win32security.SECURITY_DESCRIPTOR()
    descriptor.SetSecurityDescriptorDacl(True, rule, False)
    win32api.RegSetKeySecurity(key, win32security.DACL_SECURITY_INFORMATION, descriptor)


permit(READ_AND_DELETE)
try:
    print(install())
except CcgradeError as refused:
    print(refused)
finally:
    permit(0xF003F)

"""One command for each machine's own host: Excel on Windows, LibreOffice elsewhere."""

from __future__ import annotations

import sys

from ccgrade_xl.hosts.diagnosis import Line


def install() -> str:
    """Put ccgrade into the spreadsheet program, or repair it there; return a sentence on what stands."""
    if sys.platform == "win32":
        from ccgrade_xl.hosts import excel_install  # noqa: PLC0415 - a host loads its own only

        return excel_install.install()
    from ccgrade_xl.hosts import libreoffice_install  # noqa: PLC0415
    from ccgrade_xl.workbook.template import EXTENSION, shipped_file  # noqa: PLC0415

    return libreoffice_install.install(shipped_file(EXTENSION))


def uninstall() -> str:
    """Take ccgrade out of the spreadsheet program; return a sentence on what stays."""
    if sys.platform == "win32":
        from ccgrade_xl.hosts import excel_install  # noqa: PLC0415

        return excel_install.uninstall()
    from ccgrade_xl.hosts import libreoffice_install  # noqa: PLC0415

    return libreoffice_install.uninstall()


def status() -> list[Line]:
    """Return what stands: registration, files, trusted places; or the LibreOffice extension."""
    from ccgrade_xl.hosts.doctor import installation_lines  # noqa: PLC0415

    return installation_lines()

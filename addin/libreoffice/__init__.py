"""What becomes ccgrade.oxt: the LibreOffice extension, made from the declared functions and commands."""

from addin.libreoffice.extension import build_oxt

__all__ = ["build_oxt"]

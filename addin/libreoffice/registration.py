"""What Calc must know of the cell functions: their types (IDL) and their texts (CalcAddIns.xcu)."""

from __future__ import annotations

from lxml import etree

from addin.libreoffice.registry import component, entry, group, text, value, xcu
from ccgrade_xl.functions import FUNCTIONS, Argument, CellFunction
from ccgrade_xl.hosts.libreoffice_functions import argument_type

SERVICE = "org.ccgrade.CellFunctions"
INTERFACE = "XCellFunctions"

_CATEGORY = "Add-In"
"""Calc knows a fixed list of categories; any other text becomes this one."""

_IDL_TYPES = {"text": "string", "range": "com::sun::star::table::XCellRange", "anything": "any"}
_ROWS = "sequence< sequence< any > >"


def interface_idl() -> bytes:
    """Return the type library: an interface with one method a function, bearing the function's own name."""
    *modules, service = SERVICE.split(".")
    methods = "".join(f"    {_method(function)};\n" for function in FUNCTIONS.values())
    interface = f"interface {INTERFACE} : com::sun::star::uno::XInterface\n{{\n{methods}}};\n"
    opening = " ".join(f"module {module} {{" for module in modules)
    return f"{opening}\n{interface}service {service} : {INTERFACE};\n{'}; ' * len(modules)}\n".encode("ascii")


def _method(function: CellFunction) -> str:
    arguments = ", ".join(
        f"[in] {_IDL_TYPES[argument_type(argument)]} {_identifier(argument)}"
        for argument in function.arguments
    )
    return f"{_ROWS if function.spills else 'any'} {function.name}( {arguments} )"


def _identifier(argument: Argument) -> str:
    """Return an argument's name as IDL allows it: no underscore in a name that begins with a small letter."""
    first, *others = argument.name.split("_")
    return first + "".join(word.capitalize() for word in others)


def calc_addins_xcu() -> bytes:
    """Return what the function wizard shows, and the name under which files hold each function."""
    root = component("CalcAddIns", "org.openoffice.Office")
    functions = group(entry(group(root, "AddInInfo"), SERVICE), "AddInFunctions")
    for function in FUNCTIONS.values():
        _add(functions, function)
    return xcu(root)


def _add(functions: etree._Element, function: CellFunction) -> None:
    node = entry(functions, function.name)
    text(node, DisplayName=function.name, Description=function.description)
    value(node, Category=_CATEGORY)
    text(node, CompatibilityName=function.name)
    parameters = group(node, "Parameters")
    for argument in function.arguments:
        text(entry(parameters, _identifier(argument)), DisplayName=argument.label, Description=argument.help)

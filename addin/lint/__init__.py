"""What Excel refuses or repairs and no validator reports: each fault as a rule's name and a sentence.

`faults` reads a built package (.xlsm, .xlam) and returns what is wrong with it, nothing where it is sound.
"""

from __future__ import annotations

from collections.abc import Sequence

from addin.lint.cells import cell_faults
from addin.lint.fault import Fault
from addin.lint.formulas import formula_faults
from addin.lint.names import name_faults
from addin.lint.opened import Opened
from addin.lint.relations import relation_faults
from addin.lint.tables import table_faults
from addin.lint.vba import vba_faults

__all__ = ["Fault", "faults", "vba_faults"]


def faults(package: bytes) -> Sequence[Fault]:
    """Return every fault of the package; what cannot be followed at all ends the search."""
    opened = Opened(package)
    broken = list(relation_faults(opened))
    if broken:
        return broken
    return [
        *cell_faults(opened),
        *table_faults(opened),
        *name_faults(opened),
        *formula_faults(opened),
    ]

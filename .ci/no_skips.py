"""Fail when a test of a run was skipped: in continuous integration every host lane must really run."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree


def main(report: Path) -> int:
    """Print every skipped test with its reason; return 1 if there is one."""
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    skipped = [(case, note) for case in cases if (note := case.find("skipped")) is not None]
    for case, note in skipped:
        print(f"SKIPPED {case.get('classname')}::{case.get('name')}: {note.get('message')}")
    print(f"{len(cases)} tests, {len(skipped)} skipped")
    return 1 if skipped or not cases else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

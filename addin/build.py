"""Build what the hosts open: workbook_template.xlsm, ccgrade.xlam and ccgrade.oxt, the same bytes every time.

    python -m addin.build [FOLDER]

Without a folder they go where they are committed: the template to the root of the project, the add-ins into addin/.
"""

from __future__ import annotations

import sys
from pathlib import Path

from addin.libreoffice.extension import build_oxt
from addin.packaging import finish_addin, finish_workbook, read_package, write_package
from addin.vba.sources import vba_project
from addin.workbook.buttons import dress_buttons
from addin.workbook.flow_charts import dress_arrows
from addin.workbook.template import TEXTS_CODE_NAME, draw_addin, draw_template
from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.workbook.layout import SHEETS
from ccgrade_xl.workbook.template import ADDIN, EXTENSION, HOMES, TEMPLATE

ROOT = Path(__file__).resolve().parent.parent


def build_template() -> bytes:
    """Return workbook_template.xlsm."""
    drawn = draw_template(vba_project([sheet.code_name for sheet in SHEETS]))
    return finish_workbook(
        write_package(dress_arrows(dress_buttons(read_package(drawn)))), tuple(COMMANDS.values())
    )


def build_addin() -> bytes:
    """Return ccgrade.xlam: the functions and the ribbon for any workbook."""
    return finish_addin(draw_addin(vba_project([TEXTS_CODE_NAME])), tuple(COMMANDS.values()))


BUILDERS = {TEMPLATE: build_template, ADDIN: build_addin, EXTENSION: build_oxt}
"""What makes each file that ships."""


def main(arguments: list[str]) -> None:
    """Write the three files; say where."""
    for name, build in BUILDERS.items():
        path = Path(arguments[0], name) if arguments else ROOT / HOMES[name] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = build()
        path.write_bytes(content)
        print(f"{path}  {len(content):,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The half year in an open Excel leaves the ledger, the cells and the words that it leaves on a closed file."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, beside, verify
from ccgrade_xl.workbook.template import new_book
from tests.casework.half_year.play import play_closed, spoken
from tests.hosts.windows.excel import Conversation, Excel
from tests.hosts.windows.fake_excel.stored import stored
from tests.hosts.windows.twins import cells, differences, open_cells
from tests.hosts.windows.wine import Wine

pytestmark = pytest.mark.windows

FOLDER = r"C:\半年 资料（二〇二六）"
NAME = rf"{FOLDER}\客户分级.xlsm"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("windows", [936], indirect=True, ids=["cp936"])
def test_ledger_counts_and_cells_are_the_same(
    windows: Wine, excel: Excel, commands: Conversation, tmp_path: Path
) -> None:
    new_book(tmp_path / "新.xlsm")
    windows.path(FOLDER).mkdir()
    excel.open(NAME, tmp_path / "新.xlsm")
    played = commands.ask(play=FOLDER, workbook=NAME)
    closed = tmp_path / "客户分级.xlsm"
    assert played["said"] == spoken(play_closed(closed))
    assert played["held"] == 0
    live, file = (Ledger.open(beside(path)) for path in (windows.path(NAME), closed))
    assert verify(live).fault == ""
    with live.reading() as here, file.reading() as there:
        assert here.head() == there.head()
    assert differences(open_cells(excel, NAME), cells(stored(closed))) == {}

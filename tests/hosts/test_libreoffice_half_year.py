"""The half year in a live LibreOffice leaves the ledger that it leaves on a closed file, hash for hash."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ccgrade_xl.casework.ledger import Ledger, beside, verify
from ccgrade_xl.hosts.libreoffice import LibreOfficeBook
from tests.casework.half_year.play import play
from tests.casework.half_year.test_half_year import played
from tests.hosts.conftest import Opener
from tests.hosts.office import Office

pytestmark = pytest.mark.libreoffice


def test_the_ledger_is_the_same(
    addin_office: Office, addin_open: Opener, template: Path, tmp_path: Path
) -> None:
    document = addin_open(template)

    @contextmanager
    def opened() -> Iterator[LibreOfficeBook]:
        with LibreOfficeBook(document, addin_office.context, attended=False) as book:
            yield book
            book.commit()

    play(opened, tmp_path)
    live, closed = Ledger.open(beside(template)), played(tmp_path / "关着的")
    assert verify(live).fault == ""
    with live.reading() as here, closed.reading() as there:
        assert here.head() == there.head()

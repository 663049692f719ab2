"""The pictures of the manual show the workbook as it is today.

    CCGRADE_WRITE_PICTURES=1 python -m pytest tests/documents/test_pictures.py

draws them anew.
"""

import os
import shutil

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.documents.pictures import FOLDER, PICTURES, draw_pages, drawn, words_in
from tests.hosts import office as libreoffice
from tests.hosts.conftest import environment_of

WHY_MISSING = libreoffice.why_missing() or (
    "" if shutil.which("pdftoppm") else "poppler is not installed (pdftoppm, pdftotext)"
)
pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(bool(WHY_MISSING), reason=WHY_MISSING or "-"),
]
LARGEST = 400_000
"""Bytes a committed picture may have."""
UNLIKE = 6.0
"""Mean difference of grey (0-255) at which two small copies of a picture are not of the same page."""


@pytest.fixture(scope="module")
def pages(own_home, tmp_path_factory):
    from addin.libreoffice import build_oxt

    folder = tmp_path_factory.mktemp("pictures")
    extension = folder / "ccgrade.oxt"
    extension.write_bytes(build_oxt())
    profile = libreoffice.make_profile(folder / "profile", extension)
    with libreoffice.running_office(profile, environment_of(own_home)) as office:
        yield draw_pages(office, folder)


@pytest.fixture(scope="module", autouse=True)
def _write_where_asked(pages) -> None:
    if os.environ.get("CCGRADE_WRITE_PICTURES"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for picture in PICTURES:
            drawn(picture, pages).save(picture.path, optimize=True)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_page_says_what_the_picture_is_for(picture, pages) -> None:
    text = words_in(picture, pages)
    assert [word for word in picture.words if word not in text] == []


# The self-check shows on purpose that errors are answered as errors.
@pytest.mark.parametrize(
    "picture",
    [picture for picture in PICTURES if picture.name != "selfcheck"],
    ids=lambda picture: picture.name,
)
def test_no_formula_on_the_page_has_failed(picture, pages) -> None:
    text = words_in(picture, pages)
    assert [error for error in ("#N/A", "#VALUE!", "#NAME?", "#REF!", "Err:") if error in text] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_the_committed_picture_is_of_that_page(picture, pages) -> None:
    assert picture.path.stat().st_size < LARGEST
    with Image.open(picture.path) as committed:
        small = [image.convert("L").resize((96, 96)) for image in (committed, drawn(picture, pages))]
    difference = ImageStat.Stat(ImageChops.difference(*small)).mean[0]
    assert difference < UNLIKE, "the page looks different now: draw the pictures anew"


def test_every_committed_picture_is_declared() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(row.path.name for row in PICTURES)

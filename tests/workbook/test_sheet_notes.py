"""Notes on cells of a closed file: theirs stay, ours are replaced and taken away again, and other readers see them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl.errors import BookFault, FileFault
from ccgrade_xl.spreadsheet.archive import open_archive
from ccgrade_xl.workbook.book_patch import BookEdit, patched_book
from ccgrade_xl.workbook.cells import Area
from ccgrade_xl.workbook.copy_check import checked_copy
from ccgrade_xl.workbook.notes import NOTE_LIMIT, NOTE_WIDTH, note_height, note_text
from ccgrade_xl.workbook.package import package_of
from ccgrade_xl.workbook.sheet_notes import AUTHOR, read_notes
from tests.addin.validator import validation_errors
from tests.workbook.rich_books import parts, raw_record, rich_book, with_parts

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
SHEET = "客户数据"
PART, LINKS = "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
THEIRS = {"B2": "财务说以合同为准", "D3": "别删"}

ODD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80) | st.sampled_from(
    [
        "=1+1",
        "@x",
        "+8",
        "<b>&amp;</b>",
        "]]>",
        "_x000A_",
        "一\r\n二\r三",
        "\x00\x1f\ufffe",
        " 头尾 ",
        "\ud800",
        "字" * 3000,
    ]
)


def place(reference: str) -> tuple[int, int]:
    cell = Area.parse(reference)
    assert cell is not None
    return cell.top, cell.left


def noted(content: bytes, notes: dict[str, str | None], sheet: str = SHEET) -> bytes:
    """Write notes, and check the copy as a commit does."""
    package, edit = package_of(content, "书.xlsm"), BookEdit()
    edit.sheet(sheet).notes.update({place(reference): text for reference, text in notes.items()})
    patched = patched_book(package, edit)
    content = patched.packed()
    checked_copy(content, "书.xlsm", patched, edit)
    return content


def notes_in(content: bytes, sheet: str = SHEET) -> dict[str, str]:
    """The notes as we read them."""
    found = read_notes(package_of(content, "书.xlsm"), sheet)
    return {str(Area(row, column, row, column)): text for (row, column), text in found.items()}


def openpyxl_notes(content: bytes, sheet: str = SHEET) -> dict[str, tuple[str, str]]:
    """Author and text of each note as openpyxl reads them."""
    cells = openpyxl.load_workbook(io.BytesIO(content), keep_vba=True)[sheet]
    return {
        cell.coordinate: (cell.comment.author, cell.comment.text)
        for row in cells.iter_rows() for cell in row if cell.comment is not None
    }  # fmt: skip


def with_theirs(_book: Any, sheet: Any, _other: Any) -> None:
    for reference, text in THEIRS.items():
        sheet.write_comment(reference, text, {"author": "王经理"})


def with_theirs_and_wide_columns(book: Any, sheet: Any, other: Any) -> None:
    with_theirs(book, sheet, other)
    sheet.set_column("B:C", 30)


def with_a_button(_book: Any, sheet: Any, _other: Any) -> None:
    sheet.insert_button("F20", {"macro": "一键", "caption": "一键评级"})


def with_a_picture_in_the_header(_book: Any, sheet: Any, _other: Any) -> None:
    picture = Path(__file__).parents[2] / "addin/ribbon/icons/import_32.png"
    sheet.set_header("&L&G", {"image_left": str(picture)})


def with_notes_elsewhere(_book: Any, _sheet: Any, other: Any) -> None:
    other.write_comment("A1", "另一页", {"author": "李组长"})


BOOKS: dict[str, Callable[..., None] | None] = {
    "no notes": None,
    "their notes": with_theirs,
    "a button": with_a_button,
    "a picture in the header": with_a_picture_in_the_header,
    "notes elsewhere": with_notes_elsewhere,
}


@pytest.mark.parametrize("kind", BOOKS)
def test_notes_come_beside_whatever_a_sheet_has_and_go_again_without_a_trace(kind: str) -> None:
    before = rich_book(extra=BOOKS[kind])
    after = noted(before, {"A2": "来源：营业收费", "C4": "来源：财务"})
    theirs = THEIRS if kind == "their notes" else {}
    assert notes_in(after) == {**theirs, "A2": "来源：营业收费", "C4": "来源：财务"}
    assert {at: author for at, (author, _) in openpyxl_notes(after).items()} == {
        **dict.fromkeys(theirs, "王经理"), "A2": AUTHOR, "C4": AUTHOR,
    }  # fmt: skip
    assert openpyxl_notes(after, "分级 概览") == openpyxl_notes(before, "分级 概览")
    gone = noted(after, {"A2": None, "C4": None})
    assert notes_in(gone) == theirs
    assert parts(gone).keys() == parts(before).keys()
    assert parts(gone)[PART] == parts(before)[PART]


@pytest.mark.parametrize("kind", BOOKS)
def test_only_what_holds_notes_and_leads_to_them_changes(kind: str) -> None:
    before = rich_book(extra=BOOKS[kind])
    old, new = parts(before), parts(noted(before, {"A2": "来源"}))
    touched = {name for name in new if old.get(name) != new[name]}
    mine = re.compile(
        r"xl/(comments\d|drawings/vmlDrawing\d\.vml|worksheets/(_rels/)?sheet1\.xml)|\[Content_Types\]"
    )
    assert all(mine.match(name) for name in touched)
    for name in old.keys() - touched:
        assert raw_record(before, name) == raw_record(noted(before, {"A2": "来源"}), name)


@pytest.mark.package_gate
@pytest.mark.parametrize("kind", BOOKS)
def test_the_open_xml_validator_finds_no_fault(kind: str, tmp_path: Path) -> None:
    (tmp_path / "书.xlsm").write_bytes(noted(rich_book(extra=BOOKS[kind]), {"A2": "来源\n<&>", "C4": "=1+1"}))
    (tmp_path / "空.xlsm").write_bytes(noted((tmp_path / "书.xlsm").read_bytes(), {"A2": None, "C4": None}))
    assert validation_errors(tmp_path / "书.xlsm") == []
    assert validation_errors(tmp_path / "空.xlsm") == []


def test_a_note_takes_the_place_of_the_one_that_stood_there() -> None:
    book = rich_book(extra=with_theirs)
    for text in ("一", "二", "三"):
        book = noted(book, {"A2": text})
    assert notes_in(book) == {**THEIRS, "A2": "三"}
    boxes = parts(book)["xl/drawings/vmlDrawing1.vml"]
    assert boxes.count(b"<v:shape ") == 3
    numbers = re.findall(rb'id="_x0000_s(\d+)"', boxes)
    assert len(set(numbers)) == 3
    assert parts(book)["xl/comments1.xml"].count(b"<author>") == 2


def test_no_two_boxes_of_a_workbook_share_a_number() -> None:
    book = noted(noted(rich_book(extra=with_notes_elsewhere), {"A2": "一"}), {"A1": "二"}, "分级 概览")
    boxes = b"".join(data for name, data in parts(book).items() if name.endswith(".vml"))
    numbers = re.findall(rb'id="_x0000_s(\d+)"', boxes)
    assert len(set(numbers)) == len(numbers) == 2


def test_more_notes_than_a_block_of_numbers_holds_take_another_block() -> None:
    book = noted(rich_book(extra=with_notes_elsewhere), {f"A{row}": "来源" for row in range(2, 1100)})
    drawing = parts(book)["xl/drawings/vmlDrawing2.vml"]
    numbers = {int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', drawing)}
    blocks = re.search(rb'idmap[^>]*data="([\d,]*)"', drawing)
    assert blocks is not None
    assert len(numbers) == 1098
    assert {number // 1024 for number in numbers} == {int(block) for block in blocks[1].split(b",")}


@given(ODD)
def test_any_text_reads_back_as_a_note_holds_it(text: str) -> None:
    held = note_text(text)
    after = noted(_PLAIN, {"B3": text})
    assert notes_in(after) == {"B3": held}
    # openpyxl leaves Excel's escape of what looks like an escape as it is written.
    assert openpyxl_notes(after)["B3"][1].replace("_x005F_", "_") == held


_PLAIN = rich_book(1)


@given(ODD)
def test_what_a_note_holds_it_holds_again(text: str) -> None:
    held = note_text(text)
    assert note_text(held) == held
    assert 0 < len(held) <= NOTE_LIMIT
    held.encode()


@given(st.text("字a 1\n", min_size=1, max_size=200), st.text("字b\n", max_size=50))
def test_a_longer_text_never_gets_a_lower_box(text: str, more: str) -> None:
    assert note_height(text) <= note_height(text + more)


@pytest.mark.parametrize(("height", "hidden"), [(20, False), (60, False), (15, True)])
def test_a_box_is_as_large_as_its_text_needs_whatever_the_sheets_columns_and_rows(
    height: int, hidden: bool
) -> None:
    def shaped(_book: Any, sheet: Any, _other: Any) -> None:
        sheet.set_column("C:C", 2)
        sheet.set_column("D:D", 30, None, {"hidden": hidden})
        sheet.set_row_pixels(2, height)
        for row in (3, 4):
            sheet.set_row_pixels(row, height, None, {"hidden": hidden})

    text = "这一格来自营业收费，文件“营业收费_202610.csv”第 12 行。" * 6
    drawing = parts(noted(rich_book(extra=shaped), {"B3": text}))["xl/drawings/vmlDrawing1.vml"]
    found = re.search(rb"<x:Anchor>([^<]*)<", drawing)
    assert found is not None
    left, from_left, top, from_top, right, to_right, bottom, to_bottom = map(int, found[1].split(b","))
    columns = {2: 19, 3: 0 if hidden else 215}
    rows = {2: height} | dict.fromkeys((3, 4), 0 if hidden else height)
    wide = sum(columns.get(at, 64) for at in range(left, right)) + to_right - from_left
    high = sum(rows.get(at, 20) for at in range(top, bottom)) + to_bottom - from_top
    assert abs(wide - NOTE_WIDTH) <= 5
    assert high == note_height(text)


def test_a_threaded_comment_is_never_written_over() -> None:
    book = with_threads(rich_book(extra=with_theirs))
    assert notes_in(noted(book, {"A2": "来源"})) == {**THEIRS, "A2": "来源"}
    with pytest.raises(BookFault, match="B2 上有会话式批注"):
        noted(book, {"B2": "来源"})


def with_threads(book: bytes) -> bytes:
    """The book as Excel would keep the note on B2 as a conversation."""
    threads = (
        b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        b'<threadedComment ref="B2" id="{1}"><text>x</text></threadedComment></ThreadedComments>'
    )
    kind = b"http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
    link = b'<Relationship Id="rId77" Type="%b" Target="../threaded.xml"/></Relationships>' % kind
    old = parts(book)
    links = old[LINKS].replace(b"</Relationships>", link)
    archive = open_archive(with_parts(book, **{LINKS: links}), "书")
    return archive.replaced({}, added={"xl/threaded.xml": threads})


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        ("xl/drawings/vmlDrawing1.vml", lambda data: data.replace(b"</xml>", b"")),
        ("xl/comments1.xml", lambda data: data.replace(b"commentList", b"anything")),
        ("xl/comments1.xml", lambda data: data.replace(b"authors>", b"writers>")),
        ("xl/comments1.xml", lambda data: data[:-20]),
        (LINKS, lambda data: data.replace(b"vmlDrawing", b"nothing")),
    ],
)
def test_damaged_parts_are_told_in_a_sentence(part: str, broken: Callable[[bytes], bytes]) -> None:
    book = rich_book(extra=with_theirs)
    book = with_parts(book, **{part: broken(parts(book)[part])})
    with pytest.raises((BookFault, FileFault), match="损坏"):
        noted(book, {"A2": "来源"})


@pytest.mark.parametrize(
    ("part", "sane", "hostile"),
    [
        (PART, rb'<col min="\d+"', b'<col min="%b"' % (b"9" * 5000)),
        (PART, rb'(<col [^>]*)width="[^"]*"', rb'\1width="1e400"'),
        (PART, rb'<row r="2"', b'<row r="2" ht="nan"'),
        ("xl/drawings/vmlDrawing1.vml", rb'(idmap[^>]*data=")1"', rb'\g<1>1,%b"' % (b"9" * 5000)),
        ("xl/drawings/vmlDrawing1.vml", rb"<x:Row>1</x:Row>", b"<x:Row>%b</x:Row>" % (b"9" * 5000)),
        ("xl/drawings/vmlDrawing1.vml", rb"_s1025", b"_s%b" % (b"9" * 5000)),
    ],
)
def test_lengths_and_numbers_no_program_writes_stop_nobody(part: str, sane: bytes, hostile: bytes) -> None:
    book = rich_book(extra=with_theirs_and_wide_columns)
    changed, count = re.subn(sane, hostile, parts(book)[part])
    assert count
    assert notes_in(noted(with_parts(book, **{part: changed}), {"A2": "来源"})) == THEIRS | {"A2": "来源"}


@pytest.mark.parametrize("quote", ['"', "'"])
def test_notes_written_by_other_programs_are_replaced_alike(quote: str) -> None:
    book = noted(rich_book(extra=with_theirs), {"A2": "一"})
    drawing, comments = "xl/drawings/vmlDrawing1.vml", "xl/comments1.xml"
    old = parts(book)
    prefixed = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1s:", old[comments]).replace(b" xmlns=", b" xmlns:s=")
    book = with_parts(
        book,
        **{
            comments: prefixed,
            drawing: old[drawing].replace(b'"Note"', b"%bNote%b" % (quote.encode(), quote.encode())),
        },
    )
    after = noted(book, {"A2": "二", "B2": None})
    assert notes_in(after) == {"D3": THEIRS["D3"], "A2": "二"}
    assert parts(after)[drawing].count(b"<v:shape ") == 2

"""The sheets that are not in use yet: one line each that says what will stand there."""

from __future__ import annotations

from addin.workbook.page import Page

WIDTH = 10


def draw(page: Page) -> None:
    """Draw the sheet's name and its one line."""
    page.on_screen()
    page.widths(2, *([11.5] * WIDTH))
    page.title(WIDTH, " ")
    page.worksheet.set_row(3, 40)
    page.put(3, 1, page.sheet.purpose, font_size=12, font_color="#595959")
    page.put(4, 1, "本版尚未启用，不影响评级。", "note")
    page.worksheet.write_url(6, 1, "internal:'首页'!A1", page.formats("link"), "回到首页")
    page.print_on_a4(landscape=False, last_row=6, last_column=WIDTH, pages_high=1)

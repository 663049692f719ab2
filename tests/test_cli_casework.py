"""Overrides and objections on the command line: what is refused, and what has not to be said twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccgrade_xl.cli import DONE, NOTHING_DONE
from tests.pages.books import graded_book
from tests.test_cli import Runner, run

__all__ = ["run"]

DAY = ("--as-of", "2026-03-02")
ENTERED = ("--reason", "担保", "--approver", "王组长", "--until", "2026-12-31")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    graded_book(tmp_path / "簿.xlsm")
    return tmp_path / "簿.xlsm"


def test_a_grade_there_is_not_is_refused_with_those_there_are(run: Runner, book: Path) -> None:
    before = book.read_bytes()
    refused = run("override", book, "0002", "--to", "6A", *ENTERED, *DAY)
    assert refused.code == NOTHING_DONE
    assert "没有 “6A” 这一级：信用等级有 5A、4A" in refused.err
    assert "星级有 五星级、四星级" in refused.err
    assert book.read_bytes() == before


def test_an_override_lacks_what_is_named_and_is_withdrawn_by_its_customer(run: Runner, book: Path) -> None:
    lacking = run("override", book, "0002", "--to", "四星级", *DAY)
    assert (lacking.code, lacking.err) == (NOTHING_DONE, "缺少选项 --reason、--approver、--until。\n")
    run("override", book, "0002", "--to", "四星级", *ENTERED, *DAY)
    withdrawn = run("override", book, "0002", "--withdraw", *DAY)
    assert withdrawn.code == DONE
    assert "人工调整有效 0 户" in withdrawn.out


def test_a_wrong_answer_changes_nothing_and_the_right_one_ends_the_objection(run: Runner, book: Path) -> None:
    run("objection", book, "0001", "--text", "有误", "--received", "2026-03-02", *DAY)
    before = book.read_bytes()
    refused = run("objection", book, "0001", "--answer", "驳回", *DAY)
    assert refused.code == NOTHING_DONE
    assert "没有登记：处理结果应为维持、更正、撤回之一，不是 “驳回”。" in refused.err
    assert book.read_bytes() == before
    assert run("objection", book, "0001", "--answer", "维持", *DAY).code == DONE

"""The command line: what each command prints and leaves, its exit code, and its answer to nonsense."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from attrs import frozen
from msoffcrypto.format.ooxml import OOXMLFile

from ccgrade_xl import __version__
from ccgrade_xl.cli import ATTENTION, BROKEN, DONE, NOTHING_DONE, main
from ccgrade_xl.cli.showing import EXITS
from ccgrade_xl.functions import FUNCTIONS
from ccgrade_xl.hosts.closed_file import ClosedFileBook
from ccgrade_xl.rules.ruleset import RuleSet
from ccgrade_xl.sample import RESULT_HEADERS
from ccgrade_xl.workbook.layout import CUSTOMER_TABLE, INPUT_COLUMNS

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")
AS_OF = ("--as-of", "2026-10-31")
OVERRIDDEN = ("--to", "4A", "--reason", "新合同", "--approver", "李四")
HEADERS = ("客户编号", "客户名称", "客户状态", "月均用气量", "在用月数", "用气单位性质", "缴费方式")
GOOD = ("00001", "一厂", "在用", 12000, 12, "民营企业", "银行代扣")
MISSPELT = ("00002", "二厂", "在用", 800, 12, "民营企也", "现金")


@frozen
class Ran:
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Runner = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Runner:
    """Run `ccgrade` with these arguments in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def ran(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["ccgrade", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return ran


@pytest.fixture
def book(run: Runner) -> Path:
    """A fresh workbook."""
    assert run("new", "簿.xlsm").code == DONE
    return Path("簿.xlsm")


def listed(*rows: tuple[Any, ...], name: str = "表.csv", headers: tuple[str, ...] = HEADERS) -> Path:
    """Write a list of customers in the current folder: .csv or .xlsx."""
    path = Path(name)
    if path.suffix == ".csv":
        text = io.StringIO()
        csv.writer(text).writerows([headers, *rows])
        path.write_text(text.getvalue(), encoding="utf-8-sig")
        return path
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("客户")
        for at, row in enumerate((headers, *rows)):
            for place, value in enumerate(row):
                sheet.write_string(at, place, value) if isinstance(value, str) else sheet.write(
                    at, place, value
                )
    return path


def graded_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def results_in(path: Path, *columns: str) -> list[tuple[Any, ...]]:
    table = ClosedFileBook(path).read_table(CUSTOMER_TABLE)
    return list(zip(*(table.column(name) for name in columns), strict=True))


# --- each command -----------------------------------------------------------------------------------------


def test_demo_leaves_a_graded_workbook_and_says_where(run: Runner) -> None:
    ran = run("demo", "演示")
    assert ran.code == DONE
    assert "已评级 549 户" in ran.out
    assert "演示/客户分级演示.xlsm" in ran.out.replace("\\", "/")
    assert len(results_in(Path("演示/客户分级演示.xlsm"), "星级")) == 600


def test_new_makes_an_empty_workbook_and_does_not_overwrite(run: Runner, book: Path) -> None:
    assert ClosedFileBook(book).read_table(CUSTOMER_TABLE).rows == []
    before = book.read_bytes()
    again = run("new", book)
    assert (again.code, "没有覆盖" in again.err) == (NOTHING_DONE, True)
    assert book.read_bytes() == before
    assert run("new", book, "--force").code == DONE


def test_import_then_grade_then_explain(run: Runner, book: Path) -> None:
    imported = run("import", book, listed(GOOD))
    assert imported.code == DONE
    assert "新增 1 户" in imported.out
    graded = run("grade", book, *AS_OF)
    assert graded.code == DONE
    assert results_in(book, "客户编号", "用气量等级", "X", "信用等级") == [("00001", "三级", 3.0, "待定")]
    explained = run("explain", book, "00001", *AS_OF)
    assert explained.code == DONE
    assert "民营企业" in explained.out
    assert "怎样升星" in explained.out


def test_rows_that_need_attention_are_listed_with_exit_code_1(run: Runner, book: Path) -> None:
    imported = run("import", book, listed(GOOD, GOOD, MISSPELT))
    assert imported.code == ATTENTION
    assert "第 3 行没有导入：客户编号 00001 与第 2 行重复，内容完全相同" in imported.out
    assert "“民营企也”不在选项里，按未知处理，是不是“民营企业”" in imported.out
    graded = run("grade", book, *AS_OF)
    assert graded.code == ATTENTION
    assert "客户数据第 4 行（客户 00002）：用气单位性质“民营企也”不在选项中" in graded.out


def test_check_lists_what_needs_attention_and_leaves_the_book_as_it_is(run: Runner, book: Path) -> None:
    run("import", book, listed(GOOD))
    assert run("check", book).code == DONE
    run("import", book, listed(MISSPELT))
    before = book.read_bytes()
    checked = run("check", book)
    assert checked.code == ATTENTION
    assert "已检查 2 户，发现 1 处需要处理" in checked.out
    assert "用气单位性质“民营企也”不在选项中" in checked.out
    assert book.read_bytes() == before


def test_import_and_grade_to_another_file_leave_the_book_as_it_is(run: Runner, book: Path) -> None:
    before = book.read_bytes()
    assert run("import", book, listed(GOOD), "-o", "导入.xlsm").code == DONE
    assert run("grade", "导入.xlsm", "-o", "评级.xlsm", *AS_OF).code == DONE
    assert book.read_bytes() == before
    assert results_in(Path("导入.xlsm"), "星级") == [(None,)]
    assert results_in(Path("评级.xlsm"), "星级") == [("待定",)]


def test_a_csv_is_graded_beside_itself_and_into_a_workbook(run: Runner) -> None:
    source = listed(GOOD)
    before = source.read_bytes()
    assert run("grade", source, *AS_OF).code == DONE
    (row,) = graded_csv(Path("表_评级.csv"))
    assert (row["客户编号"], row["用气量等级"], row["评级日期"]) == ("00001", "三级", "2026-10-31")
    assert list(row) == [*(column.name for column in INPUT_COLUMNS), *RESULT_HEADERS]
    assert run("grade", source, "-o", "整本.xlsm", *AS_OF).code == DONE
    assert results_in(Path("整本.xlsm"), "客户编号", "X") == [("00001", 3.0)]
    assert source.read_bytes() == before


def test_a_plain_xlsx_list_gets_its_results_on_the_right(run: Runner) -> None:
    source = listed(GOOD, name="表.xlsx")
    assert run("grade", source, *AS_OF).code == DONE
    assert results_in(source, "客户编号", "用气量等级") == [("00001", "三级")]


MESSY = (
    GOOD,
    (None,) * len(HEADERS),
    ("00003", "三厂", "在用", "很多", 12, "民营企业", "现金"),
    ("00003", "三厂", "在用", 500, 12, "民营企业", "现金"),
    HEADERS,
    ("00004", "四厂", "销户", 500, 12, "民营企业", "现金"),
    ("制表人：李四", *(None,) * (len(HEADERS) - 1)),
    ("合计", *(None,) * (len(HEADERS) - 1)),
)


def test_a_list_has_the_same_totals_whatever_its_suffix(run: Runner) -> None:
    said = {}
    for name in ("表.csv", "表.xlsx"):
        graded = run("grade", listed(*MESSY, name=name), *AS_OF, "--json")
        assert (graded.code, graded.data["graded"], graded.data["not_graded"]) == (ATTENTION, 2, 1)
        said[name] = [
            sentence.replace(name, "表").replace("的工作表“客户”", "")
            for sentence in graded.data["attention"]
        ]
    assert said["表.csv"] == said["表.xlsx"]
    assert [sentence.split("：")[0] for sentence in said["表.csv"]] == [
        *(f"文件“表”第 {row} 行没有评级" for row in (5, 6, 8, 9)),
        "文件“表”第 4 行（客户 00003）",
    ]
    written = results_in(Path("表.xlsx"), "客户编号", "星级")
    assert [star for _, star in written] == ["待定", None, "待定", None, None, None]
    again = run("grade", "表.xlsx", *AS_OF, "--json")
    assert (again.data["graded"], again.data["not_graded"]) == (2, 1)


def test_a_list_on_a_sheet_becomes_a_whole_workbook_or_a_csv(run: Runner) -> None:
    source = listed(*MESSY, name="表.xlsx")
    before = source.read_bytes()
    for out in ("整本.xlsm", "结果.csv"):
        graded = run("grade", source, "-o", out, *AS_OF, "--json")
        assert (graded.data["graded"], graded.data["not_graded"]) == (2, 1)
    assert results_in(Path("整本.xlsm"), "客户编号") == [("00001",), ("00003",), ("00004",)]
    assert [row["客户编号"] for row in graded_csv(Path("结果.csv"))] == ["00001", "00003", "00004"]
    assert source.read_bytes() == before
    refused = run("grade", source, "-o", "x.pdf", *AS_OF)
    assert (
        refused.err
        == "“表.xlsx”的评级结果可以写成 .xlsx、.csv 或 .xlsm，不能写成“.pdf”；请改 -o 的文件名。\n"
    )


def test_a_customer_of_a_list_is_explained_of_the_day_it_stands_graded_of(run: Runner) -> None:
    source = listed(GOOD, name="表.xlsx")
    run("grade", source, *AS_OF)
    assert (
        run("explain", source, "00001", "--json").data
        == run("explain", source, "00001", *AS_OF, "--json").data
    )
    for name in (source, listed(GOOD)):
        assert run("explain", name, "2").err == f"“{name}”里没有客户编号 2，请核对。\n"
        assert run("explain", name, "1", "--json").data["customer"] == "00001"


def test_an_explanation_that_contradicts_what_stands_in_the_file_says_so(run: Runner) -> None:
    Path("旧.csv").write_text("客户编号,月均用气量,星级\n1,100,五星级\n", encoding="utf-8")
    explained = run("explain", "旧.csv", "1")
    assert explained.code == ATTENTION
    assert "这一行现在写的是 五星级：评级之后资料或规则改动过，请重新一键评级。" in explained.out


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1+2", "@SUM(1)", "=cmd|'/c calc'!A0", "\t=1", "＝1"])
def test_text_that_looks_like_a_formula_stays_text_in_a_csv(run: Runner, evil: str) -> None:
    assert run("grade", listed(("00001", evil, *GOOD[2:])), *AS_OF).code in (DONE, ATTENTION)
    name = graded_csv(Path("表_评级.csv"))[0]["客户名称"]
    assert name[0] not in "=+-@\t\r"
    assert name.lstrip("'").strip() == evil.strip()


def test_text_that_looks_like_a_formula_stays_text_in_a_workbook(run: Runner, book: Path) -> None:
    run("import", book, listed(("00001", "=1+1", *GOOD[2:])))
    assert results_in(book, "客户名称") == [("=1+1",)]


def test_functions_lists_every_function(run: Runner) -> None:
    shown, data = run("functions"), run("functions", "--json").data
    assert list(data) == list(FUNCTIONS)
    assert [name for name in FUNCTIONS if name not in shown.out] == []
    assert "由评分规则表得出规则版本。" in shown.out


def test_rules_are_exported_checked_and_used(run: Runner) -> None:
    exported = run("rules", "export")
    assert tomllib.loads(exported.out)["switches"]["provisional_cap"] == "3A"
    Path("规则.toml").write_text(
        exported.out.replace("lower = 10000.0", "lower = 20000.0").replace(
            "lower = 10000,", "lower = 20000,"
        ),
        encoding="utf-8",
    )
    checked = run("rules", "check", "规则.toml", "--json").data
    assert checked["version"] != RuleSet.default().version
    assert run("grade", listed(GOOD), "--rules", "规则.toml", *AS_OF).code == DONE
    (row,) = graded_csv(Path("表_评级.csv"))
    assert (row["用气量等级"], row["规则版本"]) == ("二级", checked["version"])


def test_the_rules_of_a_workbook_are_exported_and_checked(run: Runner, book: Path) -> None:
    assert run("rules", "export", book, "-o", "规则.toml").code == DONE
    for file in (book, "规则.toml"):
        assert run("rules", "check", file, "--json").data == {
            "version": RuleSet.default().version,
            "faults": [],
        }


def test_faults_of_rules_are_all_listed_with_exit_code_2(run: Runner) -> None:
    text = run("rules", "export").out
    Path("坏.toml").write_text(re.sub(r"weight = [\d.]+", "weight = -1", text), encoding="utf-8")
    checked = run("rules", "check", "坏.toml")
    assert checked.code == NOTHING_DONE
    assert checked.err.count("权重") >= 7
    assert len(run("rules", "check", "坏.toml", "--json").data["faults"]) >= 7


@pytest.mark.parametrize("usage", ["固定分档", "英国AMR分档", "样本五分位"])
def test_usage_tiers_come_by_preset(run: Runner, usage: str) -> None:
    sample = listed(*((f"{at:05d}", "厂", "在用", at * 1000, *GOOD[4:]) for at in range(1, 11)))
    extra = ("--sample", sample) if usage == "样本五分位" else ()
    exported = run("rules", "export", "--usage", usage, *extra)
    assert exported.code == DONE
    assert len(tomllib.loads(exported.out)["usage_tiers"]) == 5


def test_json_is_json_and_nothing_else(run: Runner, book: Path) -> None:
    imported = run("import", book, listed(GOOD, MISSPELT), "--json")
    assert (imported.code, imported.data["added"], len(imported.data["attention"])) == (ATTENTION, 2, 1)
    graded = run("grade", book, *AS_OF, "--json")
    assert (graded.code, graded.data["graded"], graded.data["as_of"]) == (ATTENTION, 2, "2026-10-31")
    assert graded.data["stars"]["待定"] == 2
    explained = run("explain", book, "00001", *AS_OF, "--json")
    assert (explained.code, explained.data["customer"]) == (DONE, "00001")
    assert run("demo", "演示", "--json").data["graded"] == 549


def test_the_same_book_rules_and_date_give_the_same_bytes(run: Runner, book: Path) -> None:
    run("import", book, listed(GOOD, MISSPELT))
    for out in ("甲.xlsm", "乙.xlsm"):
        run("grade", book, "-o", out, *AS_OF)
    assert Path("甲.xlsm").read_bytes() == Path("乙.xlsm").read_bytes()


# --- how it is called -------------------------------------------------------------------------------------


def test_help_is_chinese(run: Runner) -> None:
    for path in ((), ("grade",), ("rules",), ("rules", "export")):
        shown = run(*path, "--help")
        assert shown.code == DONE
        for word in ("Usage", "Options", "Commands", "Arguments", "Show this", "default:", "required"):
            assert word not in shown.out
        assert "用法：" in shown.out


def test_the_version_is_shown(run: Runner) -> None:
    assert run("--version").out.strip() == f"ccgrade {__version__}"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("飞",), "没有命令“飞”，可用的命令：demo、new、import"),
        (("rules", "飞"), "没有命令“飞”，可用的命令：export、check"),
        (("new",), "缺少参数 BOOK。请用 ccgrade new --help 查看写法。"),
        (("explain", "表.csv"), "缺少参数 CUSTOMER"),
        (("report", "簿.xlsm"), "缺少选项 --out。请用 ccgrade report --help 查看写法。"),
        (("exam", "new", "簿.xlsm", "--count", "abc"), "选项 --count 应是整数。"),
        (("new", "a.xlsm", "b"), "多出了看不懂的内容：b"),
        (("grade", "表.csv", "--飞"), "没有选项 --飞"),
        (("grade", "表.csv", "--as-of"), "选项 --as-of 后面要写一个值"),
        (("grade", "表.csv", "--as-of", "昨天"), "“昨天” 不是看得懂的日期"),
        (("import", "表.xlsm", "表.csv", "--date", "昨天"), "参数“--date”：“昨天” 不是看得懂的日期"),
        (("import", "表.xlsm", "表.csv", "--date", " "), "--date 是空的"),
        (
            ("override", "表.xlsm", "1", *OVERRIDDEN, "--until", "昨天"),
            "参数“--until”：“昨天” 不是看得懂的日期",
        ),
        (
            ("objection", "表.xlsm", "1", "--text", "不对", "--received", "昨天"),
            "参数“--received”：“昨天” 不是看得懂的日期",
        ),
        (("grade", "没有.xlsx"), "找不到文件"),
        (("grade", "."), "是文件夹，不是文件"),
        (("new", "簿.xlsx"), "应以 .xlsm 结尾"),
        (("new", "没有/簿.xlsm"), "不存在"),
        (("rules", "export", "--usage", "瞎"), "没有叫“瞎”的用气量分档方案"),
        (("rules", "export", "--usage", "样本五分位"), "请加 --sample"),
        (("rules", "check", "表.csv"), "不是规则文件"),
    ],
)
def test_a_call_that_cannot_be_done_ends_with_one_sentence(
    run: Runner, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (NOTHING_DONE, "")
    assert says in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ccgrade_xl", "grade", "没有.csv"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (NOTHING_DONE, "")
    assert done.stderr.strip() == "找不到文件“没有.csv”。请检查路径和文件名。"


# --- nonsense ---------------------------------------------------------------------------------------------


def empty(name: str) -> Path:
    Path(name).touch()
    return Path(name)


def renamed_pdf(name: str) -> Path:
    Path(name).write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n")
    return Path(name)


def protected(name: str) -> Path:
    plain = listed(GOOD, name="明.xlsx")
    with Path(name).open("wb") as out:
        OOXMLFile(io.BytesIO(plain.read_bytes())).encrypt("密码", out)
    plain.unlink()
    return Path(name)


def no_table(name: str) -> Path:
    return listed((1, 2), name=name, headers=("苹果", "梨"))


def no_rows(name: str) -> Path:
    return listed(name=name)


def a_full_sheet(name: str) -> Path:
    """A list whose last customer stands in the last row of the sheet."""
    with xlsxwriter.Workbook(name) as workbook:
        sheet = workbook.add_worksheet("客户")
        for at, row in ((0, HEADERS), (1, GOOD), (1_048_575, GOOD)):
            sheet.write_row(at, 0, row)
    return Path(name)


def header_twice(name: str) -> Path:
    return listed((*GOOD, 5), name=name, headers=(*HEADERS, "月均用气量"))


def long_number(name: str) -> Path:
    return listed(("1" * 30, *GOOD[1:]), name=name)


NONSENSE = {
    "空.xlsx": (empty, "是空的"),
    "空.csv": (empty, "是空的"),
    "假.xlsx": (renamed_pdf, "其实是 PDF"),
    "假.csv": (renamed_pdf, "其实是 PDF"),
    "密.xlsx": (protected, "设有打开密码"),
    "无表.xlsx": (no_table, "没有找到客户表的表头"),
    "无表.csv": (no_table, "没有找到客户表的表头"),
    "零行.xlsx": (no_rows, "没有客户"),
    "零行.csv": (no_rows, "没有"),
    "满.xlsx": (a_full_sheet, "1048575 行"),
    "两次.xlsx": (header_twice, "出现了两次"),
    "两次.csv": (header_twice, "出现了两次"),
    "长号.xlsx": (long_number, "30 位"),
    "长号.csv": (long_number, "30 位"),
}
"""Files no customers can be read from, and what each is answered with."""
COMMANDS = {
    "grade": lambda file: ("grade", file, *AS_OF),
    "import": lambda file: ("import", "簿.xlsm", file),
    "explain": lambda file: ("explain", file, "00001", *AS_OF),
    "rules check": lambda file: ("rules", "check", file),
}


def test_more_customers_than_a_sheet_has_rows_for_are_not_imported(run: Runner, book: Path) -> None:
    lines = (f"{at:08d},{at % 9000}\n" for at in range(1_048_575))
    Path("百万.csv").write_text("客户编号,月均用气量\n" + "".join(lines), encoding="utf-8")
    before = book.read_bytes()
    ran = run("import", book, "百万.csv")
    assert (ran.code, ran.out) == (NOTHING_DONE, "")
    assert ran.err.startswith("文件“百万.csv”有 1048576 行，“客户”表最多放 1048574 行。")
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (name, command)
        for name, (make, _) in NONSENSE.items()
        for command in COMMANDS
        if (make, command) != (a_full_sheet, "import")  # its two customers have room
    ],
)
def test_nonsense_ends_with_one_sentence_and_changes_nothing(
    run: Runner, book: Path, tmp_path: Path, name: str, command: str
) -> None:
    make, says = NONSENSE[name]
    file = make(name)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    ran = run(*COMMANDS[command](file))
    assert (ran.code, ran.out) == (NOTHING_DONE, "")
    assert re.fullmatch(r"[^\n]*[一-龥][^\n]*。\n", ran.err)
    assert name in ran.err or command in ("grade", "explain")
    assert says in ran.err or command == "rules check"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_fault_of_the_program_has_an_exit_code_of_its_own_and_says_whom_to_tell(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr("ccgrade_xl.hosts.doctor.examine", broken)
    ended = run("doctor")
    assert ended.code == BROKEN
    assert "Traceback" in ended.err
    assert "ZeroDivisionError: nobody foresaw this" in ended.err
    assert "发给为您安装 ccgrade 的人" in ended.err.splitlines()[-1]


def test_the_help_page_says_what_each_exit_code_means(run: Runner) -> None:
    page = "".join(run("--help").out.split())
    for code, said in EXITS.items():
        assert f"{code}{said}" in page

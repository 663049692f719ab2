"""vbaProject.bin: what other readers find in it is what was put in."""

from __future__ import annotations

from io import BytesIO

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.vba.compound_file import write_compound_file
from addin.vba.compression import compress
from addin.vba.project import Module, build_project, document_modules, standard_module
from tests.addin.macro_readers import decompressed, macro_sources
from tests.addin.packages import SHIPPED, modules, shipped

HELLO = 'Attribute VB_Name = "modHello"\nPublic Function Hello() As String\n    Hello = "hi"\nEnd Function\n'


@given(st.lists(st.sampled_from(["CCG_X", "rules", " = ", "\r\n", "End Function", "a", "zz"])).map("".join))
def test_a_compressed_text_comes_back(text):
    data = (text * 40).encode("ascii")
    assert decompressed(compress(data)) == data


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4095, 4096, 4097, 8192, 20000])
def test_a_text_of_any_length_comes_back(length):
    data = bytes((33 + i * i % 90) for i in range(length))
    assert decompressed(compress(data)) == data


@given(st.dictionaries(st.from_regex(r"[A-Za-z_]{1,31}", fullmatch=True), st.integers(0, 20000), max_size=25))
def test_every_stream_of_a_compound_file_is_found_and_whole(lengths):
    lengths = {name.upper(): length for name, length in lengths.items()}
    tree = {name: bytes([number % 256]) * length for number, (name, length) in enumerate(lengths.items())}
    with olefile.OleFileIO(BytesIO(write_compound_file({"FOLDER_OF_STREAMS_1": tree, "TOP": b"x"}))) as found:
        for name, data in tree.items():
            assert found.openstream(["FOLDER_OF_STREAMS_1", name]).read() == data
        assert found.openstream("TOP").read() == b"x"
        assert not found.parsing_issues


def test_a_name_too_long_for_a_compound_file_is_refused():
    with pytest.raises(ValueError, match="31 characters"):
        write_compound_file({"N" * 32: b""})


def test_a_content_too_large_for_the_header_is_refused():
    with pytest.raises(ValueError, match="too large"):
        write_compound_file({"big": bytes(8_000_000)})


@pytest.mark.parametrize("name", SHIPPED)
def test_olevba_reads_our_sources_unchanged(name):
    assert macro_sources(name, shipped(name)) == {module.name: module.source for module in modules(name)}


def test_the_same_sources_give_the_same_project_and_others_another():
    project = build_project([*document_modules(["wsOne"]), standard_module(HELLO)])
    assert project == build_project([*document_modules(["wsOne"]), standard_module(HELLO)])
    assert project != build_project(
        [*document_modules(["wsOne"]), standard_module(HELLO.replace("hi", "ho"))]
    )


def test_chinese_text_in_a_module_is_refused():
    with pytest.raises(ValueError, match="ASCII"):
        standard_module(HELLO.replace("hi", "你好"))


@pytest.mark.parametrize("name", ["1st", "two words", "a" * 32, "", "with-dash"])
def test_a_module_name_vba_would_not_take_is_refused(name):
    with pytest.raises(ValueError, match="module name"):
        Module(name, "standard", "")


def test_a_text_that_does_not_name_its_module_is_refused():
    with pytest.raises(ValueError, match="VB_Name"):
        standard_module("Option Explicit\n")


def test_two_modules_of_one_name_are_refused():
    with pytest.raises(ValueError, match="one name"):
        build_project([standard_module(HELLO), standard_module(HELLO.replace("modHello", "MODHELLO"))])

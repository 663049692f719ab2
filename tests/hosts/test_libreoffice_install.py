"""Installing into LibreOffice, and what the extension does where the package is missing or for another Python."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import pytest
from platformdirs import user_config_path

from ccgrade_xl.commands import COMMANDS
from ccgrade_xl.errors import CcgradeError, CellError
from ccgrade_xl.functions import FUNCTIONS
from ccgrade_xl.hosts import libreoffice_install
from ccgrade_xl.hosts.libreoffice_functions import argument_type
from ccgrade_xl.hosts.libreoffice_install import PATH_FILE, install, package_folders, write_path_file
from tests.hosts.calc import answer
from tests.hosts.conftest import ROOT
from tests.hosts.office import Office, lent_to_nobody, make_profile, running_office

pytestmark = pytest.mark.libreoffice

INSTALL = "请在命令行运行 ccgrade addin install，然后重新启动 LibreOffice。"


@pytest.fixture(scope="module")
def profile(oxt: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_profile(tmp_path_factory.mktemp("install") / "profile", oxt)


@contextmanager
def office_with(profile: Path, folder: Path, **environment: str) -> Iterator[Office]:
    """LibreOffice with the extension and nothing but this environment to find the package by."""
    own = shutil.copytree(profile, folder / "profile")
    nowhere = {"CCGRADE_PYTHONPATH": "", "XDG_CONFIG_HOME": str(folder), "CCGRADE_HOME": str(folder)}
    with running_office(own, {**nowhere, **environment}) as office:
        yield office


def told(office: Office, command: str = "about") -> tuple[bool, str]:
    document = office.new()
    result = office.dispatch(document, f"vnd.ccgrade:{command}", Silent=True)
    document.close(True)
    return result.State == 1, result.Result


def first_cell(office: Office, formula: str) -> object:
    document = office.new()
    shows = answer(document.getSheets().getByIndex(0), 9, 0, formula)
    document.close(True)
    return shows


@pytest.fixture(scope="module")
def environment() -> ModuleType:
    """The extension's own module that looks for the package."""
    path = ROOT / "addin" / "libreoffice" / "component" / "pythonpath" / "ccgrade_environment.py"
    spec = spec_from_file_location("ccgrade_environment_alone", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("given", ["/a:/b:", ":/a::/b", "/a:/b"])
def test_a_separator_too_many_names_no_folder(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    """An empty name on Python's path is the folder of the document, whoever put a module there."""
    monkeypatch.setenv("CCGRADE_PYTHONPATH", given)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = len(sys.path)
    environment._add_folders()
    assert sys.path[before:] == ["/a", "/b"]


def test_the_package_is_found_by_the_path_file(
    profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert write_path_file() == tmp_path / "ccgrade" / PATH_FILE
    with office_with(profile, tmp_path) as office:
        assert first_cell(office, "=CCG_X(8000)") == 2.0
        done, text = told(office)
    assert done
    assert text.startswith("工商客户分级 ccgrade")


def test_a_missing_package_is_one_sentence_and_no_crash(profile: Path, tmp_path: Path) -> None:
    with office_with(profile, tmp_path) as office:
        for function in FUNCTIONS.values():
            arguments = [
                "A1:B2" if argument_type(argument) == "range" else "1"
                for argument in function.arguments
                if not argument.optional
            ]
            assert first_cell(office, f"={function.name}({';'.join(arguments)})") == CellError.NA
        for command in COMMANDS:
            done, text = told(office, command)
            assert not done
            assert text == f"LibreOffice 找不到 ccgrade：请先安装 ccgrade（Python 3.11）。{INSTALL}"
        assert office.alive()


def test_an_environment_of_another_python_is_named(profile: Path, tmp_path: Path) -> None:
    (tmp_path / "ccgrade").mkdir()
    (tmp_path / "ccgrade" / PATH_FILE).write_text(f"3.99\n{ROOT}\n", encoding="utf-8")
    with office_with(profile, tmp_path) as office:
        assert first_cell(office, "=CCG_X(8000)") == CellError.NA
        done, text = told(office)
        assert office.alive()
    assert not done
    assert text.startswith("ccgrade 装在 Python 3.99 中，而 LibreOffice 使用 Python 3.11，二者不能共用")
    assert text.count("\n") == 0


def test_a_package_that_cannot_be_loaded_is_named(profile: Path, tmp_path: Path) -> None:
    """As with compiled parts for another Python: ccgrade is there, what it needs is not."""
    shutil.copytree(ROOT / "ccgrade_xl", tmp_path / "alone" / "ccgrade_xl")
    with office_with(profile, tmp_path, CCGRADE_PYTHONPATH=str(tmp_path / "alone")) as office:
        assert first_cell(office, "=CCG_X(8000)") == CellError.NA
        done, text = told(office)
        assert office.alive()
    assert not done
    assert text.startswith("LibreOffice 的 Python 3.11 不能使用已安装的 ccgrade（")
    assert text.endswith(INSTALL)


def test_numbers_arrive_whatever_the_decimal_separator(
    oxt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calc turns numbers into text by its locale: 12,5 in German."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write_path_file()
    german = make_profile(tmp_path / "german", oxt, locale="de-DE")
    with office_with(german, tmp_path) as office:
        assert first_cell(office, '=12.5&""') == "12,5"
        assert first_cell(office, "=CCG_STAR_SCORE(12.5;2)") == 25.0
        assert first_cell(office, '=CCG_X("12,000 m³/月")') == 3.0


def test_an_ordinary_user_installs_it_for_herself(oxt: Path) -> None:
    code = "import sys, pathlib; from ccgrade_xl.hosts.libreoffice_install import install; "
    code += "print(install(pathlib.Path(sys.argv[1])))"
    with lent_to_nobody(oxt) as (folder, extension, user):
        own = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config")}
        done = subprocess.run(
            [python_for(user), "-c", code, str(extension)],
            capture_output=True, text=True, check=False, cwd=folder, env={**own, "PYTHONPATH": python_path()}, **user,
        )  # fmt: skip
        listed = subprocess.run(
            ["unopkg", "list"], capture_output=True, text=True, check=True, cwd=folder, env=own, **user
        )
        assert done.returncode == 0, done.stderr
        assert (folder / ".config" / "ccgrade" / PATH_FILE).exists()
    assert done.stdout.startswith("已装入 LibreOffice")
    assert "Identifier: org.ccgrade.addin" in listed.stdout


def test_installed_it_is_found_intact_and_removed_without_a_trace(oxt: Path) -> None:
    code = """if True:
        import sys, pathlib
        from ccgrade_xl.hosts import libreoffice_install as office
        extension = pathlib.Path(sys.argv[1])
        office.install(extension)
        folder = office.installed_extension()
        print(office.is_intact(folder, extension), office.leads_here())
        (folder / "CalcAddIns.xcu").write_text("")
        print(office.is_intact(folder, extension))
        print(office.uninstall())
        print(office.installed_extension(), office.leads_here(), office.path_file().parent.exists())
        print(office.uninstall())
    """
    with lent_to_nobody(oxt) as (folder, extension, user):
        own = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config")}
        done = subprocess.run(
            [python_for(user), "-c", code, str(extension)],
            capture_output=True, text=True, check=False, cwd=folder, env={**own, "PYTHONPATH": python_path()}, **user,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    removed = "已从 LibreOffice 中移除。您的工作簿和保存过的评分规则都保留着。"
    assert done.stdout.splitlines() == ["True True", "False", removed, "None False False", removed]


def test_it_is_installed_from_an_environment_that_is_activated(oxt: Path) -> None:
    code = "import sys, pathlib; from ccgrade_xl.hosts.libreoffice_install import install; "
    code += "print(install(pathlib.Path(sys.argv[1])))"
    with lent_to_nobody(oxt) as (folder, extension, user):
        made = folder / "environment"
        subprocess.run([python_for(user), "-m", "venv", "--without-pip", made], check=True, **user)
        path = f"{made / 'bin'}{os.pathsep}{os.environ['PATH']}"
        own = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config")}
        done = subprocess.run(
            [made / "bin" / "python", "-c", code, str(extension)],
            capture_output=True, text=True, check=False, cwd=folder,
            env={**own, "PYTHONPATH": python_path(), "PATH": path, "VIRTUAL_ENV": str(made)}, **user,
        )  # fmt: skip
    assert done.stdout.startswith("已装入 LibreOffice"), done.stderr


def test_an_extension_that_is_refused_leaves_nothing(oxt: Path, tmp_path: Path) -> None:
    code = """if True:
        import sys, pathlib
        from ccgrade_xl.errors import CcgradeError
        from ccgrade_xl.hosts import libreoffice_install as office
        try:
            office.install(pathlib.Path(sys.argv[1]))
        except CcgradeError as refused:
            print(refused)
        print(office.installed_extension(), office.path_file().exists())
    """
    broken = tmp_path / oxt.name
    with ZipFile(oxt) as whole, ZipFile(broken, "w") as archive:
        for name in whole.namelist():
            own = name == "ccgrade_component.py"
            archive.writestr(name, "raise RuntimeError" if own else whole.read(name))
    with lent_to_nobody(broken) as (folder, extension, user):
        home = {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config")}
        done = subprocess.run(
            [python_for(user), "-c", code, str(extension)],
            capture_output=True, text=True, check=False, cwd=folder, env={**home, "PYTHONPATH": python_path()}, **user,
        )  # fmt: skip
    told, left = done.stdout.splitlines()
    assert told.startswith("LibreOffice 没有接受扩展：ERROR")
    assert left == "None False"


def python_for(user: dict[str, Any]) -> str:
    """This Python, or the system's where another user cannot reach this one."""
    return "/usr/bin/python3" if user else sys.executable


def python_path() -> str:
    return os.pathsep.join(map(str, package_folders()))


@pytest.mark.parametrize("variable", ["", "/somewhere/settings"])
def test_the_extension_and_the_package_agree_on_the_settings_folder(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", variable)
    assert environment.settings_folder() == user_config_path("ccgrade", appauthor=False)
    assert environment.PATH_FILE == PATH_FILE


def test_the_path_file_names_python_and_folders(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("CCGRADE_PYTHONPATH", raising=False)
    write_path_file()
    folders, version = environment._known_folders()
    assert version == "{}.{}".format(*sys.version_info)
    assert [Path(folder) for folder in folders] == package_folders()
    assert any((Path(folder) / "ccgrade_xl").is_dir() for folder in folders)
    assert any((Path(folder) / "numpy").is_dir() for folder in folders)


def test_a_missing_extension_file_is_refused() -> None:
    with pytest.raises(CcgradeError, match="找不到扩展文件"):
        install(Path("/nowhere/ccgrade.oxt"))


def test_a_missing_libreoffice_is_said(monkeypatch: pytest.MonkeyPatch, oxt: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(libreoffice_install, "_ELSEWHERE", ())
    with pytest.raises(CcgradeError, match="没有找到 LibreOffice"):
        install(oxt)

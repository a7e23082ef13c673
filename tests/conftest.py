"""Black-box tests: plain pytest, own databases, Odoo in processes of its own."""

import importlib.util
import itertools
import os
import pathlib
import sys
import types

import pytest
from blackbox import Database, setting

ADDON = pathlib.Path(__file__).parent.parent / "crm_extended"


def load_kernels():
    """Register `crm_extended.tools` without the add-on's `__init__`, which imports Odoo."""
    if "crm_extended" not in sys.modules:
        package = types.ModuleType("crm_extended")
        package.__path__ = [str(ADDON)]
        sys.modules["crm_extended"] = package
    return {
        path.stem: _load(f"crm_extended.tools.{path.stem}", path)
        for path in sorted((ADDON / "tools").glob("*.py"))
        if path.stem != "__init__"
    }


def _load(name, path):
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def base():
    """The database with all that the add-on depends on. Never connect to it: it is copied."""
    return Database(setting("CRMX_BASE"))


@pytest.fixture(scope="session")
def installed():
    """The database in which the add-on is installed, without a demo company. Only read it."""
    database = Database(setting("CRMX_INSTALLED"))
    state = database.rows("SELECT state FROM ir_module_module WHERE name = 'crm_extended'")
    assert state == [("installed",)], f"{database.name} has no crm_extended"
    return database


@pytest.fixture(scope="module")
def copy_of():
    """`copy_of(database)`: a copy that goes with the module's last test."""
    copies = []
    numbers = itertools.count(1)

    def copy(source):
        name = f"bb_{os.getpid()}_{next(numbers)}"
        Database(name).drop()
        copies.append(source.copy_to(name))
        return copies[-1]

    yield copy
    for database in copies:
        database.drop()

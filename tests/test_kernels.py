"""The kernels' doctests, without Odoo and without a database."""

import doctest
import sys

import pytest
from conftest import ADDON, load_kernels

NAMES = sorted(path.stem for path in (ADDON / "tools").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", NAMES)
def test_doctests(name):
    module = load_kernels()[name]
    result = doctest.testmod(module)
    assert result.attempted, f"tools/{name}.py shows no example"
    assert not result.failed


def test_kernels_do_not_import_odoo():
    load_kernels()
    assert "odoo" not in sys.modules

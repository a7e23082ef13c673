"""Black-box tests: plain pytest, own databases, Odoo in processes of its own."""

import importlib.util
import pathlib
import sys
import types

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

import ast
from pathlib import Path

from odoo.tests import BaseCase

ADDON = Path(__file__).parents[2]
#: The rooms of the house, the same in every layer.
DOMAINS = {
    "common",
    "receivables",
    "interactions",
    "service",
    "processes",
    "kpi",
    "analytics",
    "workshop",
    "transport",
}
LAYERS = ("models", "wizards", "controllers", "reports", "views", "security", "data", "tests")


class TestCommonBoundaries(BaseCase):
    """A domain imports only `common` and `tools`; `tools` never imports Odoo."""

    def imports(self, path):
        """Yield the dotted modules that a file imports, ours from the add-on's root."""
        package = path.relative_to(ADDON).with_suffix("").parts[:-1]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else ()
                module = ".".join((*base, *(node.module or "").split("."))).strip(".")
                prefix = "crm_extended." if node.level else ""
                for alias in node.names:
                    yield f"{prefix}{module}.{alias.name}".replace("..", ".")

    def test_kernels_do_not_import_odoo(self):
        for path in (ADDON / "tools").glob("*.py"):
            with self.subTest(file=path.name):
                self.assertFalse([name for name in self.imports(path) if name.split(".")[0] == "odoo"])

    def test_domains_meet_by_model_name_only(self):
        for path in ADDON.rglob("*.py"):
            layer, *rest = path.relative_to(ADDON).parts
            if layer not in LAYERS or not rest:
                continue
            own = Path(rest[0]).stem
            if own not in DOMAINS:
                continue
            for name in self.imports(path):
                parts = name.removeprefix("odoo.addons.").split(".")
                if parts[0] != "crm_extended" or parts[1] not in LAYERS:
                    continue
                other = set(parts[2:3]) & DOMAINS - {own, "common"}
                with self.subTest(file=str(path.relative_to(ADDON)), imports=name):
                    self.assertFalse(other)

    def test_folders_are_the_domains(self):
        for layer in LAYERS:
            for folder in (ADDON / layer).glob("*/"):
                with self.subTest(folder=f"{layer}/{folder.name}"):
                    self.assertIn(folder.name, DOMAINS | {"__pycache__"})

    def test_no_test_file_shadows_another(self):
        """`from .domain import *` keeps only the last of two modules of one name."""
        names = [path.name for path in (ADDON / "tests").rglob("test_*.py")]
        self.assertEqual(len(names), len(set(names)))

    def test_every_test_file_is_imported(self):
        for path in (ADDON / "tests").rglob("test_*.py"):
            package = path.parent / "__init__.py"
            with self.subTest(file=path.name):
                self.assertIn(f"from . import {path.stem}\n", package.read_text())

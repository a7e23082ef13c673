"""Upgrades: of the same version they change nothing; of earlier versions they arrive at the same place."""

import ast
import subprocess

import pytest
import snapshot
from blackbox import ROOT

#: The version that nothing is upgraded from.
FIRST = "19.0.1.0.0"
#: Tables that change with every upgrade, whatever it brings.
IGNORED = {
    "*": ["write_date", "write_uid"],
    "ir_attachment": "starts_with(t.url, '/web/assets/')",
    "ir_cron_trigger": "TRUE",
    "ir_module_module_dependency": ["id"],
}


def version():
    return ast.literal_eval((ROOT / "crm_extended/__manifest__.py").read_text())["version"]


def earlier_tags():
    """Tags of versions, oldest first; none in an unpacked archive, which has no history."""
    if not (ROOT / ".git").exists():
        return []
    command = ["git", "-C", str(ROOT), "tag", "--list", "v*", "--sort", "v:refname"]
    tags = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return [tag for tag in tags if tag != f"v{version()}"]


@pytest.fixture(scope="module")
def database(installed, copy_of):
    return copy_of(installed)


def test_upgrade_of_the_same_version_changes_nothing(database):
    schema, content = snapshot.schema(database), None
    for _ in range(2):
        database.odoo("-u", "crm_extended")
        assert not snapshot.difference(schema, snapshot.schema(database))
        before, content = content, snapshot.content(database, IGNORED)
    assert not snapshot.difference(before, content)


def test_upgrade_from_the_previous_version(base, installed, copy_of, tmp_path):
    tags = earlier_tags()
    if not tags:
        assert version() == FIRST, f"the version is {version()} and no tag of an earlier one is there"
        return
    command = ["git", "-C", str(ROOT), "archive", tags[-1], "crm_extended"]
    archive = subprocess.run(command, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", tmp_path], input=archive, check=True)
    database = copy_of(base)
    database.addons = tmp_path
    database.odoo("-i", "crm_extended")
    database.addons = ROOT
    database.odoo("-u", "crm_extended")
    assert not snapshot.difference(ours(installed), ours(database))


def ours(database):
    """What the add-on brings to a schema; the order of columns does not matter."""
    return {
        kind: {line for line in lines if "crmx" in line} for kind, lines in snapshot.schema(database).items()
    }

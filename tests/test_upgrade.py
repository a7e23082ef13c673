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


def git(*arguments, **options):
    return subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, check=True, **options
    ).stdout


def has_history():
    """False in an unpacked archive and in a shallow clone."""
    return (ROOT / ".git").exists() and "true" not in git("rev-parse", "--is-shallow-repository", text=True)


def previous():
    """The last commit of the version before this one; None when there is none."""
    manifest = "crm_extended/__manifest__.py"
    changes = git("log", "--format=%H", '-G"version":', "--", manifest, text=True).split()
    for change in changes[:-1]:  # the last one is the first commit
        if f'"{version()}"' not in git("show", f"{change}^:{manifest}", text=True):
            return f"{change}^"
    return None


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
    if not has_history() or version() == FIRST:
        return
    commit = previous()
    assert commit, f"no version before {version()} in the history"
    archive = git("archive", commit, "crm_extended")
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

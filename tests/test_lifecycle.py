"""Installation on a database with history, use, and uninstallation: afterwards it is what it was."""

from types import SimpleNamespace

import pytest
import snapshot

#: What the host itself changes whenever any add-on is installed, used or removed.
IGNORED = {
    "*": ["write_date", "write_uid"],
    # bundles of styles and scripts, made again when a page asks for them
    "ir_attachment": "starts_with(t.url, '/web/assets/')",
    "ir_cron": ["lastcall", "nextcall", "failure_count", "first_failure_date"],
    "ir_cron_progress": "TRUE",
    "ir_cron_trigger": "TRUE",
    # of a user, archived by the uninstallation: it would break the form
    "ir_ui_view": "t.name = 'our field on core''s form' AND NOT t.active",
    "res_config_settings": "TRUE",
}
#: Tables that grow with the years: whatever locks or rewrites one of them stops the company's work.
LARGE = ("account_move_line", "account_partial_reconcile", "mail_message", "stock_move")


@pytest.fixture(scope="module")
def history(base, copy_of):
    database = copy_of(base)
    database.shell("history.py")
    return database


@pytest.fixture(scope="module")
def life(history, copy_of):
    """The database through the life of the add-on, with what it was at each turn."""
    turns = SimpleNamespace(database=history, installed_beside_work=False)
    turns.schema_before = snapshot.schema(history)
    turns.files_before = snapshot.files(history)
    turns.content_before = snapshot.content(history, IGNORED)
    with history.cursor() as cr:
        # somebody posts, pays, writes and delivers; the host would give up waiting for him after 15 seconds
        for table in LARGE:
            cr.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        history.odoo("-i", "crm_extended")
        turns.installed_beside_work = True
    turns.schema_installed = snapshot.schema(history)
    turns.files_installed = snapshot.files(history)
    turns.used = history.shell("use.py")
    history.shell("uninstall.py")
    turns.schema_after = snapshot.schema(history)
    turns.content_after = snapshot.content(history, IGNORED)
    return turns


def test_installation_waits_for_nobody_who_works(life):
    assert life.installed_beside_work


def test_installation_rewrites_no_table(life):
    moved = {name for name, node in life.files_before.items() if life.files_installed.get(name) != node}
    assert not moved


def test_installation_adds_nothing_to_large_tables(life):
    added = {
        line
        for kind in ("columns", "constraints", "indexes", "triggers")
        for line in life.schema_installed[kind] - life.schema_before[kind]
        if any(line.startswith(f"{table}.") or f".{table} " in line for table in LARGE)
    }
    assert not added


def test_all_models_were_used(life):
    tables = {line.split()[1] for line in life.schema_installed["relations"] if line.startswith("r crmx_")}
    made = {name.replace(".", "_") for name in life.used.split() if name.startswith("crmx.")}
    assert made and made <= tables
    # tables of many2many fields are all that no record is made for
    assert not {name for name in tables - made if not name.endswith("_rel")}


def test_schema_is_what_it_was(life):
    assert not snapshot.difference(life.schema_before, life.schema_after)


def test_content_is_what_it_was(life):
    assert not snapshot.difference(life.content_before, life.content_after)


def test_views_that_would_break_are_archived(life):
    rows = life.database.rows("SELECT active FROM ir_ui_view WHERE name = 'our field on core''s form'")
    assert rows == [(False,)]

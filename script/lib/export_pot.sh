#!/usr/bin/env bash
# Refresh crm_extended/i18n/crm_extended.pot from the sources, on a database of its own.
. "$(dirname "$0")/all.sh"

setup_host
setup_postgres

DB=crmx_pot_$$
drop_it() { drop_database "$DB"; }
base_database
on_exit drop_it
copy_database "$BASE" "$DB"
step "Installing crm_extended" odoo_on "$DB" -i crm_extended --stop-after-init --no-http
export CRMX_POT=$ROOT/crm_extended/i18n/crm_extended.pot
step "Exporting its terms" run_in_shell "$DB" "$ROOT/script/lib/export_pot.py"
say "$(grep -c '^msgid' "$CRMX_POT") terms are in ${CRMX_POT#"$ROOT"/}"

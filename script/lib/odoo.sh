# Databases with Odoo, and processes of Odoo.
# shellcheck shell=bash

DATA=$CACHE/data

# odoo OPTIONS-OR-SUBCOMMAND...: the host's command line.
odoo() {
    PYTHONPATH=$ODOO_HOME "$PYTHON" -W ignore::DeprecationWarning -m odoo "$@"
}

# What every call on a database needs; odoo_on DB OPTIONS...
odoo_on() {
    local db=$1
    shift
    odoo --addons-path="$ROOT" --data-dir="$DATA" --db_host="${PGHOST:-}" --db_port="${PGPORT:-5432}" --db_user="$PGUSER" \
        --http-interface=127.0.0.1 --log-handler=odoo.tools.config:ERROR -d "$db" "$@"
}

# run_in_shell DB FILE: run Python code in Odoo's shell, where `env` is the database.
run_in_shell() {
    local db=$1 file=$2
    odoo shell --addons-path="$ROOT" --data-dir="$DATA" --db_host="${PGHOST:-}" --db_port="${PGPORT:-5432}" --db_user="$PGUSER" \
        --log-level=warn --no-http -d "$db" <"$file"
}

manifest_depends() {
    "$PYTHON" -c "import ast, sys; print(','.join(ast.literal_eval(open(sys.argv[1]).read())['depends']))" "$ROOT/crm_extended/__manifest__.py"
}

# A database with all that the add-on depends on, installed once and copied from then on.
# base_database [demo] sets BASE to its name; with "demo" it has Odoo's own demo data.
base_database() {
    local kind=${1:-plain} depends id
    depends=$(manifest_depends)
    id=$(printf '%s' "$depends $ODOO_HOME $(sed -n 's/^version_info.*/&/p' "$ODOO_HOME/odoo/release.py")" | sha256sum | cut -c1-8)
    BASE=crmx_base_${kind}_$id
    with_setup_lock make_base_database "$BASE" "$kind" "$depends"
}

make_base_database() {
    local name=$1 kind=$2 depends=$3 demo=--without-demo
    db_exists "$name" && return 0
    check_disk $((2 * 1024 * 1024))
    if [ "$kind" = demo ]; then demo=--with-demo; fi
    drop_database "${name}_new"
    step "Installing what the add-on depends on ($kind)" odoo_on "${name}_new" -i "$depends" "$demo" --stop-after-init --no-http --log-level=info
    rename_database "${name}_new" "$name"
}

# A database and its files belong together.
drop_database() {
    db_drop "$1"
    rm -rf "$DATA/filestore/$1"
}

copy_database() {
    drop_database "$2"
    db_copy "$1" "$2"
    if [ -d "$DATA/filestore/$1" ]; then cp -r "$DATA/filestore/$1" "$DATA/filestore/$2"; fi
}

rename_database() {
    db_rename "$1" "$2"
    rm -rf "$DATA/filestore/$2"
    if [ -d "$DATA/filestore/$1" ]; then mv "$DATA/filestore/$1" "$DATA/filestore/$2"; fi
}

# free_port FIRST LAST: the first port that nobody listens on.
free_port() {
    "$PYTHON" - "$1" "$2" <<'PY'
import socket, sys
first, last = map(int, sys.argv[1:])
for port in range(first, last + 1):
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    sys.exit()
sys.exit(1)
PY
}

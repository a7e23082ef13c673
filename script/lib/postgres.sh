# Brings a PostgreSQL server: the one named by PGHOST/PGPORT, else a private cluster that listens on a
# socket in the cache folder only.
# shellcheck shell=bash

PG=$CACHE/postgres

setup_postgres() {
    if [ -n "${PGHOST:-}${PGPORT:-}" ]; then
        need_debian psql postgresql-client
        export PGUSER=${PGUSER:-$(id -un)} PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10}
        psql -d postgres -Atc 'SELECT 1' >/dev/null 2>&1 ||
            die "no PostgreSQL answers at PGHOST=${PGHOST:-} PGPORT=${PGPORT:-} for user $PGUSER: start it, or unset both to use a private one."
        [ "$(psql -d postgres -Atc "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")" = t ] ||
            die "PostgreSQL's user $PGUSER may not create databases: ALTER ROLE \"$PGUSER\" CREATEDB."
        return 0
    fi
    find_pg_bin || with_setup_lock install_postgres
    find_pg_bin || die "found no PostgreSQL 13 or newer: install it, or name a server in PGHOST and PGPORT."
    export PGHOST=$PG/run PGPORT=5432 PGUSER=odoo
    # All users of the cluster hold this lock together; who is last to leave stops the server.
    mkdir -p "$PG"
    exec 7>"$PG/users.lock"
    flock -s 7
    with_setup_lock start_postgres
    on_exit stop_postgres
}

find_pg_bin() {
    local dir
    for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) $(dirname "$(command -v postgres || echo /nowhere/x)"); do
        if [ -x "$dir/initdb" ] && [ "$("$dir/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 13 ]; then
            PG_BIN=$dir
            PATH=$dir:$PATH
            return 0
        fi
    done
    return 1
}

install_postgres() {
    # Debian would otherwise start a cluster of its own on the machine's port 5432.
    local conf=/etc/postgresql-common/createcluster.d/crm_extended.conf
    as_root mkdir -p "$(dirname "$conf")"
    echo "create_main_cluster = false" | as_root tee "$conf" >/dev/null
    install_debian postgresql
    as_root rm -f "$conf"
}

# PostgreSQL refuses to run as root.
as_pg() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups env HOME=/tmp "$@")
    else
        "$@"
    fi
}

start_postgres() {
    if [ ! -e "$PG/data/.ready" ]; then
        rm -rf "$PG/data" "$PG/run"
        mkdir -p "$PG/run"
        chmod 755 "$CACHE" "$PG"
        if [ "$(id -u)" = 0 ]; then chown postgres "$PG" "$PG/run"; fi
        chmod 700 "$PG/run"
        step "Creating a private PostgreSQL cluster" as_pg "$PG_BIN/initdb" -D "$PG/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8
        as_pg tee -a "$PG/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$PG/run'
max_connections = 200
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
# a demo and test cluster: a crash of the machine may cost it its data, a killed process does not
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = 4GB
CONF
        as_pg touch "$PG/data/.ready"
    fi
    if ! as_pg "$PG_BIN/pg_ctl" -D "$PG/data" status >/dev/null; then
        # the server outlives this command, so it may not hold its locks
        as_pg "$PG_BIN/pg_ctl" -D "$PG/data" -w -t 60 -l "$PG/data/server.log" start >/dev/null 7>&- 8>&- ||
            die "the private PostgreSQL did not start: $PG/data/server.log says why."
    fi
    psql -U postgres -d postgres -Atc "SELECT 1 FROM pg_roles WHERE rolname = 'odoo'" | grep -q 1 ||
        psql -U postgres -d postgres -qc "CREATE ROLE odoo LOGIN CREATEDB"
}

stop_postgres() {
    exec 7>&-
    (
        flock -n 7 || exit 0
        as_pg "$PG_BIN/pg_ctl" -D "$PG/data" -w -m fast stop >/dev/null 2>&1 || true
    ) 7>"$PG/users.lock"
}

db_exists() { psql -d postgres -Atc "SELECT 1 FROM pg_database WHERE datname = '$1'" | grep -q 1; }
# Force is refused while the server's own vacuum is in there, which yields to who drops without.
db_drop() {
    psql -d postgres -qc "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" 2>/dev/null ||
        psql -d postgres -qc "DROP DATABASE IF EXISTS \"$1\"" 2>/dev/null
}
db_rename() { psql -d postgres -qc "ALTER DATABASE \"$1\" RENAME TO \"$2\""; }
db_copy() { psql -d postgres -qc "CREATE DATABASE \"$2\" TEMPLATE \"$1\""; }

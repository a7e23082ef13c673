# Shared by the commands in script/. Sourced, never run.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SERIES=19.0
if [ "$(id -u)" = 0 ]; then
    # The database server drops to another user, who may not enter root's home.
    CACHE=${CRMX_CACHE:-/var/cache/crm_extended}
else
    CACHE=${CRMX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/crm_extended}
fi
LOGS=$CACHE/log

say() { printf '%s\n' "$*" >&2; }
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# step LABEL COMMAND...: run quietly, with a sign of life on long steps; on failure show the end of its log.
step() {
    local label=$1 log
    shift
    mkdir -p "$LOGS"
    log=$LOGS/$(printf '%s' "$label" | tr -cs 'A-Za-z0-9' '-')$$.log
    if quietly "$label" "$log" "$@"; then
        rm -f "$log"
    else
        tail -n 25 "$log" >&2
        die "'$label' failed; the whole log is $log. Mend what it says and run this command again: it goes on where it stopped."
    fi
}

# quietly LABEL LOG COMMAND...: run with the output in LOG and a sign of life; returns the command's status.
quietly() {
    local label=$1 log=$2 start=$SECONDS pid tick=0 status=0
    shift 2
    printf '%s ...' "$label" >&2
    "$@" >"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        tick=$((tick + 1))
        if [ $((tick % 50)) = 0 ]; then printf ' %ss' $((SECONDS - start)) >&2; fi
    done
    wait "$pid" || status=$?
    if [ "$status" = 0 ]; then printf ' done in %ss\n' $((SECONDS - start)) >&2; else printf ' failed\n' >&2; fi
    return "$status"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root for '$*' once: install sudo, or run that command as root, then run this one again."
    fi
}

# need_debian COMMAND PACKAGE...: install the packages unless the command is there.
need_debian() {
    local command=$1
    shift
    command -v "$command" >/dev/null && return 0
    install_debian "$@"
}

install_debian() {
    command -v apt-get >/dev/null || die "installs what it needs with apt-get, which is not here: install $* by other means and run this again."
    apt_update
    step "Installing Debian's $*" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

apt_update() {
    [ -n "${APT_UPDATED:-}" ] && return 0
    step "Reading Debian's package lists" as_root apt-get update -qq
    APT_UPDATED=1
}

make_cache() {
    mkdir -p "$CACHE" 2>/dev/null && [ -w "$CACHE" ] ||
        die "cannot write $CACHE: set CRMX_CACHE to a folder that you may write."
}

# One set-up at a time: two commands started together must not unpack into the same folder.
with_setup_lock() {
    make_cache
    (
        flock -n 8 || { say "Another command is setting up; waiting for it." && flock 8; }
        "$@"
    ) 8>"$CACHE/setup.lock"
}

check_disk() {
    local free
    make_cache
    free=$(df -Pk "$CACHE" | awk 'NR == 2 {print $4}')
    [ "$free" -ge "$1" ] || die "needs $(($1 / 1024 / 1024)) GB free in $CACHE but there are $((free / 1024)) MB: free some, or set CRMX_CACHE to a folder on another disk."
}

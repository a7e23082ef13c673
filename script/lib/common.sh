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

# Call steps in the command's own shell, never in $(...) or (...): only then does leaving stop what runs.
STEP=     # process that runs just now
STEP_LOG= # log of the last step

# step LABEL COMMAND...: run quietly, with a sign of life on long steps; on failure show the end of its log.
step() {
    try_step "$@" ||
        die "'$1' failed; the whole log is $STEP_LOG. Mend what it says and run this command again: it goes on where it stopped."
}

# download LABEL COMMAND...: a step that needs the network.
download() {
    try_step "$@" ||
        die "'$1' failed; the whole log is $STEP_LOG. Check the network and run this command again: it goes on where it stopped."
}

# try_step LABEL COMMAND...: a step that there is another way for; returns its status.
try_step() {
    local label=$1 status=0
    shift
    mkdir -p "$LOGS"
    STEP_LOG=$LOGS/$(printf '%s' "$label" | tr -cs 'A-Za-z0-9' '-')$$.log
    quietly "$label" "$STEP_LOG" "$@" || status=$?
    if [ "$status" = 0 ]; then rm -f "$STEP_LOG"; else tail -n 10 "$STEP_LOG" >&2; fi
    return "$status"
}

# quietly LABEL LOG COMMAND...: run with the output in LOG and a sign of life; returns the command's status.
quietly() {
    local label=$1 log=$2 start=$SECONDS tick=0 status=0
    shift 2
    printf '%s ...' "$label" >&2
    "$@" >"$log" 2>&1 &
    STEP=$!
    while kill -0 "$STEP" 2>/dev/null; do
        sleep 0.2
        tick=$((tick + 1))
        if [ $((tick % 50)) = 0 ]; then printf ' %ss' $((SECONDS - start)) >&2; fi
    done
    wait "$STEP" || status=$?
    STEP=
    if [ "$status" = 0 ]; then printf ' done in %ss\n' $((SECONDS - start)) >&2; else printf ' failed\n' >&2; fi
    return "$status"
}

# Ctrl-C does not reach what runs in the background, and a process may have started others.
stop_step() {
    [ -n "$STEP" ] || return 0
    say " stopped"
    stop_tree "$STEP"
    wait "$STEP" 2>/dev/null || true
}

stop_tree() {
    local child
    for child in $(cat /proc/"$1"/task/*/children 2>/dev/null); do stop_tree "$child"; done
    kill -TERM "$1" 2>/dev/null || true
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        need_root "$*"
    fi
}

# need_root COMMAND: say what to do when there is neither root nor sudo; ahead of a step, which would say it in its log.
need_root() {
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "needs root once: install sudo, or run '$1' as root, then run this command again."
}

# need_debian COMMAND PACKAGE...: install the packages unless the command is there.
need_debian() {
    local command=$1
    shift
    command -v "$command" >/dev/null && return 0
    install_debian "$@"
}

install_debian() {
    need_root "apt-get install $*"
    command -v apt-get >/dev/null || die "installs what it needs with apt-get, which is not here: install $* by other means and run this again."
    apt_update
    # what an interrupted run has left half installed comes first, or apt would refuse
    download "Installing Debian's $*" as_root env DEBIAN_FRONTEND=noninteractive sh -c \
        'dpkg --configure -a && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"' sh "$@"
}

apt_update() {
    [ -n "${APT_UPDATED:-}" ] && return 0
    need_root "apt-get update"
    download "Reading Debian's package lists" as_root apt-get update -qq
    APT_UPDATED=1
}

make_cache() {
    { mkdir -p "$CACHE" && [ -w "$CACHE" ]; } 2>/dev/null ||
        die "cannot write $CACHE: set CRMX_CACHE to a folder that you may write."
}

# One set-up at a time: two commands started together must not unpack into the same folder.
with_setup_lock() {
    make_cache
    exec 8>"$CACHE/setup.lock"
    flock -n 8 || step "Waiting for another command, which is setting up" flock 8
    "$@"
    exec 8>&-
}

check_disk() {
    local free
    make_cache
    free=$(df -Pk "$CACHE" | awk 'NR == 2 {print $4}')
    [ "$free" -ge "$1" ] || die "needs $(($1 / 1024 / 1024)) GB free in $CACHE but there are $((free / 1024)) MB: free some, or set CRMX_CACHE to a folder on another disk."
}

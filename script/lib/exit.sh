# What a command started, it stops when it leaves, however it leaves.
# shellcheck shell=bash

EXIT_HOOKS=()
on_exit() { EXIT_HOOKS=("$@" "${EXIT_HOOKS[@]}"); }
run_exit_hooks() {
    local status=$? hook
    trap - EXIT INT TERM
    stop_step
    for hook in "${EXIT_HOOKS[@]}"; do "$hook" || true; done
    exit "$status"
}
trap run_exit_hooks EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# shellcheck shell=bash
LIB=$(dirname "${BASH_SOURCE[0]}")
for part in common exit host postgres odoo; do
    # shellcheck source=/dev/null
    . "$LIB/$part.sh"
done

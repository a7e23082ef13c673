# shellcheck shell=bash
LIB=$(dirname "${BASH_SOURCE[0]}")
for part in common exit host postgres odoo; do
    # shellcheck source=/dev/null
    . "$LIB/$part.sh"
done

# Every command is explained by the comment at its head.
case ${1:-} in -h | --help)
    sed -n '2,/^[^#]/s/^# //p' "$0"
    exit
    ;;
esac

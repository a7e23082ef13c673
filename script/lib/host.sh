# Brings the host: Odoo, its Python environment, the programs that it calls.
# shellcheck shell=bash

VENV=$CACHE/venv
PYTHON=$VENV/bin/python

# What the packaged Odoo's symbolic links point to, outside its own package.
LINKED_FROM_SID="fonts-montserrat"
LINKED="libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome fonts-roboto-unhinted fonts-inconsolata fonts-ocr-b fonts-glyphicons-halflings"

setup_host() {
    local gigabytes=1
    if [ ! -e "$VENV/.installed" ]; then gigabytes=4; fi
    check_disk $((gigabytes * 1024 * 1024))
    with_setup_lock setup_locked "$@"
    find_odoo
}

setup_locked() {
    find_odoo || fetch_odoo
    setup_venv
    need_debian fc-list fontconfig fonts-dejavu-core
    setup_wkhtmltopdf
    for extra in "$@"; do "$extra"; done
}

# --- Odoo ---------------------------------------------------------------------

find_odoo() {
    if [ -n "${ODOO_HOME:-}" ]; then
        [ -f "$ODOO_HOME/odoo/release.py" ] || die "ODOO_HOME=$ODOO_HOME holds no odoo package: name a checkout of Odoo $SERIES or the folder that holds the unpacked 'odoo' package."
    elif [ -e "$CACHE/odoo/odoo/release.py" ]; then
        ODOO_HOME=$CACHE/odoo
    elif [ -e "$CACHE/debian/usr/lib/python3/dist-packages/odoo/release.py" ]; then
        ODOO_HOME=$CACHE/debian/usr/lib/python3/dist-packages
    else
        return 1
    fi
    local series
    series=$(cd "$ODOO_HOME" && sed -n 's/^version_info = (\([0-9]*\), \([0-9]*\),.*/\1.\2/p' odoo/release.py)
    [ "$series" = "$SERIES" ] || die "$ODOO_HOME is Odoo ${series:-of an unknown series}, and crm_extended is for $SERIES: set ODOO_HOME to Odoo $SERIES, or unset it."
    export ODOO_HOME
}

fetch_odoo() {
    fetch_odoo_debian || fetch_odoo_git ||
        die "could not get Odoo $SERIES from Debian or from its git repository: check the network and run this again, or set ODOO_HOME to a copy that you have."
}

# The mirror that this machine already uses.
debian_mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
        sed -n -e 's/^URIs: *\([^ ]*\).*/\1/p' -e 's/^deb \(\[[^]]*\] \)\{0,1\}\([^ ]*\).*/\2/p' |
        grep '/debian/\{0,1\}$' | head -n 1
}

fetch_odoo_debian() {
    command -v dpkg-deb >/dev/null && command -v apt-get >/dev/null || return 1
    local mirror apt=$CACHE/apt
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || return 1
    rm -rf "$apt" "$CACHE/debian.new"
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/deb"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$apt/sid.list"
    cat >"$apt/sid.conf" <<CONF
Dir::State "$apt";
Dir::State::lists "lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sid.list";
Dir::Etc::sourceparts "-";
Acquire::Languages "none";
APT::Sandbox::User "";
CONF
    # shellcheck disable=SC2086
    try_step "Reading the package list that has Odoo" env APT_CONFIG="$apt/sid.conf" apt-get update -qq &&
        try_step "Downloading Odoo $SERIES (130 MB)" env -C "$apt/deb" APT_CONFIG="$apt/sid.conf" apt-get download odoo-19 $LINKED_FROM_SID &&
        apt_update &&
        try_step "Downloading its fonts and scripts" env -C "$apt/deb" apt-get -o APT::Sandbox::User= download $LINKED &&
        try_step "Unpacking Odoo (1.3 GB)" unpack_debian "$apt/deb" "$CACHE/debian.new" || return 1
    rm -rf "$CACHE/debian" "$apt"
    mv "$CACHE/debian.new" "$CACHE/debian"
}

unpack_debian() {
    local deb dangling
    for deb in "$1"/*.deb; do
        echo "unpacking $(basename "$deb")"
        dpkg-deb -x "$deb" "$2"
    done
    dangling=$(find "$2" -xtype l | head -n 5)
    if [ -n "$dangling" ]; then
        echo "links of the package that point to nothing, so the log-in page would break:"
        echo "$dangling"
        return 1
    fi
}

fetch_odoo_git() {
    need_debian git git
    rm -rf "$CACHE/odoo.new" "$CACHE/odoo"
    try_step "Cloning Odoo $SERIES" git clone --quiet --depth 1 --branch "$SERIES" https://github.com/odoo/odoo.git "$CACHE/odoo.new" || return 1
    mv "$CACHE/odoo.new" "$CACHE/odoo"
}

# --- Python -------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in ${PYTHON3:-} python3 python3.13 python3.12 python3.11 python3.10; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

setup_venv() {
    local python wanted
    wanted=$(cat "$ROOT"/requirements.txt "$ROOT"/script/lib/requirements-*.txt | sha256sum)
    if [ "$(cat "$VENV/.installed" 2>/dev/null)" = "$wanted" ] && "$PYTHON" -c '' 2>/dev/null; then return 0; fi
    python=$(find_python) || { install_debian python3 && python=$(find_python); } ||
        die "needs Python 3.10 to 3.13, the versions that Odoo $SERIES runs on: install one, or name it in PYTHON3."
    "$python" -c 'import venv, ensurepip' 2>/dev/null || install_debian python3-venv
    # an interrupted run may have left one without pip
    "$PYTHON" -m pip --version >/dev/null 2>&1 || step "Making a virtual environment" "$python" -m venv --clear "$VENV"
    download "Installing Python packages" "$PYTHON" -m pip install --disable-pip-version-check --prefer-binary \
        -r "$ROOT/script/lib/requirements-odoo.txt" -r "$ROOT/requirements.txt" -r "$ROOT/script/lib/requirements-dev.txt"
    printf '%s\n' "$wanted" >"$VENV/.installed"
}

# --- programs -----------------------------------------------------------------

setup_wkhtmltopdf() {
    command -v wkhtmltopdf >/dev/null && return 0
    if [ ! -e "$CACHE/no-wkhtmltopdf" ]; then
        apt_update
        if apt-cache show wkhtmltopdf >/dev/null 2>&1; then install_debian wkhtmltopdf; fi
    fi
    if ! command -v wkhtmltopdf >/dev/null; then
        touch "$CACHE/no-wkhtmltopdf" # or each start would ask the network again
        say "This Debian has no wkhtmltopdf: PDF documents cannot be printed until you install it; everything else works."
    fi
}

setup_chromium() {
    command -v chromium >/dev/null || command -v google-chrome >/dev/null || install_debian chromium
}

setup_node() {
    need_debian npm nodejs npm
}

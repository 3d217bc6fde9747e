# Sourced by ./start and ./test: finds what is missing on this system and installs it.
# Says what it does; does nothing, quickly, when everything is there.

# What the program needs to be built, and to run.
BUILD_PACKAGES="gcc meson ninja-build pkg-config python3
    libgdal-dev libgeos-dev libproj-dev libspatialite-dev libsqlite3-dev libutf8proc-dev libmicrohttpd-dev libcurl4-gnutls-dev libprotobuf-c-dev
    protobuf-c-compiler libsodium-dev libjansson-dev libdeflate-dev libexpat1-dev libzip-dev libturbojpeg0-dev libseccomp-dev libgnutls28-dev libpango1.0-dev libqrencode-dev
    fonts-ipaexfont-gothic
    nodejs npm clang lld wasi-libc libclang-rt-dev-wasm32"
# What the tests need besides.
TEST_PACKAGES="libcmocka-dev libclang-rt-dev gdal-bin python3-gdal sqlite3 curl strace chromium fonts-noto-cjk
    unzip libsqlite3-mod-spatialite python3-yaml python3-jsonschema openssl zbar-tools poppler-utils"

NODE_MAJOR_MIN=20 # the web tools want 20.19 or newer
NODE_MINOR_MIN=19
NODE_OWN=22 # what we take from npm where the system's is older

say() {
    printf '%s\n' "▶ $*" >&2
}

fail() {
    printf '%s\n' "✗ $*" >&2
    exit 1
}

check_system() {
    [ "$(uname -s)" = Linux ] || fail "Kakikomap は Debian 12/13 と Ubuntu 24.04 で動きます (this is $(uname -s)). Use one of them, for example in a virtual machine."
    local id="" like="" version=""
    if [ -r /etc/os-release ]; then
        id=$(. /etc/os-release && printf '%s' "${ID:-}")
        like=$(. /etc/os-release && printf '%s' "${ID_LIKE:-}")
        version=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
    fi
    command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
        fail "Kakikomap installs its libraries with apt: use Debian 12, Debian 13 or Ubuntu 24.04 (this is ${id:-unknown} ${version})."
    case "$id:$version" in
    debian:12 | debian:13 | ubuntu:24.04) ;;
    *) say "note: tried on Debian 12, 13 and Ubuntu 24.04; this is ${id:-unknown} ${version:-} ${like:+(like $like)}: going on." ;;
    esac
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# libclang-rt-dev exists from Debian 13 on; before, it carries clang's version in its name, as that
# for WebAssembly does everywhere.
package_name() {
    case "$1" in
    libclang-rt-dev-wasm32)
        local version
        version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9][0-9]*\)$/\1/p' | head -n 1)
        printf '%s' "libclang-rt-${version:-14}-dev-wasm32"
        ;;
    libclang-rt-dev)
        local major
        major=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9][0-9]*\)$/\1/p' | head -n 1)
        printf '%s' "libclang-rt-${major:-14}-dev"
        ;;
    *) printf '%s' "$1" ;;
    esac
}

# The name is looked up only where a package of that family is not there at all.
is_there() {
    case "$1" in
    libclang-rt-dev-wasm32) compgen -G "/usr/lib/llvm-*/lib/clang/*/lib/wasi/*builtins-wasm32.a" >/dev/null || compgen -G "/usr/lib/llvm-*/lib/clang/*/lib/wasm32-*/*builtins*.a" >/dev/null ;;
    libclang-rt-dev) ls -d /usr/lib/llvm-*/lib/clang/*/lib/linux >/dev/null 2>&1 || ls -d /usr/lib/clang/*/lib/linux >/dev/null 2>&1 ;;
    nodejs | npm) command -v "${1%js}" >/dev/null || is_installed "$1" ;;
    clang | lld | gcc | meson | pkg-config | python3 | curl | unzip | strace | sqlite3 | chromium) command -v "${1/#lld/wasm-ld}" >/dev/null || is_installed "$1" ;;
    *) is_installed "$1" ;;
    esac
}

install_packages() {
    local missing="" name
    for name in $*; do
        is_there "$name" || missing="$missing $name"
    done
    [ -n "$missing" ] || return 0
    local root=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            fail "These packages are missing:$missing. Installing them needs root: run this as root once, or ask your administrator for: apt-get install$missing"
        root=sudo
    fi
    say "installing:$missing"
    $root apt-get update -qq || fail "apt-get update failed: is this machine connected to the network? The first start needs it once; later starts do not."
    local wanted=""
    for name in $missing; do
        wanted="$wanted $(package_name "$name")"
    done
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null ||
        fail "apt-get could not install:$wanted. Its message is above; without network, connect once and run this again."
}

node_is_new_enough() {
    "$1" -e "
        const [major, minor] = process.versions.node.split('.').map(Number);
        process.exit(major > $NODE_MAJOR_MIN || (major === $NODE_MAJOR_MIN && minor >= $NODE_MINOR_MIN) ? 0 : 1)
    " >/dev/null 2>&1
}

# Debian 12 and Ubuntu 24.04 carry Node.js 18: where it is too old, one comes from npm into .cache.
prepare_node() {
    local own="$PWD/.cache/node"
    node_is_new_enough node && return 0
    if ! node_is_new_enough "$own/node_modules/.bin/node"; then
        say "the system's Node.js is too old for the web tools: taking Node.js $NODE_OWN from npm into .cache/node"
        mkdir -p "$own"
        npm install --prefix "$own" --no-audit --no-fund --loglevel=error "node@$NODE_OWN" npm@11 >&2 ||
            fail "npm could not fetch Node.js: is this machine connected to the network? The first start needs it once."
    fi
    PATH="$own/node_modules/.bin:$PATH"
    export PATH
    node_is_new_enough node || fail "Node.js $NODE_OWN from npm does not run on this machine ($(uname -m))."
}

# Independent readers that tests compare with; without network those tests are skipped.
prepare_test_modules() {
    [ tests/node/node_modules/.package-lock.json -nt tests/node/package-lock.json ] && return 0
    say "fetching the packages of tests/node"
    npm ci --prefix tests/node --no-audit --no-fund --loglevel=error >&2 ||
        say "npm could not fetch them: tests that compare with other readers are skipped"
}

# configure_build FOLDER OPTIONS…: meson setup, once.
configure_build() {
    local folder=$1
    shift
    [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" >&2 || {
        rm -rf "$folder"
        fail "the build could not be configured; the reason is above."
    }
}

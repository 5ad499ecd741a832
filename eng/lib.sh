# What the scripts of this repository share. Source it; it does nothing by itself.

# Messages are read by these scripts too, so they have to be in one language.
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

# quietly WHAT COMMAND…: runs the command without its output; shows it only where the command fails.
quietly() {
    local what=$1 output
    shift
    if ! output=$("$@" 2>&1); then
        printf '%s\n' "$output" >&2
        die "$what failed (see above)."
    fi
}

require_dotnet() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is needed, and there is no 'dotnet' on the PATH."
    dotnet --version >/dev/null 2>&1 || die "a .NET SDK that fits global.json is needed: version 10.0.1xx or newer of 10.0."
}

has_header() { printf '#include <%s>\n' "$1" | gcc -E - >/dev/null 2>&1; }

# need REQUIREMENT=PACKAGE…: installs the Debian packages whose requirement is missing. A requirement is a command's name, or
# a header's, which ends in .h.
need() {
    local entry requirement missing=()
    for entry in "$@"; do
        requirement=${entry%%=*}
        case $requirement in
            *.h) has_header "$requirement" || missing+=("${entry#*=}") ;;
            *) command -v "$requirement" >/dev/null || missing+=("${entry#*=}") ;;
        esac
    done
    [ ${#missing[@]} -eq 0 ] || install_debian_packages "${missing[@]}"
}

install_debian_packages() {
    local run=()
    command -v apt-get >/dev/null ||
        die "what these Debian packages hold is needed, and there is no apt-get here: $*. Please install it."
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || die "these Debian packages are needed. Please run: sudo apt-get install $*"
        run=(sudo -n)
    fi
    say "Installing Debian packages: $*"
    quietly "apt-get update" "${run[@]}" apt-get update -qq
    quietly "apt-get install $*" "${run[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"
}

# restore PROJECT: without the network it makes do with what earlier restores have left and the local feed, which is enough
# unless a package is new.
restore() {
    local output
    if ! output=$(dotnet restore "$1" 2>&1) && ! dotnet restore "$1" --source "$PWD/eng/packages" > /dev/null 2>&1; then
        printf '%s\n' "$output" >&2
        die "restoring $1 failed (see above)."
    fi
}

# fill_gaps_for PROJECT…: only what refers to the Redis or the Kafka client needs the packages that may be missing, and only those of
# the client that it refers to are filled: librdkafka takes a minute.
fill_gaps_for() {
    if grep -qE 'StackExchange\.Redis|EventBus\.Redis' "$@"; then
        eng/fill-package-gaps.sh System.IO.Hashing Pipelines.Sockets.Unofficial
    fi
    if grep -qE 'Confluent\.Kafka|EventBus\.Kafka' "$@"; then
        eng/fill-package-gaps.sh librdkafka.redist
    fi
}

#!/usr/bin/env bash
# Builds, tests, shows and packs EventBus on a machine with the .NET 10 SDK. Everything else that is needed it sets up itself.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"
. eng/lib.sh

usage() {
    cat <<'EOF'
Usage: ./build.sh VERB

  demo            runs the sample shop in memory and shows each hop of an event; needs no server
  test            builds everything and runs all tests, on servers that the tests start themselves
  test --full     the same, with the crash and outage tests and the large streams at their full size (EVENTBUS_TEST_SCALE=full)
  test --stress   runs the in-memory transport's conformance tests ten times over
  bench [ARG…]    runs the benchmarks; the arguments go to them (--short is a quick run)
  soak [ARG…]     runs the bus on Redis for long (--minutes N, 30 by default) and fails where memory or latency rise or an event is lost
  pack            packs the packages into artifacts/packages
  help            prints this
EOF
}

demo() {
    fill_gaps_for samples/Shop/Shop.csproj
    quietly "building the demo" dotnet build samples/Shop.Demo -c Release --nologo
    dotnet run --project samples/Shop.Demo -c Release --no-build -- "$@"
}

build_all() {
    eng/fill-package-gaps.sh
    restore EventBus.sln
    quietly "building" dotnet build EventBus.sln -c Release --no-restore --nologo -warnaserror
}

run_tests() {
    case ${1-} in
        '' | --stress) ;;
        --full) export EVENTBUS_TEST_SCALE=full ;;
        *) die "'test' takes --stress, --full or nothing, not '$1'." ;;
    esac
    need redis-server=redis-server kcat=kcat
    build_all
    if [ "${1-}" = --stress ]; then
        EVENTBUS_STRESS=10 eng/run-tests.sh --project tests/EventBus.InMemory.Tests
    else
        eng/run-tests.sh --solution EventBus.sln
    fi
}

# Runs the benchmarks' program with the arguments.
bench() {
    need redis-server=redis-server
    fill_gaps_for benchmarks/*/*.csproj
    restore benchmarks/EventBus.Benchmarks
    quietly "building the benchmarks" dotnet build benchmarks/EventBus.Benchmarks -c Release --no-restore --nologo
    dotnet run --project benchmarks/EventBus.Benchmarks -c Release --no-build -- "$@"
}

soak() { bench soak "$@"; }

# Bit for bit the same from the same commit: the times of the files in a package are the commit's, where there is one.
pack() {
    local project time
    time=$(git log -1 --format=%ct 2>/dev/null || echo false)
    fill_gaps_for src/*/*.csproj
    rm -rf artifacts/packages
    for project in src/*/*.csproj; do
        restore "$project"
        quietly "packing $project" dotnet pack "$project" -c Release -o artifacts/packages --no-restore --nologo \
            -p:ContinuousIntegrationBuild=true -p:DeterministicTimestamp="$time"
    done
    ls artifacts/packages
}

verb=${1-help}
[ $# -eq 0 ] || shift
case $verb in
    demo | bench | soak | pack) require_dotnet && "$verb" "$@" ;;
    test) require_dotnet && run_tests "$@" ;;
    help | -h | --help) usage ;;
    *)
        usage >&2
        die "there is no verb '$verb'."
        ;;
esac

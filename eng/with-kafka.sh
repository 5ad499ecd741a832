#!/usr/bin/env bash
# with-kafka.sh COMMAND…: runs a command beside a Kafka cluster of its own, which is librdkafka's one of three mock brokers, on free ports
# of 127.0.0.1. Where EVENTBUS_TEST_KAFKA names the brokers of another cluster, it is that one instead, which keeps the topics and groups
# that the command leaves. By its environment every bus in it carries events by Kafka.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/lib.sh"

[ $# -gt 0 ] || die "with-kafka.sh needs a command to run."

# Builds the brokers, and starts them; gives their addresses, and their process.
start() {
    local project=tests/EventBus.Kafka.Brokers
    require_dotnet
    (
        cd "$root"
        fill_gaps_for "$project/EventBus.Kafka.Brokers.csproj"
        restore "$project"
        quietly "building the mock brokers" dotnet build "$project" -c Release --no-restore --nologo
    )

    # They end with this script, however it ends: their input is a pipe from it that nobody else holds.
    coproc BROKERS { exec dotnet "$root/$project/bin/Release/net10.0/EventBus.Kafka.Brokers.dll"; }
    brokers=$BROKERS_PID
    read -r -t 30 -u "${BROKERS[0]}" addresses || die "the mock brokers do not start."

    # When members come and go, these brokers wait for that time less a second, whoever has joined again by then.
    export EventBus__Kafka__SessionTimeout=00:00:02
}

brokers=
stop() {
    [ -z "$brokers" ] || kill "$brokers" 2> /dev/null || true
    [ -z "$brokers" ] || wait "$brokers" 2> /dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

addresses=${EVENTBUS_TEST_KAFKA-}
[ -n "$addresses" ] || start

export EventBus__Transport=kafka EventBus__Kafka__BootstrapServers=$addresses
"$@"

#!/usr/bin/env bash
# with-redis.sh COMMAND…: runs a command beside a redis-server of its own, on a free port of 127.0.0.1 and with a temporary folder.
# By its environment every bus in it carries events by Redis.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/lib.sh"

[ $# -gt 0 ] || die "with-redis.sh needs a command to run."
need redis-server=redis-server

folder=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || kill "$server" 2> /dev/null || true
    [ -z "$server" ] || wait "$server" 2> /dev/null || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

# start PORT: fails where the server cannot listen there, because somebody else does.
start() {
    redis-server --bind 127.0.0.1 --port "$1" --dir "$folder" --save '' --appendonly yes > "$folder/log" 2>&1 &
    server=$!
    until grep -q 'Ready to accept connections' "$folder/log"; do
        kill -0 "$server" 2> /dev/null || return 1
        sleep 0.05
    done
}

# Below the ports that systems give to outgoing connections.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    port=$((10000 + RANDOM % 22000))
    ! start "$port" || break
    server=
done
[ -n "$server" ] || {
    cat "$folder/log" >&2
    die "redis-server does not start (see above)."
}

export EventBus__Transport=redis EventBus__Redis__Configuration=127.0.0.1:$port
"$@"

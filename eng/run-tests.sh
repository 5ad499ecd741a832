#!/usr/bin/env bash
# Runs built tests and ends with the line "N passed, N failed", and before it, under "failed tests:", what failed and how. The
# arguments say which tests, as for 'dotnet test'.
set -euo pipefail

eng=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$eng/lib.sh"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# One project after the other: several have servers and load of their own, and would starve each other's deadlines.
status=0
dotnet test "$@" -c Release --no-build --no-ansi --no-progress --max-parallel-test-modules 1 2>&1 | tee "$log" || status=$?

sum() { awk -v name="$1:" '$1 == name { total += $2 } END { print total + 0 }' "$log"; }
passed=$(sum succeeded)
failed=$(sum failed)
skipped=$(sum skipped)

[ "$skipped" -eq 0 ] || say "$skipped skipped"
# A test process that crashed has failed, even where no test of it did.
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    failed=1
fi
if [ "$failed" -ne 0 ]; then
    echo "failed tests:"
    list=$(awk -f "$eng/failed-tests.awk" "$log")
    if [ -n "$list" ]; then printf '%s\n' "$list"; else tail -n 15 "$log"; fi
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

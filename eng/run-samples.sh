#!/usr/bin/env bash
# Runs every sample of samples/Patterns, one after the other. Each shows something by itself, with no server, and ends with another
# status than zero where it did not hold. The arguments name the ones to run; without any it is all of them. With with-redis.sh or
# with-kafka.sh before it, those run on Redis or Kafka that can: DeadLetters and FundTransfer.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
. eng/lib.sh
require_dotnet

[ $# -gt 0 ] || set -- $(cd samples/Patterns && ls -d -- */ | tr -d /)
failed=()
for name in "$@"; do
    project=samples/Patterns/$name
    [ -f "$project/$name.csproj" ] || die "there is no sample '$name' in samples/Patterns."
    fill_gaps_for "$project/$name.csproj"
    restore "$project"
    quietly "building $name" dotnet build "$project" -c Release --no-restore --nologo
    echo "-- $name"
    dotnet run --project "$project" -c Release --no-build < /dev/null || failed+=("$name")
done

[ ${#failed[@]} -eq 0 ] || die "did not hold: ${failed[*]}."
echo "samples that ran and held: $#"

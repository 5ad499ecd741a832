#!/usr/bin/env bash
# Fills the local feed eng/packages with the transitive packages that the public source of this machine lacks.
# Where it lacks none, the feed stays empty. README.md beside this file tells which, with what, and why. The arguments name the packages to
# look at; without any it is all of them.
set -euo pipefail

eng=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$eng/lib.sh"

feed=$eng/packages

# One at a time, where several builds run in the same clone. The lock is not handed on to build servers, which stay.
if [ "${1:-}" != --locked ]; then
    exec flock --close "$feed/.lock" "$0" --locked "$@"
fi
shift

gaps=(librdkafka.redist System.IO.Hashing Pipelines.Sockets.Unofficial)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version_of() { sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$eng/$1/$1.csproj"; }

is_filled() { [ -f "$feed/$1.$(version_of "$1").nupkg" ]; }

# Prints the packages that a restore of the two clients does not find without the local feed.
find_gaps() {
    local id output
    mkdir "$work/probe"
    cat > "$work/probe/probe.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup>$(sed -n '/"Confluent.Kafka"\|"StackExchange.Redis"/s/PackageVersion/PackageReference/p' "$eng/../Directory.Packages.props")</ItemGroup>
</Project>
EOF
    if output=$(dotnet restore "$work/probe/probe.csproj" 2>&1); then
        # What was filled before, in another clone, is found in this machine's package cache. It is a gap all the same.
        for id in "${gaps[@]}"; do
            if grep -Fq "\"$id/$(version_of "$id")\"" "$work/probe/obj/project.assets.json"; then
                echo "$id"
            fi
        done
        return
    fi
    for id in "${gaps[@]}"; do
        if grep -Eq "NU110[123].* package $id[ .]" <<< "$output"; then
            echo "$id"
        fi
    done > "$work/found"
    if [ ! -s "$work/found" ]; then
        printf '%s\n' "$output" >&2
        die "a restore of StackExchange.Redis and Confluent.Kafka failed for another reason than a missing package (see above)."
    fi
    cat "$work/found"
}

# Takes a package from the cache, where it is from an earlier filling: NuGet would take it from there in any case.
take_from_cache() {
    local id=${1,,} version cache
    version=$(version_of "$1")
    cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
    cp "${cache%/}/$id/$version/$id.$version.nupkg" "$feed/$1.$version.nupkg" 2> /dev/null
}

fill() {
    local id=$1
    if take_from_cache "$id"; then
        say "Filling a gap of this machine's package source from its package cache: $id $(version_of "$id")"
        return
    fi
    say "Filling a gap of this machine's package source: $id $(version_of "$id")"
    if [ -x "$eng/$id/prepare.sh" ]; then
        "$eng/$id/prepare.sh" "$work/$id"
    fi
    quietly "packing $id" dotnet pack "$eng/$id/$id.csproj" -c Release -o "$work/packed" -p:PreparedRoot="$work/$id"
    rm -f "$feed/$id".[0-9]*.nupkg
    mv "$work/packed/$id.$(version_of "$id").nupkg" "$feed/"
}

[ $# -gt 0 ] || set -- "${gaps[@]}"
todo=()
for id in "$@"; do
    is_filled "$id" || todo+=("$id")
done
[ ${#todo[@]} -gt 0 ] || exit 0

missing=$(find_gaps)
for id in "${todo[@]}"; do
    if grep -qx "$id" <<< "$missing"; then
        fill "$id"
    fi
done

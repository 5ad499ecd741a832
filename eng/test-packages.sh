#!/usr/bin/env bash
# Tests the packages of 'build.sh pack' as their users get them: what is in them, whether another build makes the same, and whether
# the first two examples of README.md, in memory and on Redis, run in new applications outside of the repository.
set -euo pipefail

eng=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$eng/lib.sh"

root=$(dirname "$eng")
packages=$root/artifacts/packages
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The name of each package, and of its assembly, is that of its project.
names() { (cd "$root/src" && ls -- */*.csproj) | sed 's:/.*::'; }

property() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/$2"; }

version=$(property VersionPrefix Directory.Build.props)

# fence LANGUAGE NUMBER: prints a block of a language in README.md, counted from 1.
fence() {
    awk -v start="\`\`\`$1" -v number="$2" '
        $0 == "```" && inside { exit }
        inside { print }
        $0 == start && ++count == number { inside = 1 }' "$root/README.md"
}

# unpack FILE FOLDER
unpack() {
    [ -f "$1" ] || die "there is no $1. Run ./build.sh pack first."
    unzip -q "$1" -d "$2"
}

check_contents() {
    local name=$1 file nuspec=$work/$1/$1.nuspec
    unpack "$packages/$name.$version.nupkg" "$work/$name"
    unpack "$packages/$name.$version.snupkg" "$work/$name.symbols"
    for file in "$name/README.md" "$name/lib/net10.0/$name.dll" "$name/lib/net10.0/$name.xml" "$name.symbols/lib/net10.0/$name.pdb"; do
        [ -s "$work/$file" ] || die "the package lacks $file."
    done
    cmp -s "$root/README.md" "$work/$name/README.md" || die "the README of the package $name is not the repository's."
    grep -q '<license type="expression">MIT</license>' "$nuspec" || die "the package $name does not tell its licence."
    grep -q '<readme>README.md</readme>' "$nuspec" || die "the package $name does not tell its README."
    if git -C "$root" rev-parse -q --verify HEAD >/dev/null 2>&1; then
        grep -q "commit=\"$(git -C "$root" rev-parse HEAD)\"" "$nuspec" || die "the package $name does not tell its commit."
    fi
    say "$name $version: holds what it should"
}

# Builds a copy of the sources in another folder and compares.
check_reproducible() {
    local copy=$work/copy name
    mkdir "$copy"
    (cd "$root" && git ls-files -coz --exclude-standard | while IFS= read -r -d '' file; do
        if [ -e "$file" ]; then printf '%s\0' "$file"; fi
    done | tar -c --null -T - .git) | tar -x -C "$copy"
    cp "$root"/eng/packages/*.nupkg "$copy/eng/packages/" 2>/dev/null || true
    for name in $(names); do
        quietly "building $name again" dotnet build "$copy/src/$name" -c Release -p:ContinuousIntegrationBuild=true --nologo
        cmp "$work/$name/lib/net10.0/$name.dll" "$copy/src/$name/bin/Release/net10.0/$name.dll" ||
            die "two builds of $name differ."
    done
    say "a second build, in another folder, makes the same assemblies"
}

# check_example PACKAGE NUMBER COMMAND…: as a user does it: a new application, the package, an example of README.md with its output. The
# command runs the application.
check_example() {
    local package=$1 number=$2 app=$work/Example$2 expected output line
    shift 2
    export NUGET_PACKAGES=$work/cache
    quietly "making a console application" dotnet new console -o "$app" --no-restore
    # Where this machine's package source has gaps, what the build has filled them with stands in here too.
    cat > "$app/nuget.config" <<EOF
<configuration><packageSources>
  <add key="packed" value="$packages" /><add key="filled" value="$root/eng/packages" />
</packageSources></configuration>
EOF
    cd "$app"
    quietly "adding $package" dotnet add package "$package" --version "$version"
    quietly "adding the host" dotnet add package Microsoft.Extensions.Hosting \
        --version "$(property ExtensionsVersion Directory.Packages.props)"
    cmp -s "$packages/$package.$version.nupkg" "$work/cache/${package,,}/$version/${package,,}.$version.nupkg" ||
        die "the application did not get $package from $packages."
    fence csharp "$number" > Program.cs
    expected=$(fence text "$number")
    [ -s Program.cs ] && [ -n "$expected" ] || die "README.md has no example $number with its output."
    quietly "building example $number" dotnet build --nologo -warnaserror "${filled[@]}"
    output=$("$@" timeout 60 dotnet run --no-build) || die "example $number failed: $output"
    while IFS= read -r line; do
        grep -qxF "$line" <<< "$output" || die "example $number did not print '$line' but: $output"
    done <<< "$expected"
    cd "$root"
    say "example $number runs in a new application with $package and prints: $expected"
}

# A package that was filled has a fourth number, which is a warning; see README.md.
filled=()
! ls "$root"/eng/packages/*.nupkg > /dev/null 2>&1 || filled=(-p:NoWarn=NU1603)

require_dotnet
need unzip=unzip
for name in $(names); do
    check_contents "$name"
done
check_reproducible
check_example EventBus 1 env
check_example EventBus.Redis 2 "$eng/with-redis.sh"

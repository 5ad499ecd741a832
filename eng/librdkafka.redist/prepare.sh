#!/usr/bin/env bash
# Builds librdkafka.so in the folder that is given, from the source that an npm package carries.
set -euo pipefail

. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

package=@confluentinc/kafka-javascript@1.10.1
tarball=confluentinc-kafka-javascript-1.10.1.tgz
sha512=29578f5019f6d44a8254ff667f1cc4b8cdd26091c7105ed7fa2882d9ee374108034b211a92c2279821a8a13df0e6af9c340764482acaef58f42027eaa12a992f

mkdir -p "$1"
cd "$1"
need gcc=gcc g++=g++ make=make npm=npm
need openssl/ssl.h=libssl-dev zlib.h=zlib1g-dev

quietly "npm pack $package" npm pack --silent "$package"
sha512sum --check --status <<< "$sha512  $tarball" || die "$package is not what it was: its SHA-512 differs from the pinned one."
tar -xzf "$tarball" --strip-components=3 package/deps/librdkafka

say "Building librdkafka; this takes about a minute."
# No more than what Confluent.Kafka's tests and most clusters need, so that it does not differ with what a machine has installed.
quietly "configuring librdkafka" ./configure --no-download --disable-debug-symbols \
    --disable-gssapi --disable-curl --disable-zstd --disable-lz4-ext
quietly "building librdkafka" make -C src -j "$(nproc)" librdkafka.so.1
cp src/librdkafka.so.1 librdkafka.so

#!/usr/bin/env bash
# Downloads the release $VERSION of iacscan and checks its checksum. It says found=true in $GITHUB_OUTPUT; what is no release is no error
# unless it must be one (MUST=true), because the action then builds iacscan from its own ref.
set -euo pipefail

releases=${RELEASES:-https://github.com/iacscan/iacscan/releases/download}
version=${VERSION:-}

# absent REASON ends without a binary.
absent() {
  if [[ ${MUST:-false} == true ]]; then
    echo "::error::iacscan $version cannot be had: $1"
    exit 1
  fi
  echo "$1: building iacscan from the ref of the action"
  echo found=false >>"$GITHUB_OUTPUT"
  exit 0
}

[[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]] || absent "'$version' names no release"
case ${RUNNER_OS:-Linux} in
  Linux) os=linux ;;
  macOS) os=darwin ;;
  *) absent "there is no release for $RUNNER_OS" ;;
esac
case ${RUNNER_ARCH:-X64} in
  X64) arch=amd64 ;;
  ARM64) arch=arm64 ;;
  *) absent "there is no release for $RUNNER_ARCH" ;;
esac

archive=iacscan_${version#v}_${os}_${arch}.tar.gz
directory=$RUNNER_TEMP/iacscan
mkdir -p "$directory"
cd "$directory"
for file in "$archive" checksums.txt; do
  curl --fail --silent --show-error --location --retry 3 --output "$file" "$releases/$version/$file" || absent "$version has no $file"
done
sum=$(awk -v file="$archive" '$2 == file { print $1 }' checksums.txt)
echo "$sum  $archive" | { sha256sum --check --quiet 2>/dev/null || shasum -a 256 --check --quiet; } ||
  { echo "::error::$archive is not what checksums.txt says"; exit 1; }
tar -xzf "$archive" iacscan
echo "$directory" >>"$GITHUB_PATH"
echo found=true >>"$GITHUB_OUTPUT"

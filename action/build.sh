#!/usr/bin/env bash
# Builds iacscan from the ref that the action was checked out at.
set -euo pipefail

directory=$RUNNER_TEMP/iacscan
mkdir -p "$directory"
cd "$GITHUB_ACTION_PATH"
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${GITHUB_ACTION_REF:-devel}" -o "$directory/iacscan" ./cmd/iacscan
echo "$directory" >>"$GITHUB_PATH"

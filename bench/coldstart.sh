#!/usr/bin/env bash
# Wall time of cold starts, median of 20 in milliseconds: what a hook or an editor waits for.
# usage: bench/coldstart.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "${1:-bin/iacscan}")
runs=20

# median COMMAND…: runs the command and prints the median of its wall times.
median() {
  local i start end
  "$@" >/dev/null 2>&1 || { echo "failed: $*" >&2; return 1; }
  for ((i = 0; i < runs; i++)); do
    start=$EPOCHREALTIME
    "$@" >/dev/null 2>&1
    end=$EPOCHREALTIME
    echo $((${end/[.,]/} - ${start/[.,]/}))
  done | sort -n | awk '{ t[NR] = $1 } END { printf "%.1f", (t[int((NR + 1) / 2)] + t[int(NR / 2) + 1]) / 2000 }'
}

# report BUDGET LABEL COMMAND…: prints the median beside what it may be.
report() {
  printf '%-44s %6s ms   (at most %s ms)\n' "$2" "$(median "${@:3}")" "$1"
}

report 15 'iacscan version' "$binary" version
report 30 'iacscan scan testdata/terraform/public-sandbox' "$binary" scan --fail-on never testdata/terraform/public-sandbox

# What a hook waits for: one changed file in a repository of 4,000.
repository=$(mktemp -d)
trap 'rm -rf "$repository"' EXIT
mkdir "$repository/.git"
body=$(for ((i = 0; i < 40; i++)); do printf 'resource "aws_ssm_parameter" "p%d" {\n  name  = "/app/%d"\n  type  = "String"\n  value = var.value\n}\n\n' $i $i; done)
for ((root = 0; root < 400; root++)); do
  mkdir -p "$repository/terraform/environments/root-$root"
  for ((file = 0; file < 10; file++)); do
    echo "$body" >"$repository/terraform/environments/root-$root/file-$file.tf"
  done
done
echo 'resource "aws_sagemaker_domain" "this" {}' >"$repository/terraform/environments/root-7/file-7.tf"
report 250 'iacscan scan --changed, one file of 4,000' "$binary" scan --fail-on never --changed "$repository/terraform/environments/root-7/file-7.tf"

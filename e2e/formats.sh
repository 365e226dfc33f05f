#!/usr/bin/env bash
# Writes every format of scans of each project below testdata/, of files with hostile names and of a repository with thousands of findings,
# and has formats.py judge them by their schemas and by parsers of others.
#
#   usage: e2e/formats.sh          after `make build`; needs git, xmllint, and Debian's python3 with jsonschema and junitparser
set -euo pipefail
cd "$(dirname "$0")/.."
iacscan=$(realpath "${IACSCAN:-bin/iacscan}")

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

formats=()
for format in json junit gitlab-sast gitlab-codequality csv github markdown; do
  formats+=("--format=$format=$out/report.$format")
done

# judge PROJECT OPTION… writes every format and judges them.
judge() {
  local status=0
  "$iacscan" scan --quiet --fail-on never "$@" "${formats[@]}" || status=$?
  case $status in 0 | 3) ;; *) echo "e2e/formats.sh: scanning $* ended with status $status" >&2; exit 1 ;; esac
  /usr/bin/python3 e2e/formats.py "$out"
}

scans=0
for project in testdata/*/*; do
  [[ -d $project ]] || continue
  for options in '' '--verdicts=all --suppressed'; do
    # shellcheck disable=SC2086 # several options
    judge "$project" $options
    scans=$((scans + 1))
  done
done

# Names that mean something in XML, CSV, Markdown, workflow commands, URIs and Unicode; and a file that cannot be parsed.
hostile="$out/hostile"
# shellcheck disable=SC2016 # names, not commands
for directory in 'a b,c:d%20é' $'new\nline::' $'\e[31m@acme' '=1+2' '<&"]]>' '`x` | [y](z)' "it's"; do
  mkdir -p "$hostile/$directory"
  printf 'resource "aws_sagemaker_domain" "x" {\n  domain_name = "☃" # €𝄞\n}\n' >"$hostile/$directory/main,::error::.tf"
done
printf 'resource "aws_sagemaker_domain" "x" {\n  vpc_id = (\n' >"$hostile/it's/broken.tf"
git init -q "$hostile"
judge "$hostile" --verdicts=all
scans=$((scans + 1))

many="$out/many"
mkdir "$many"
git init -q "$many"
for ((i = 0; i < 3000; i++)); do
  printf 'resource "aws_sagemaker_domain" "number_%d" {}\n' $i
done >"$many/main.tf"
judge "$many"
scans=$((scans + 1))

echo "$scans scans in every format: valid, and equal to the JSON"

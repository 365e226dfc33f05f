#!/usr/bin/env bash
# The GitHub Action: actionlint judges the example workflow and how it uses action.yml, and the scripts that action.yml runs are run as a
# runner does, with a release to download and without. The Dockerfile's build command makes the binary, which runs alone in a directory.
#
#   usage: e2e/action.sh           needs git, Go, curl, shellcheck, and root for chroot
set -euo pipefail
cd "$(dirname "$0")/.."
actionlint=(go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12)

temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
fail() {
  echo "e2e/action.sh: $*" >&2
  exit 1
}

shellcheck action/*.sh e2e/*.sh bench/*.sh .ci/run

# actionlint knows the inputs of actions that are in the repository of the workflow.
workflow=$temporary/lint/.github/workflows/code-scanning.yml
mkdir -p "${workflow%/*}"
git init -q "$temporary/lint"
cp action.yml "$temporary/lint"
sed 's|uses: iacscan/iacscan@.*|uses: ./|' docs/examples/code-scanning.yml >"$workflow"
grep -q 'uses: \./' "$workflow" || fail 'the example does not use the action'
"${actionlint[@]}" docs/examples/code-scanning.yml "$workflow"
if sed 's/sarif-file: /no-such-input: /' "$workflow" >"$workflow.yml" && "${actionlint[@]}" "$workflow.yml" >/dev/null 2>&1; then
  fail 'actionlint does not know the inputs'
fi

# A runner: the files that steps write to, and what they find in their environment.
mkdir -p "$temporary/runner" "$temporary/work"
export RUNNER_TEMP=$temporary/runner RUNNER_OS=Linux RUNNER_ARCH=X64 GITHUB_ACTION_PATH=$PWD
export GITHUB_OUTPUT=$temporary/output GITHUB_PATH=$temporary/path GITHUB_STEP_SUMMARY=$temporary/summary

# step SCRIPT VARIABLE=VALUE… runs a step; what it prints is in $temporary/log, its status in $status.
step() {
  truncate -s 0 "$GITHUB_OUTPUT" "$GITHUB_PATH" "$GITHUB_STEP_SUMMARY"
  status=0
  (cd "$temporary/work" && env "${@:2}" bash "$GITHUB_ACTION_PATH/action/$1") >"$temporary/log" 2>&1 || status=$?
}
expect() {
  [[ $status == "$1" ]] || { cat "$temporary/log" >&2; fail "$2: status $status"; }
  [[ -z ${3:-} ]] || grep -qxF -- "$3" "$GITHUB_OUTPUT" || fail "$2: no $3 in the outputs"
}

# What is no release is built from the ref, unless a release was asked for.
releases=file://$temporary/releases
step download.sh VERSION=main MUST=false RELEASES="$releases"
expect 0 'a branch' found=false
step download.sh VERSION=v9.9.9 MUST=false RELEASES="$releases"
expect 0 'no release' found=false
step download.sh VERSION=v9.9.9 MUST=true RELEASES="$releases"
expect 1 'no release that was asked for'
step build.sh GITHUB_ACTION_REF=main
expect 0 'building'
[[ $(<"$GITHUB_PATH") == "$RUNNER_TEMP/iacscan" ]] || fail 'the built binary is not in the path'
"$RUNNER_TEMP/iacscan/iacscan" version | grep -q main || fail 'the built binary does not know its version'

# A release is downloaded, and refused when it is not what its checksum says.
mkdir -p "$temporary/releases/v9.9.9"
tar -czf "$temporary/releases/v9.9.9/iacscan_9.9.9_linux_amd64.tar.gz" -C "$RUNNER_TEMP/iacscan" iacscan
(cd "$temporary/releases/v9.9.9" && sha256sum -- *.tar.gz >checksums.txt)
rm -r "$RUNNER_TEMP/iacscan"
step download.sh VERSION=v9.9.9 MUST=true RELEASES="$releases"
expect 0 'a release' found=true
[[ -x $RUNNER_TEMP/iacscan/iacscan ]] || fail 'the release was not unpacked'
sed -i 's/^./x/' "$temporary/releases/v9.9.9/checksums.txt"
step download.sh VERSION=v9.9.9 MUST=false RELEASES="$releases"
expect 1 'a wrong checksum'
export PATH=$RUNNER_TEMP/iacscan:$PATH

# The scan: annotations, or SARIF and a table; words of the arguments; several paths; never a shell's idea of an input.
mkdir -p "$temporary/work/a b" "$temporary/work/other"
git init -q "$temporary/work"
printf 'resource "aws_sagemaker_domain" "one" {}\n' >"$temporary/work/a b/main.tf"
printf 'resource "aws_sagemaker_domain" "two" {}\n' >"$temporary/work/other/main.tf"
step scan.sh SCAN_PATH=. SCAN_ARGS='--checks SMN-101' SARIF_FILE= FAIL_ON=medium
expect 1 'annotations' exit-status=1
[[ $(grep -c '^::error file=' "$temporary/log") == 2 ]] || fail 'not two annotations'
grep -q '^### iacscan: 2 findings' "$GITHUB_STEP_SUMMARY" || fail 'no summary'
step scan.sh SCAN_PATH=$'a b\n' SCAN_ARGS="--checks 'SMN-1*' --exclude 'x y'" SARIF_FILE='out put.sarif' FAIL_ON=never
expect 0 'SARIF' 'sarif-file=out put.sarif'
grep -q '"a%20b/main.tf"' "$temporary/work/out put.sarif" || fail 'no SARIF'
grep -q 'other/main.tf' "$temporary/work/out put.sarif" && fail 'more than the path was scanned'
# shellcheck disable=SC2016 # it must not be run
step scan.sh SCAN_PATH=other SCAN_ARGS='--exclude "$(touch pwned)" --exclude `touch` ;' SARIF_FILE= FAIL_ON=never
[[ ! -e $temporary/work/pwned ]] || fail 'an input was run'
step scan.sh SCAN_PATH=. SCAN_ARGS="--exclude 'a b" SARIF_FILE= FAIL_ON=never
expect 2 'a quote that is not closed' exit-status=2
step scan.sh SCAN_PATH=--no-color SCAN_ARGS= SARIF_FILE= FAIL_ON=never
expect 2 'a path that looks like an option' exit-status=2
step scan.sh SCAN_PATH=. SCAN_ARGS= SARIF_FILE= FAIL_ON=sometimes
expect 2 'a wrong input' exit-status=2
echo 'the action: workflow, download, build and scan'

# The image holds one file, which needs no other.
image=$temporary/image
command=$(sed -n 's/^RUN \(CGO_ENABLED=0 go build .*\)/\1/p' Dockerfile)
[[ $command == *' -o /out/iacscan '* ]] || fail 'the Dockerfile does not build iacscan'
mkdir -p "$image/usr/local/bin" "$image/src"
mkdir "$temporary/context" # what .dockerignore leaves, or less
tar -c --exclude-from=.dockerignore --exclude='*_test.go' . | tar -x -C "$temporary/context"
(cd "$temporary/context" && VERSION=image bash -c "${command/\/out\/iacscan/$image/usr/local/bin/iacscan}")
cp "$temporary/work/other/main.tf" "$image/src"
if [[ $(id -u) == 0 ]]; then
  user=$(sed -n 's/^USER //p' Dockerfile)
  entry=$(sed -n 's/^ENTRYPOINT \["\(.*\)"\]/\1/p' Dockerfile)
  status=0
  env -i "$(command -v chroot)" --userspec="$user" "$image" "$entry" scan /src >"$temporary/log" 2>&1 || status=$?
  expect 1 'the image'
  grep -q 'SMN-101' "$temporary/log" || fail 'the image finds nothing'
  echo 'the image: runs alone, as nobody'
fi

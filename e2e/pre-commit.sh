#!/usr/bin/env bash
# Commits to a temporary repository through the real pre-commit with the hooks of this work tree: clean commits pass, bad ones are stopped
# with the table, suppressed ones pass, whatever git does around them.
#
#   usage: e2e/pre-commit.sh       after `make build`; needs pre-commit, git and Go
set -euo pipefail
cd "$(dirname "$0")/.."

temporary=$(mktemp -d)
trap 'chmod -R u+w "$temporary"; rm -rf "$temporary"' EXIT
bin=$(realpath bin)
export PRE_COMMIT_HOME=$temporary/home GOMODCACHE GOCACHE GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
GOMODCACHE=$(go env GOMODCACHE) GOCACHE=$(go env GOCACHE) # a hook that is built by pre-commit has a GOPATH of its own
export GIT_CONFIG_GLOBAL=$temporary/gitconfig GIT_CONFIG_NOSYSTEM=1
git config --global user.name 'A. Developer'
git config --global user.email a@example.com
git config --global init.defaultBranch main
git config --global protocol.file.allow always

fail() {
  echo "e2e/pre-commit.sh: $*" >&2
  cat "$temporary/output" >&2
  exit 1
}

# passes WHAT COMMAND… and stopped WHAT COMMAND… run a commit that must pass, or not.
passes() {
  "${@:2}" >"$temporary/output" 2>&1 || fail "$1: stopped"
  grep -q 'iacscan.*\(Passed\|Skipped\)' "$temporary/output" || fail "$1: the hook did not run"
  echo "passes:  $1"
}
stopped() {
  if "${@:2}" >"$temporary/output" 2>&1; then fail "$1: not stopped"; fi
  grep -q 'iacscan.*Failed' "$temporary/output" || fail "$1: not stopped by the hook"
  echo "stopped: $1"
}

pre-commit validate-manifest .pre-commit-hooks.yaml

# The hooks come from a repository with what this work tree holds now.
hooks=$temporary/hooks
mkdir "$hooks"
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  [[ -e $file ]] && printf '%s\0' "$file"
done | tar -c --null -T - | tar -x -C "$hooks"
git init -q "$hooks"
git -C "$hooks" add .
git -C "$hooks" commit -qm hooks
rev=$(git -C "$hooks" rev-parse HEAD)

# configure HOOK OPTION… writes .pre-commit-config.yaml.
configure() {
  printf 'repos:\n  - repo: %s\n    rev: %s\n    hooks:\n      - id: %s\n' "$hooks" "$rev" "$1" >.pre-commit-config.yaml
}

mkdir "$temporary/repository"
cd "$temporary/repository"
git init -q
configure iacscan
pre-commit install >/dev/null
mkdir -p modules/studio envs/prod docs
cat >modules/studio/main.tf <<'TF'
variable "access" {}

resource "aws_sagemaker_domain" "this" {
  app_network_access_type = var.access
}
TF
cat >envs/prod/main.tf <<'TF'
module "studio" {
  source = "../../modules/studio"
  access = "VpcOnly"
}
TF
# The example is about one check; the others would have their say, too.
sed -i 's/id: iacscan$/&\n        args: [--checks, SMN-101]/' .pre-commit-config.yaml
git add .
passes 'a clean commit' git commit -m clean

sed -i 's/VpcOnly/PublicInternetOnly/' envs/prod/main.tf
stopped 'a finding' git commit -am bad
grep -q '^  3:12  HIGH  SMN-101 domain-public-internet-access' "$temporary/output" || fail 'no table'
grep -q '│ *access = "PublicInternetOnly"' "$temporary/output" || fail 'no source line'
[[ $(grep -c 'SMN-101' "$temporary/output") == 1 ]] || fail 'the finding is not reported once'

sed -i '3i\  # iacscan:ignore SMN-101 -- a sandbox' envs/prod/main.tf
passes 'a suppressed finding' git commit -am suppressed

# What is staged counts, not what is in the work tree: pre-commit puts the rest away.
sed -i '/iacscan:ignore/d' envs/prod/main.tf
echo 'Notes' >docs/notes.txt
git add docs
passes 'an unstaged finding' git commit -m notes
stopped 'a part of the work tree' git commit -m part -- envs/prod/main.tf
git checkout -q envs/prod/main.tf

git mv modules/studio/main.tf modules/studio/domain.tf
passes 'a renamed file' git commit -m rename
sed -i 's/variable "access" {}/variable "access" { default = "PublicInternetOnly" }/' modules/studio/domain.tf
sed -i '/access/d; /iacscan:ignore/d' envs/prod/main.tf
git mv modules/studio/domain.tf modules/studio/renamed.tf
stopped 'a finding in a module that was renamed' git commit -am 'rename and change'
git reset -q --hard
git rm -q docs/notes.txt
passes 'a deleted file' git commit -m delete

# A change is judged in every root that it reaches, and in no other.
sed -i '/iacscan:ignore/d' envs/prod/main.tf
git commit -q --no-verify -am unchecked
echo '# A comment.' >>modules/studio/domain.tf
stopped 'a module that is called badly' git commit -am module
git checkout -q modules
mkdir elsewhere
echo 'locals {}' >elsewhere/main.tf
git add elsewhere
passes 'a change that has nothing to do with a finding' git commit -m elsewhere
git reset -q --hard HEAD~2

# More files than fit into one command line, of which one matters.
mkdir many
for ((i = 0; i < 4000; i++)); do
  echo "locals { number = $i }" >"many/file_with_a_name_that_fills_the_command_line_$i.tf"
done
git add many
passes 'many files' git commit -qm many
sed -i 's/number/value/' many/*
printf 'resource "aws_sagemaker_domain" "this" {}\n' >>many/file_with_a_name_that_fills_the_command_line_77.tf
stopped 'a finding among many files' git commit -qam 'many and bad'
git reset -q --hard

# A work tree of the same repository, in which git tells the hook other directories.
git worktree add -q "$temporary/worktree" -b other
cd "$temporary/worktree"
sed -i '/iacscan:ignore/d' envs/prod/main.tf
stopped 'a finding in a worktree' git commit -am bad
git checkout -q .
sed -i 's/PublicInternetOnly/VpcOnly/; /iacscan:ignore/d' envs/prod/main.tf
passes 'a clean commit in a worktree' git commit -am clean
cd "$temporary/repository"

# A file that is called like an option; the arguments of the hook itself end them.
cp .pre-commit-config.yaml "$temporary/config"
configure iacscan
printf 'locals {}\n' >--help.tf
git add .
passes 'a file that is called like an option' git commit -m option
cp "$temporary/config" .pre-commit-config.yaml
git add .pre-commit-config.yaml

# A submodule is added, and moves.
git init -q "$temporary/library"
printf 'resource "aws_sagemaker_domain" "this" {}\n' >"$temporary/library/main.tf"
git -C "$temporary/library" add .
git -C "$temporary/library" commit -qm library
git submodule --quiet add "$temporary/library" vendor/library
passes 'a submodule, which is somebody else'"'"'s' git commit -m submodule

# The hook that takes the installed iacscan.
configure iacscan-system
sed -i 's/id: iacscan-system$/&\n        args: [--checks, SMN-101]/' .pre-commit-config.yaml
sed -i '/iacscan:ignore/d' envs/prod/main.tf
stopped 'a finding, by iacscan-system' env PATH="$bin:$PATH" git commit -am bad
git checkout -q envs/prod/main.tf
git add .pre-commit-config.yaml
echo '# a comment' >>envs/prod/main.tf
passes 'a clean commit, by iacscan-system' env PATH="$bin:$PATH" git commit -am clean

#!/usr/bin/env bash
# Has a real Trivy install iacscan as a plugin from the local archive and run it: what it prints and its exit status must be those of iacscan
# itself, and the transcript that of docs/trivy.md.
#
#   usage: TRIVY=path e2e/trivy.sh            after `make trivy-plugin`; without TRIVY there is nothing to do
#          TRIVY=path e2e/trivy.sh -update    writes the transcript into docs/trivy.md
set -euo pipefail
cd "$(dirname "$0")/.."

[[ -n ${TRIVY:-} ]] || { echo "e2e/trivy.sh: TRIVY does not name a trivy: nothing to do"; exit 0; }
archive=bin/trivy-plugin.tar.gz
[[ -f $archive ]] || { echo "e2e/trivy.sh: no $archive: run make trivy-plugin" >&2; exit 2; }

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# A home of its own, with an empty index of plugins, and no network: nothing here needs one.
export XDG_DATA_HOME=$out/home TRIVY_CACHE_DIR=$out/cache TRIVY_SKIP_VERSION_CHECK=true TRIVY_DISABLE_TELEMETRY=true
export HTTP_PROXY=http://127.0.0.1:9 HTTPS_PROXY=http://127.0.0.1:9 NO_COLOR=1
mkdir -p "$XDG_DATA_HOME/.trivy/plugins"
printf 'version: 1\nplugins: []\n' >"$XDG_DATA_HOME/.trivy/plugins/index.yaml"

# timeless leaves out what no two runs have in common.
timeless() { sed -E '/"duration_ms"/d; s/, [0-9.]+ m?s$/, … ms/'; }

# trivy runs Trivy and adds what it prints to the transcript, without the times of its log and with the exit status; the first argument is
# the number of lines that are of interest.
trivy() {
  local lines=$1 status=0
  shift
  "$TRIVY" "$@" >"$out/said" 2>&1 || status=$?
  {
    echo "\$ trivy $*"
    timeless <"$out/said" | sed -E 's/^[0-9T:+.-]+Z?\t//; s/\t/  /g; s/ +$//' | head -n "$lines"
    (($(wc -l <"$out/said") <= lines)) || echo '…'
    echo "(exit status $status)"
    echo
  } | sed "s|$out|/tmp|g" >>"$out/transcript"
}

printf 'resource "aws_sagemaker_domain" "broken" {\n  vpc_id =\n}\n' >"$out/broken.tf"
trivy 9 --version
trivy 9 plugin install "$archive"
trivy 9 plugin list
trivy 12 iacscan testdata/terraform/public-sandbox
trivy 9 iacscan testdata/terraform/spoke-studio
trivy 12 iacscan testdata/terraform/public-sandbox --fail-on never --checks SMN-101
trivy 9 iacscan --fail-on terrible .
trivy 12 iacscan "$out/broken.tf"
trivy 4 iacscan checks list

# Whatever the arguments, the plugin prints and returns what iacscan does.
compared=0
same() {
  local direct=0 plugin=0
  bin/iacscan "$@" >"$out/direct.out" 2>"$out/direct.err" || direct=$?
  "$TRIVY" iacscan "$@" >"$out/plugin.out" 2>"$out/plugin.err" || plugin=$?
  for stream in out err; do
    if ! diff <(timeless <"$out/direct.$stream") <(timeless <"$out/plugin.$stream"); then
      echo "e2e/trivy.sh: the plugin prints something else with $*" >&2
      exit 1
    fi
  done
  if ((direct != plugin)); then
    echo "e2e/trivy.sh: iacscan $* ends with status $direct, the plugin with $plugin" >&2
    exit 1
  fi
  seen[direct]=1
  compared=$((compared + 1))
}
seen=()
for project in testdata testdata/*/*/; do
  same scan "$project"
  same "$project" --format json --verdicts all
  same --format sarif "$project"
done
same scan "$out/broken.tf"
same "$out/broken.tf"
same scan --nope
same graph testdata/terraform/hub-vpc
same checks show SMN-201
same no-such-command
if [[ ${!seen[*]} != "0 1 2 3" ]]; then
  echo "e2e/trivy.sh: the exit statuses ${!seen[*]} were seen, not 0 1 2 3" >&2
  exit 1
fi
trivy 9 plugin uninstall iacscan

# A directory is as good as an archive.
mkdir "$out/directory"
tar -xzf "$archive" -C "$out/directory"
"$TRIVY" plugin install "$out/directory" 2>"$out/said" || { cat "$out/said" >&2; exit 1; }
same testdata/terraform/public-sandbox

# The transcript in the documentation stands between two marks.
page=docs/trivy.md
# shellcheck disable=SC2016 # the fence of a code block
printf '```console\n%s\n```\n' "$(cat "$out/transcript")" >"$out/block"
awk -v block="$out/block" '
  /^<!-- end of transcript -->$/ { skip = 0 }
  !skip { print }
  /^<!-- transcript by e2e\/trivy.sh -->$/ { while ((getline line < block) > 0) print line; skip = 1 }
' "$page" >"$out/page"
if [[ ${1:-} == -update ]]; then
  cp "$out/page" "$page"
elif ! diff -u "$page" "$out/page"; then
  echo "e2e/trivy.sh: the transcript in $page is another one: run TRIVY=$TRIVY e2e/trivy.sh -update" >&2
  exit 1
fi
echo "e2e/trivy.sh: $compared commands print the same and end the same in Trivy"

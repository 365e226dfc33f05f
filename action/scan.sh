#!/usr/bin/env bash
# Scans $SCAN_PATH with the arguments $SCAN_ARGS. With $SARIF_FILE it writes SARIF and prints a table, else it prints annotations. The
# findings also go to the summary of the job.
set -euo pipefail

paths=()
while IFS= read -r path; do
  [[ -z $path ]] || paths+=("$path")
done <<<"$SCAN_PATH"
words=$(xargs -n 1 printf '%s\n' <<<"$SCAN_ARGS") || {
  echo '::error::the input args cannot be split into words: a quote is not closed'
  echo exit-status=2 >>"$GITHUB_OUTPUT"
  exit 2
}
arguments=()
while IFS= read -r argument; do
  [[ -z $argument ]] || arguments+=("$argument")
done <<<"$words"

formats=(--format github)
[[ -z $SARIF_FILE ]] || formats=(--format table --format "sarif=$SARIF_FILE")
summary=$RUNNER_TEMP/iacscan-summary.md
status=0
iacscan scan --fail-on "$FAIL_ON" "${formats[@]}" --format "markdown=$summary" ${arguments[@]+"${arguments[@]}"} \
  -- ${paths[@]+"${paths[@]}"} || status=$?

[[ ! -f $summary ]] || cat "$summary" >>"$GITHUB_STEP_SUMMARY"
{
  echo "exit-status=$status"
  echo "sarif-file=$SARIF_FILE"
} >>"$GITHUB_OUTPUT"
exit "$status"

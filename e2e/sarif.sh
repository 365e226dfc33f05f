#!/usr/bin/env bash
# Scans every project below testdata/ with each option that shapes SARIF, and has Microsoft's SARIF multitool judge the files by the rules
# of SARIF and of GitHub Advanced Security: no error and no warning may come. The other formats are written too, and must not change the
# exit status; those that are JSON must parse.
#
#   usage: e2e/sarif.sh            after `make build`; needs npm and node
#   IACSCAN=path e2e/sarif.sh      judges another binary
set -euo pipefail
cd "$(dirname "$0")/.."

iacscan=${IACSCAN:-bin/iacscan}
[[ -x $iacscan ]] || { echo "e2e/sarif.sh: no $iacscan: run make build" >&2; exit 2; }

# The package's own launcher is a Node script that starts this binary; npm's scripts, which would make it executable, are not run.
multitool=e2e/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
[[ -f $multitool ]] || npm ci --prefix e2e --ignore-scripts --no-audit --no-fund --loglevel error
chmod u+x "$multitool"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# scan NAME PROJECT OPTION… writes one SARIF file. A scan may find something (1) or meet what it cannot read (3).
scan() {
  local name=$1 project=$2 status=0
  shift 2
  "$iacscan" scan --quiet "$project" "$@" -f "sarif=$out/$name.sarif" || status=$?
  case $status in
    0 | 1 | 3) ;;
    *) echo "e2e/sarif.sh: scanning $project with $* ended with status $status" >&2; exit 1 ;;
  esac
  echo "$status"
}

files=0
for project in testdata/*/*; do
  [[ -d $project ]] || continue
  name=${project//\//-}
  status=$(scan "$name" "$project")
  for options in '--verdicts=all' '--suppressed' '--category=sagemaker' '--verdicts=all --suppressed --category=a/b/'; do
    # shellcheck disable=SC2086 # several options
    with=$(scan "$name$(tr -c 'a-z\n' - <<<"$options")" "$project" $options)
    [[ $with == "$status" ]] || { echo "e2e/sarif.sh: $project: status $status, but $with with $options" >&2; exit 1; }
    files=$((files + 1))
  done
  files=$((files + 1))
  "$iacscan" baseline -o "$out/baseline" "$project" 2>/dev/null || true # 3 where something cannot be read, as above
  [[ $(scan "$name-baseline" "$project" --baseline "$out/baseline" --suppressed) != 1 ]] ||
    { echo "e2e/sarif.sh: $project: findings that its baseline holds" >&2; exit 1; }
  scan "$name-scenarios" "$project" --scenarios --verdicts all >/dev/null
  files=$((files + 2))
  for format in table json junit gitlab-sast gitlab-codequality github markdown csv; do
    with=$(scan "$name-again" "$project" --verdicts all -f "$format=$out/$name.$format")
    [[ $with == "$status" ]] || { echo "e2e/sarif.sh: $project: status $status, but $with as $format" >&2; exit 1; }
    case $format in json | gitlab-*) node -e 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))' "$out/$name.$format" ;; esac
  done
  rm "$out/$name-again.sarif"
done
# Names that URIs must encode.
mkdir -p "$out/repository/a b/c:d%20é#?"
git init -q "$out/repository"
printf 'resource "aws_sagemaker_domain" "x" {}\n' | tee "$out/repository/a b/c:d%20é#?/main [1].tf" >"$out/repository/1:2.tf"
scan names "$out/repository" >/dev/null
# Some results are suppressed, others are not.
printf '# iacscan:ignore * until 2999-12-31\nresource "aws_sagemaker_domain" "y" {}\n' >"$out/repository/y.tf"
scan suppressed "$out/repository" --suppressed >/dev/null
grep -q '"kind": "inSource"' "$out/suppressed.sarif" || { echo "e2e/sarif.sh: nothing is suppressed" >&2; exit 1; }
files=$((files + 2))
((files > 1)) || { echo "e2e/sarif.sh: no projects below testdata/" >&2; exit 1; }

# Its exit status says only whether it ran, so its words count. Notes are advice, some of which need the network.
verdict=$("$multitool" validate --rule-kind "Sarif;Ghas" --level "Error;Warning" "$out/*.sarif" 2>&1) || { echo "$verdict" >&2; exit 1; }
if grep -E '(: | )(error|warning) ' <<<"$verdict" >&2; then
  echo "e2e/sarif.sh: the SARIF is not valid" >&2
  exit 1
fi
grep -q "^Done. $files files scanned" <<<"$verdict" || { echo "$verdict" >&2; exit 1; }
echo "$files SARIF files, no errors and no warnings"

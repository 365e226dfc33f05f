#!/usr/bin/env bash
# The life of a finding in a git repository: it appears, keeps its fingerprint while its code moves, is one alert for two instances, is
# suppressed at a call, and comes back when the suppression expires. It prints what it shows.
#
#   usage: e2e/story.sh            after `make build`; needs git and python3
set -euo pipefail
cd "$(dirname "$0")/.."
iacscan=$(realpath "${IACSCAN:-bin/iacscan}")

repository=$(mktemp -d)
trap 'rm -rf "$repository"' EXIT
cd "$repository"
export GIT_CONFIG_GLOBAL=$repository/.git/gitconfig GIT_CONFIG_NOSYSTEM=1
git init -q
git config --global user.name 'A. Developer'
git config --global user.email a@example.com

fail() {
  echo "e2e/story.sh: $*" >&2
  exit 1
}

# scan commits what there is and scans it: $status, and of SARIF and JSON $alerts, $fingerprint, $hash, $instances, $state, $suppressed.
scan() {
  git add -A
  git commit -q --allow-empty -m step
  status=0 alerts='' fingerprint='' hash='' instances='' state='' suppressed='' diagnostics=''
  "$iacscan" scan -q --checks SMN-101 "$@" -f json=.git/report.json -f sarif=.git/report.sarif || status=$?
  eval "$(/usr/bin/python3 - <<'PY'
import json, shlex
report, sarif = (json.load(open(".git/report." + name)) for name in ("json", "sarif"))
results = sarif["runs"][0]["results"]
first = results[0] if results else {}
fingerprints = first.get("partialFingerprints", {})
found = report["findings"][0] if report["findings"] else {}
assert found.get("fingerprint") == fingerprints.get("iacscan/v1")
for name, value in {
    "alerts": len(results), "fingerprint": fingerprints.get("iacscan/v1", ""), "hash": fingerprints.get("primaryLocationLineHash", ""),
    "instances": len(found.get("instances", [])), "state": first.get("baselineState", ""),
    "suppressed": report["summary"]["suppressed"], "diagnostics": " ".join(d["code"] for d in report["diagnostics"]),
}.items():
    print(f"{name}={shlex.quote(str(value))}")
PY
)"
}
expect() { # WHAT STATUS ALERTS SUPPRESSED
  [[ "$status $alerts $suppressed" == "$2 $3 $4" ]] ||
    fail "$1: status $status, $alerts alerts, $suppressed suppressed, not status $2, $3 and $4"
  echo "$1: exit status $status, $alerts alerts, $suppressed suppressed${fingerprint:+, fingerprint ${fingerprint::8}}"
}

mkdir -p modules/studio
cat >modules/studio/main.tf <<'TF'
variable "name" {}

resource "aws_sagemaker_domain" "this" {
  domain_name             = var.name
  app_network_access_type = "VpcOnly"
}
TF
cat >main.tf <<'TF'
module "studio" {
  source = "./modules/studio"
  name   = "studio"
}
TF
scan
expect 'nothing is wrong' 0 0 0

sed -i 's/VpcOnly/PublicInternetOnly/' modules/studio/main.tf
scan
expect 'a finding appears' 1 1 0
first=$fingerprint firsthash=$hash
"$iacscan" baseline -o baseline.json 2>/dev/null

# same WHAT scans and compares with the first fingerprint and the baseline, which holds the findings of all checks.
same() {
  scan
  expect "$1" 1 1 0
  [[ $fingerprint == "$first" ]] || fail "$1: another fingerprint"
  scan --baseline baseline.json --suppressed
  [[ $status == 0 && $state == unchanged ]] || fail "$1: the baseline does not know it"
}
sed -i '1i\# Studio.\n' modules/studio/main.tf
same 'its line moves'
[[ $hash == "$firsthash" ]] || fail "GitHub's own hash changes with lines above"
git mv modules/studio/main.tf modules/studio/domain.tf
same 'its file is renamed'
sed -i 's/^  \(domain_name\) *=/\1=/; s/^  \(app_network_access_type\) = \(.*\)/\t\1=(true?\2:"VpcOnly") # why/' modules/studio/domain.tf
same 'its code is written otherwise'
sed -i 's/module "studio"/module "renamed"/' main.tf
same 'its module call is renamed'

printf '\nmodule "second" {\n  source = "./modules/studio"\n  name   = "second"\n}\n' >>main.tf
scan
expect 'a second instance' 1 1 0
[[ $instances == 2 && $fingerprint == "$first" ]] || fail 'two instances are not one alert'
mkdir -p envs/test
printf 'module "a_third" {\n  source = "../../modules/studio"\n  name   = "third"\n}\n' >envs/test/main.tf
scan
expect 'a third in another root' 1 1 0
[[ $instances == 3 && $fingerprint == "$first" ]] || fail 'instances in two roots are not one alert'

sed -i '1i\# iacscan:ignore SMN-101 until 2999-12-31 -- a sandbox' envs/test/main.tf
scan
expect 'the third is suppressed at its call' 1 1 1
[[ $instances == 2 && $fingerprint == "$first" ]] || fail 'the others do not stay'
sed -i 's/^module/# iacscan:ignore SMN-101 until 2999-12-31 -- a sandbox\n&/' main.tf
scan
expect 'the others, too' 0 0 1
scan --suppressed
[[ $alerts == 1 && $fingerprint == "$first" ]] || fail 'suppressing changes the fingerprint'
sed -i 's/until 2999-12-31/until 2001-12-31/' main.tf envs/test/main.tf
scan
expect 'the suppressions expire' 1 1 0
[[ $fingerprint == "$first" && $diagnostics == *suppression-expired* ]] || fail 'it does not come back as what it was, with a reason'

sed -i 's/PublicInternetOnly/VpcOnly/' modules/studio/domain.tf
scan --baseline baseline.json
expect 'it is mended' 0 0 0

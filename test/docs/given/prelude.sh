# What every page's commands run in: a scratch folder, the command as it was built, a service that stops with the page.
set -eEuo pipefail
shopt -s expand_aliases
service=
last=()
SERVICE_PATH=/calls
trap 'stop_service; kill $(jobs -p) 2>/dev/null || true' EXIT
trap 'exit 143' TERM

# By its path: a function in the background would be a shell of its own, and a signal would not reach the program.
NODE=$(type -P node)
CLI=$ROOT/packages/cli/bin/secure-call.mjs
run_cli() { "$NODE" "$CLI" "$@"; }

# A member of the JSON that comes in.
member() { "$NODE" -p "JSON.parse(require('node:fs').readFileSync(0))['$1']"; }
has_script() { "$NODE" -p "require('$ROOT/package.json').scripts['$1'] || process.exit(1)"; }

# The steps of the repository itself are run by `npm test`; here it is enough that they are there.
npm() {
  case "$*" in
    'ci') test -f "$ROOT/package-lock.json" ;;
    'start') has_script start ;;
    'test') has_script test ;;
    'run build') has_script build ;;
    *) echo "npm $*: not expected here" >&2; return 1 ;;
  esac
}

npx() {
  [ "$1" = --no-install ] && shift
  local program=$1
  shift
  if [ "$program" = secure-call ]; then secure_call "$@"; else "$ROOT/node_modules/.bin/$program" "$@"; fi
}
secure-call() { secure_call "$@"; }

secure_call() {
  case "${1-}" in
    serve) start_service "$@" ;;
    doctor) judged doctor "$@" ;;
    trace) judged trace "$@" ;;
    *) run_cli "$@" ;;
  esac
}

# Exit code 1 is an answer of these, not a failure; they have to say something.
judged() {
  shift
  local said code=0
  said=$(run_cli "$@") || code=$?
  [ "$code" -le 1 ] && [ -n "$said" ]
  echo "$said"
}

start_service() {
  stop_service
  last=("$@")
  "$NODE" "$CLI" "$@" >service.log 2>&1 &
  service=$!
  until command curl -sf "http://localhost:$PORT$SERVICE_PATH/readyz" >/dev/null; do
    kill -0 "$service" 2>/dev/null || { cat service.log >&2; return 1; }
    sleep 0.1
  done
}
stop_service() {
  [ -n "$service" ] || return 0
  kill "$service" && wait "$service" || true
  service=
}
restart_service() { start_service "${last[@]}"; }

# A record that is followed goes on for as long as the token; nothing else may hang, and every answer has to be a success.
curl() {
  local code=0 longest=60
  [[ "$*" != *follow=1* ]] || longest=2
  command curl --fail-with-body --max-time "$longest" "$@" || code=$?
  [ "$code" = 0 ] || { [ "$code" = 28 ] && [ "$longest" = 2 ]; }
}

# A page's own backend goes on beside the commands that follow.
node() {
  if [ "$*" = backend.mjs ]; then
    "$NODE" backend.mjs &
    until command curl -sf "http://localhost:$PAGE_PORT/call" >/dev/null; do
      kill -0 $! || return 1
      sleep 0.1
    done
  else "$NODE" "$@"; fi
}

# A call of the archive that is not registered yet, in the words of the page's own configuration.
sample_call() { cp "$ROOT/examples/clinic/recordings/phone-call.wav" "${1:-call.wav}"; }
keys_of_page() {
  for kind in archive packager issuer auditor service; do
    [ -f "keys/$kind.jwk" ] || run_cli keygen "$kind" --out "keys/$kind.jwk" >/dev/null
  done
}
pack_call() {
  run_cli pack call.wav --to storage/ --tenant region-x --archive-key keys/archive.jwk.pub \
    --packager-key keys/packager.jwk --json "$@"
}

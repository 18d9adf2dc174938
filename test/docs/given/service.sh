# docs/service.md: two recordings, of which one waits in registration.jws; leaked sound; a PostgreSQL.
before_2() {
  sample_call
  pack_call --register registration.jws --channels both >packed.json
  CALL=$(member callId <packed.json)
  PACKAGE=$(member packageId <packed.json)
}
# Records get their numbers when the service has made a checkpoint, as it does when it stops and starts.
before_5() { stop_service; start_service serve --config service.json; }
before_7() { restart_service; }
# The command of SQLite is not everywhere; its statements are what counts.
sqlite3() { "$NODE" -e 'const [file, sql] = process.argv.slice(1); new (require("libsql"))(file).exec(sql)' "$@"; }
before_9() { DATABASE_OWNER_URL=postgres://secure_call_owner@db.internal/secure_call; }
# As on a new server: it has the roles, and no database.
before_10() { stop_service; dropdb secure_call; }
before_11() {
  start_service serve --config service.json
  for name in leak.mp3 part1.m4a part2.m4a; do sample_call "$name"; done
}

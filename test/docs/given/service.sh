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
# The block before left a service on PostgreSQL, which has no calls.
before_9() {
  start_service serve --config service.json
  for name in leak.mp3 part1.m4a part2.m4a; do sample_call "$name"; done
}

# docs/tracing.md: a service with one call, of which a copy turned up.
before_1() {
  keys_of_page
  start_service serve --config service.json
  sample_call
  sample_call leak.mp3
  CALL=$(pack_call --register "http://localhost:$PORT/calls" | member callId)
}

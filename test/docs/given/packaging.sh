# docs/packaging.md: keys, a service that runs, recordings.
before_1() {
  keys_of_page
  start_service serve --config service.json
  cp "$ROOT/examples/clinic/recordings/nurse-call.wav" call.wav
}
before_3() { sample_call ten-minutes.wav; rm -r storage/*; }

# docs/operating.md: an archive of two recordings.
before_3() {
  mkdir recordings
  sample_call recordings/one.wav
  cp "$ROOT/examples/clinic/recordings/nurse-call.wav" recordings/two.wav
}
# Records get their numbers when the service has made a checkpoint, as it does when it stops and starts.
before_6() { restart_service; }

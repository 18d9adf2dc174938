# README.md: a recording of the reader's.
before_2() { sample_call; }

# docs/embedding.md: what npm would install, as it was built.
npm() { [ "$1" = install ] && test -d "node_modules/$2"; }

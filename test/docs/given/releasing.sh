# docs/releasing.md: a release is not made here; its script has to be there.
npm() { [ "$1" = run ] && has_script "$2"; }
git() { case "$1" in commit | tag | push) ;; *) return 1 ;; esac }

# docs/embedding.md: what npm would install or pack, as it was built.
npm() {
  case "$1" in
    install) test -d "node_modules/$2" ;;
    pack)
      for argument in "${@:2}"; do
        case "$argument" in --workspace=*) test -d "$ROOT/${argument#--workspace=}/dist" ;; esac
      done
      ;;
    ci) test -f "$ROOT/package-lock.json" ;;
    *) [ "$1" = run ] && has_script "$2" >/dev/null ;;
  esac
}

# Building the parts, each in its own folder below build/. Sourced by ./dev.

# Runs a command with errexit, whose failure is told in STATUS: `||` and `if` would switch it off.
strictly() {
  set +e
  (
    set -e
    "$@"
  )
  STATUS=$?
  set -e
}

# configure FOLDER PRESET [OPTION …]: with a preset of CMakePresets.json.
configure() {
  local folder=$1 preset=$2
  shift 2
  make_build_folder
  cmake --preset "$preset" -B "$BUILD/$folder" "$@" >"$BUILD/$folder.configure.log" 2>&1 || {
    cat "$BUILD/$folder.configure.log" >&2
    die "cmake could not configure $folder"
  }
}

# Shows what ninja said only where it did not work.
ninja_quietly() {
  local folder=$1
  shift
  if ! ninja -C "$BUILD/$folder" -j "$JOBS" "$@" >"$BUILD/$folder.build.log" 2>&1; then
    cat "$BUILD/$folder.build.log" >&2
    return 1
  fi
}

build_demo() {
  configure demo release -DMAILASSAY_TESTS=OFF
  ninja_quietly demo mailassay_demo
}

build_cpp() {
  configure release release
  ninja_quietly release
}

build_sanitized() {
  configure sanitized sanitized
  ninja_quietly sanitized
}

build_fuzz() {
  configure fuzz fuzz
  ninja_quietly fuzz fuzz/all
}

WASM_MODULE=$BUILD/wasm/dist/mailassay.wasm

build_wasm() {
  wasm/build.sh "$WASM_MODULE" emscripten "$BUILD/wasm/objects"
}

# Installs the package into the venv, as a user would.
build_python() {
  "$VENV/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation \
    --config-settings=build-dir="$BUILD/python" . >&2
}

# The command line of an adapter, quoted for a shell.
adapter_command() {
  case $1 in
    cpp) printf '%q' "$BUILD/release/tests/mailassay_adapter" ;;
    python) printf '%q %q' "$VENV/bin/python" "$ROOT/tests/adapters/python/adapter.py" ;;
    wasm)
      printf 'env MAILASSAY_WASM=%q node %q' "$WASM_MODULE" "$ROOT/tests/adapters/wasm/adapter.mjs"
      ;;
  esac
}

cpp_sources() {
  git ls-files -z --cached --others --exclude-standard '*.h' '*.cpp' | grep -zv 'core/messages/texts'
}

# Building the parts, each in its own folder below build/. Sourced by ./dev.

configure() {
  local folder=$1
  shift
  cmake -S . -B "$BUILD/$folder" -G Ninja "$@" >"$BUILD/$folder.configure.log" 2>&1 || {
    cat "$BUILD/$folder.configure.log" >&2
    die "cmake could not configure $folder"
  }
}

# Ninja's last lines where it worked, everything where it did not.
ninja_quietly() {
  local folder=$1
  shift
  if ! ninja -C "$BUILD/$folder" -j "$JOBS" "$@" >"$BUILD/$folder.build.log" 2>&1; then
    cat "$BUILD/$folder.build.log" >&2
    return 1
  fi
  tail -n 1 "$BUILD/$folder.build.log" >&2
}

build_demo() {
  mkdir -p "$BUILD"
  configure demo -DCMAKE_BUILD_TYPE=Release -DMAILASSAY_DEMO=ON
  ninja_quietly demo mailassay_demo
}

build_cpp() {
  configure release -DCMAKE_BUILD_TYPE=Release -DMAILASSAY_TESTS=ON -DMAILASSAY_WERROR=ON
  ninja_quietly release
}

SANITIZE="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize=vptr \
-fno-sanitize-recover=all"

build_sanitized() {
  configure sanitized -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER=clang++-19 \
    -DCMAKE_CXX_FLAGS="$SANITIZE" -DMAILASSAY_TESTS=ON -DMAILASSAY_WERROR=ON
  ninja_quietly sanitized
}

build_fuzz() {
  configure fuzz -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER=clang++-19 -DMAILASSAY_FUZZ=ON \
    -DMAILASSAY_DEMO=OFF
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

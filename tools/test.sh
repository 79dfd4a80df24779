# ./dev test: sections that each end in a runner's closing line. Sourced by ./dev.

SECTIONS=(style catalogue cpp tidy sanitized python wasm vectors proofs fuzz demo)

FUZZ_SECONDS=${MAILASSAY_FUZZ_SECONDS:-10}

section_style() {
  cpp_sources | xargs -0 clang-format-19 --dry-run -Werror
  "$VENV/bin/ruff" format --check --quiet .
  "$VENV/bin/ruff" check --quiet .
  local folder
  for folder in core/messages fuzz tests/proofs tests/compile_fail; do
    "$VENV/bin/mypy" "$folder"
  done
  for folder in tests/conformance tests/docs; do
    (cd "$folder" && "$VENV/bin/mypy" --config-file "$ROOT/pyproject.toml" .)
  done
  check_javascript
}

check_javascript() {
  wasm/node_modules/.bin/tsc --project wasm/tsconfig.json
  wasm/node_modules/.bin/eslint --config wasm/eslint.config.js wasm tests/wasm tests/adapters/wasm
}

section_catalogue() {
  python3 core/messages/check.py
  python3 core/messages/generate.py --check
  python3 fuzz/make_seeds.py --check
}

section_cpp() {
  build_cpp
  run_ctest release
}

# The core alone: it is what has to be right, and a file takes seconds.
section_tidy() {
  [ -f "$BUILD/release/compile_commands.json" ] || configure release release
  local files
  mapfile -t files < <(git ls-files 'core/src/*.cpp')
  printf '%s\0' "${files[@]}" |
    xargs -0 -n 3 -P "$JOBS" clang-tidy-19 --quiet --extra-arg=-Wno-unknown-warning-option -p "$BUILD/release"
  echo "${#files[@]} passed, 0 failed"
}

section_sanitized() {
  build_sanitized
  run_ctest sanitized
}

run_ctest() {
  ctest --test-dir "$BUILD/$1" -j "$JOBS" --output-on-failure --no-tests=error
}

section_python() {
  build_python
  "$VENV/bin/python" -m pytest -q tests/python
  "$VENV/bin/mypy" python/mailassay tests/python tests/adapters/python
  "$VENV/bin/python" -m mypy.stubtest mailassay._core --allowlist python/stubtest_allowlist.txt
}

section_wasm() {
  build_wasm
  MAILASSAY_WASM=$WASM_MODULE node --test --test-reporter=spec tests/wasm/*.test.mjs
}

section_vectors() {
  local frontend
  for frontend in cpp python wasm; do
    "build_$frontend"
    export "MAILASSAY_ADAPTER_${frontend^^}=$(adapter_command $frontend)"
  done
  export MAILASSAY_CACHE=$BUILD/third-party MAILASSAY_WASM=$WASM_MODULE
  export MAILASSAY_CORE=$BUILD/release/core/libmailassay_core.a
  "$VENV/bin/python" -m pytest -q tests/conformance tests/docs/test_snippets.py
}

section_proofs() {
  bash tests/proofs/run.sh "$BUILD/proofs"
}

list_fuzz_targets() {
  local file
  for file in fuzz/*.cpp; do
    if [ "$file" != fuzz/replay.cpp ]; then basename "$file" .cpp; fi
  done
}

# Runs one target on a copy of its corpus; what it finds stays in build/fuzz-findings.
run_fuzz() {
  local name=$1
  shift
  local corpus=$BUILD/fuzz-corpus/$name findings=$BUILD/fuzz-findings/$name
  mkdir -p "$corpus" "$findings"
  "$BUILD/fuzz/fuzz/fuzz_$name" -dict=fuzz/dictionaries/spf.dict -max_len=2048 -timeout=10 \
    -rss_limit_mb=2048 -artifact_prefix="$findings/" "$@" "$corpus" "fuzz/corpus/$name"
}

section_fuzz() {
  build_fuzz
  local name count=0
  for name in $(list_fuzz_targets); do
    echo "fuzzing $name for $FUZZ_SECONDS seconds"
    run_fuzz "$name" -max_total_time="$FUZZ_SECONDS" -print_final_stats=1 -verbosity=0
    count=$((count + 1))
  done
  echo "$count passed, 0 failed"
}

# The verdicts of the sample senders, in their order; the README's sample stands in the output.
section_demo() {
  build_demo
  local demo=$BUILD/demo/examples/demo/mailassay_demo language expected found
  expected='pass pass fail pass softfail permerror permerror temperror'
  for language in en de; do
    "$demo" --lang "$language" >"$BUILD/demo.$language.txt"
    found=$(sed -n -E 's/^   (pass|fail|softfail|neutral|none|permerror|temperror)  .*/\1/p' \
      "$BUILD/demo.$language.txt" | tr '\n' ' ')
    [ "$found" = "$expected " ] || die "the demo's verdicts in $language are: $found"
  done
  MAILASSAY_DEMO_OUTPUT=$BUILD/demo.en.txt "$VENV/bin/python" -m pytest -q tests/docs/test_demo.py
}

run_section() {
  local name=$1 log=$BUILD/test.$1.log status=0 started=$SECONDS
  echo "== $name"
  if [ "$QUIET" = 1 ]; then
    strictly "section_$name" >"$log" 2>&1
    status=$STATUS
    if [ "$status" != 0 ]; then
      cat "$log"
    elif ! grep -E "$CLOSING_LINES" "$log"; then
      echo "no runner printed a closing line"
      status=1
    fi
  else
    strictly "section_$name"
    status=$STATUS
  fi
  local seconds=$((SECONDS - started))
  if [ "$status" = 0 ]; then
    echo "-- $name: ok ($seconds s)"
    PASSED=$((PASSED + 1))
  else
    echo "-- $name: FAILED ($seconds s)"
    FAILED+=("$name")
  fi
}

# What a runner says at its end; all that is shown of a good section with --quiet.
CLOSING_LINES='tests passed|tests failed|[0-9]+ passed|^# (tests|pass|fail)|^ℹ (tests|pass|fail|skip)|faults$|^proof:|stat::number_of_executed|no issues found|skipped|SKIPPED'

command_test() {
  QUIET=0
  PASSED=0
  FAILED=()
  local wanted=() argument
  for argument in "$@"; do
    case $argument in
      --quiet) QUIET=1 ;;
      --list)
        printf '%s\n' "${SECTIONS[@]}"
        return
        ;;
      *)
        [ "$(type -t "section_$argument")" = function ] ||
          die "there is no section '$argument'; ./dev test --list names them"
        wanted+=("$argument")
        ;;
    esac
  done
  [ ${#wanted[@]} -gt 0 ] || wanted=("${SECTIONS[@]}")
  install_all
  local name
  for name in "${wanted[@]}"; do run_section "$name"; done
  echo "sections: $PASSED passed, ${#FAILED[@]} failed"
  [ ${#FAILED[@]} -eq 0 ] || die "failed: ${FAILED[*]}"
}

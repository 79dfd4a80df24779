#!/usr/bin/env bash
# Builds the module and lays the rest of the package beside it: the folder of OUTPUT becomes the npm
# package, with index.js, README.md, LICENSE, package.json and so on.
#
#   wasm/build.sh [OUTPUT [COMPILER [BUILD_DIR]]]
#
# OUTPUT     the module; default wasm/dist/mailassay.wasm. Its folder must be new or empty, or hold
#            what this script laid there before, which its package.json tells.
# COMPILER   emscripten (default), or wasi: clang-19 with wasi-libc, for comparison
# BUILD_DIR  objects; default build/wasm-COMPILER
#
# EXTRA_SOURCES and EXTRA_EXPORTS (words) add files and exported functions, for builds that measure
# or compare; they take part in no release. Nothing is compiled again while nothing changed.
#
#   wasm/build.sh --help       shows this
set -euo pipefail

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -nE '2,/^set /{/^set /d; s/^# ?//p}' "${BASH_SOURCE[0]}"
  exit
fi

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
output=${1:-$here/dist/mailassay.wasm}
compiler=${2:-emscripten}
build=${3:-$root/build/wasm-$compiler}

# The package takes the names of files that others have too, so it never joins them.
package=$(dirname "$output")
made_here() {
  [[ ! -e $package || -z $(ls -A "$package") ]] && return
  [[ $(realpath "$package") != "$(realpath "$root")" ]] &&
    [[ $(realpath "$package") != "$(realpath "$here")" ]] &&
    grep -qs '"name": "mailassay",' "$package/package.json" &&
    ! grep -qs '"version": "0.0.0"' "$package/package.json"
}
if ! made_here; then
  {
    echo "wasm/build.sh: the folder of OUTPUT becomes the npm package; \"$package\" holds other files"
    echo "Name a folder of its own: wasm/build.sh \"${package%/}/dist/mailassay.wasm\""
  } >&2
  exit 2
fi

stack=65536
memory=16777216
exports=(ma_abi ma_input ma_input_bytes ma_output ma_output_bytes ma_record_bytes ma_status_name
  ma_spf_start ma_spf_poll ma_spf_result ma_spf_received ma_spf_parse
  ma_questions ma_answer_dns ma_answer_label ma_fail_open ma_render)
# shellcheck disable=SC2206
exports+=(${EXTRA_EXPORTS:-})
# shellcheck disable=SC2206
sources=("$root"/core/src/*/*.cpp "$here/bridge.cpp" "$here/trap.cpp" ${EXTRA_SOURCES:-})

# -Os: 30 % smaller than -O2, which matters on every first visit of a page; a check stays far below
# one millisecond.
flags=(-std=c++20 -Os -fno-exceptions -fno-rtti -Wall -Wextra -I"$root/core/include"
  -I"$root/core/src")
case $compiler in
  emscripten)
    cxx=(em++)
    list=$(printf ',"_%s"' "${exports[@]}")
    link=(--no-entry -sSTANDALONE_WASM -sINITIAL_MEMORY=$memory -sTOTAL_STACK=$stack
      -sALLOW_MEMORY_GROWTH=0 -Wl,--stack-first -sGLOBAL_BASE=$stack
      -sEXPORTED_FUNCTIONS="[${list:1}]")
    ;;
  wasi)
    cxx=(clang++-19 --target=wasm32-wasi -stdlib=libc++)
    flags+=(-ffunction-sections -fdata-sections)
    link=(-mexec-model=reactor -nostartfiles -Wl,--no-entry,-z,stack-size=$stack,--stack-first
      "-Wl,--initial-memory=$memory,--max-memory=$memory,--strip-all,--gc-sections"
      "${exports[@]/#/-Wl,--export=}")
    ;;
  *)
    echo "wasm/build.sh: no compiler \"$compiler\"; write emscripten or wasi" >&2
    exit 2
    ;;
esac

# Everything that decides about the module: command lines, compiler, sources, headers.
fingerprint() {
  printf '%s\n' "${cxx[@]}" "${flags[@]}" "${link[@]}" "${sources[@]}"
  "${cxx[@]}" --version
  find "$root/core/include" "$root/core/src" "$here/build.sh" "${sources[@]}" -type f -print0 |
    sort -z | xargs -0 sha256sum
}

compile() {
  local object=$build/$(basename "$(dirname "$1")")_$(basename "$1" .cpp).o
  "${cxx[@]}" "${flags[@]}" -c "$1" -o "$object.new"
  mv "$object.new" "$object"
}

build_module() {
  local object_list=() source running=0 jobs_at_once
  jobs_at_once=$(nproc)
  rm -f "$build"/*.o
  for source in "${sources[@]}"; do
    if ((running == jobs_at_once)); then
      wait -n
      running=$((running - 1))
    fi
    compile "$source" &
    running=$((running + 1))
    object_list+=("$build/$(basename "$(dirname "$source")")_$(basename "$source" .cpp).o")
  done
  while ((running > 0)); do
    wait -n
    running=$((running - 1))
  done
  "${cxx[@]}" "${flags[@]}" "${object_list[@]}" "${link[@]}" -o "$build/mailassay.wasm"
}

mkdir -p "$build" "$package"
wanted=$(fingerprint | sha256sum)
if [[ ! -f $build/mailassay.wasm || $(cat "$build/fingerprint" 2>/dev/null) != "$wanted" ]]; then
  rm -f "$build/fingerprint"
  build_module
  printf '%s\n' "$wanted" > "$build/fingerprint"
fi

# The package: the version stands in CMakeLists.txt, the messages in core/messages.
version=$(sed -nE 's/^project\(mailassay VERSION ([0-9.]+).*/\1/p' "$root/CMakeLists.txt")
# package.json comes first: it tells whose folder this is.
sed "s/\"version\": \"0.0.0\"/\"version\": \"$version\"/" "$here/package.json" \
  > "$package/package.json"
mkdir -p "$package/lib" "$package/messages"
cp "$here/index.js" "$here/index.d.ts" "$here/README.md" "$root/LICENSE" "$package"
cp "$here"/lib/*.js "$package/lib"
cp "$root"/core/messages/{en,de}.json "$package/messages"
cp "$build/mailassay.wasm" "$output"

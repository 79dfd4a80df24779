#!/usr/bin/env bash
# All proofs that are scripts: run.sh [BUILD FOLDER]. Each says at its end what it measured.
# heap_test, scratch_test and hostile_test are programs of the C++ build.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
BUILD=${1:-build/proofs}

for proof in symbols stack linear determinism; do
  python3 "tests/proofs/$proof.py" --build "$BUILD"
done
python3 tests/compile_fail/run.py

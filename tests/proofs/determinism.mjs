// node determinism.mjs MODULE COUNT: the number of determinism.cpp, computed by a WebAssembly module
// that imports nothing.
import { readFile } from "node:fs/promises";
import process from "node:process";

const [path, count] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(path), {});
const core = instance.exports;
core._initialize?.();
core.ma_determinism_run(Number(count));
const half = (value) => (value >>> 0).toString(16).padStart(8, "0");
process.stdout.write(half(core.ma_determinism_high()) + half(core.ma_determinism_low()) + "\n");

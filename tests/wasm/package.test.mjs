// The package as it is installed: what wasm/build.sh lays beside the module.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { load } from '../../wasm/index.js';
import { moduleBytes, moduleUrl, request, root, txt } from './support.mjs';

const folder = new URL('./', moduleUrl);
const manifest = JSON.parse(await readFile(new URL('package.json', folder), 'utf8'));
const run = promisify(execFile);

/** @param {string} path */
function text(path) {
  return readFile(new URL(path, root), 'utf8');
}

test('the_version_is_the_one_of_the_project', async () => {
  const [, version] =
    /project\(mailassay VERSION ([0-9.]+)/.exec(await text('CMakeLists.txt')) ?? [];
  assert.equal(manifest.version, version);
  assert.equal(JSON.parse(await text('wasm/package.json')).version, '0.0.0');
});

test('types_come_first_in_every_export_that_has_them', () => {
  assert.equal(Object.keys(manifest.exports['.'])[0], 'types');
  assert.equal(manifest.exports['./mailassay.wasm'], './mailassay.wasm');
  assert.equal(manifest.dependencies, undefined);
});

test('the_package_works_as_installed', async () => {
  const place = await mkdtemp(join(tmpdir(), 'mailassay-'));
  try {
    await cp(folder, join(place, 'node_modules', 'mailassay'), { recursive: true });
    const program = `
      import { load } from 'mailassay';
      const ma = await load(undefined, { languages: ['en', 'de'] });
      const [wrong] = ma.parseSpf('v=spf1 oops').diagnostics;
      console.log(ma.text(wrong, 'de').length > 0, import.meta.resolve('mailassay/mailassay.wasm'));
    `;
    await writeFile(join(place, 'program.mjs'), program);
    const { stdout } = await run(process.execPath, [join(place, 'program.mjs')]);
    assert.match(stdout, /^true file:.*mailassay\.wasm/);
  } finally {
    await rm(place, { recursive: true });
  }
});

test('the_example_of_the_readme_runs', async () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(await text('wasm/README.md')) ?? [];
  const index = JSON.stringify(new URL('index.js', folder).href);
  const program = example.replace("'mailassay'", index);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  assert.equal(stdout, 'pass\n');
});

test('a_module_is_loaded_from_every_kind_of_source', async () => {
  const bytes = Uint8Array.from(moduleBytes);
  const sources = [moduleUrl, moduleUrl.href, bytes, bytes.buffer, new WebAssembly.Module(bytes)];
  for (const source of sources) {
    const ma = await load(source);
    assert.equal((await ma.checkSpf(request, txt(['v=spf1 -all']))).verdict, 'fail');
  }
});

test('a_module_is_loaded_over_http_whatever_its_type', async () => {
  const server = createServer((incoming, response) => {
    const type = { '/right': 'application/wasm', '/wrong': 'text/plain' }[incoming.url ?? ''];
    response.writeHead(type ? 200 : 404, { 'content-type': type ?? 'text/plain' });
    response.end(type ? moduleBytes : 'nothing here');
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  try {
    const address = /** @type {import('node:net').AddressInfo} */ (server.address());
    const base = `http://127.0.0.1:${address.port}`;
    for (const path of ['/right', '/wrong']) {
      assert.equal((await load(base + path)).parseSpf('v=spf1 -all').valid, true);
    }
    await assert.rejects(load(new URL(`${base}/none`)), { code: 'not-loaded', message: /404/ });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

const compiler = fileURLToPath(new URL('wasm/node_modules/typescript/bin/tsc', root));

/**
 * Rejects unless the compiler runs, ends well, and has nothing to say.
 * @param {string} program
 */
async function checkTypes(program) {
  const project = fileURLToPath(new URL('wasm/tsconfig.json', root));
  const ended = run(process.execPath, [program, '-p', project]);
  const { stdout, stderr } = await ended.catch((error) => {
    throw new Error(`${program}: exit status ${error.code}\n${error.stdout}${error.stderr}`);
  });
  assert.equal(stdout + stderr, '');
}

test('the_types_are_those_of_the_code', () => checkTypes(compiler));

test('self_test_a_compiler_that_is_missing_or_crashes_is_found', async () => {
  const place = await mkdtemp(join(tmpdir(), 'mailassay-'));
  try {
    await assert.rejects(checkTypes(join(place, 'none.mjs')), /exit status 1/);
    await writeFile(join(place, 'crash.mjs'), 'process.exit(3)');
    await assert.rejects(checkTypes(join(place, 'crash.mjs')), /exit status 3/);
  } finally {
    await rm(place, { recursive: true });
  }
});

test('build_joins_no_folder_of_others', async () => {
  const script = fileURLToPath(new URL('wasm/build.sh', root));
  const place = await mkdtemp(join(tmpdir(), 'mailassay-'));
  try {
    await writeFile(join(place, 'README.md'), 'mine');
    for (const output of [
      join(place, 'm.wasm'),
      fileURLToPath(new URL('m.wasm', root)),
      fileURLToPath(new URL('wasm/m.wasm', root)),
    ]) {
      const built = run(script, [output, 'emscripten', join(place, 'objects')]);
      const stderr = /holds other files\n.*\/dist\/mailassay\.wasm/;
      await assert.rejects(built, { code: 2, stderr });
    }
    assert.equal(await readFile(join(place, 'README.md'), 'utf8'), 'mine');
    const { stdout } = await run(script, ['--help']);
    assert.match(stdout, /becomes the npm\s+package/);
  } finally {
    await rm(place, { recursive: true });
  }
});

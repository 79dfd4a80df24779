// What the module itself promises: it needs nothing from outside, and its memory never grows.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from '../../wasm/index.js';
import { Drive } from '../../wasm/lib/drive.js';
import { Instance } from '../../wasm/lib/instance.js';
import { SpfCheck, startSpf } from '../../wasm/lib/spf_check.js';
import { compiled, from, ma, moduleBytes, request, txt } from './support.mjs';

const SIZE_LIMIT = 100000;
const STACK_BYTES = 65536;

/**
 * What stands against a module's promise.
 * @param {WebAssembly.Module} module
 */
function faults(module) {
  const imports = WebAssembly.Module.imports(module);
  if (imports.length > 0) return imports.map(({ name }) => `imports ${name}`);
  const { memory } = new WebAssembly.Instance(module, {}).exports;
  try {
    /** @type {WebAssembly.Memory} */ (memory).grow(1);
    return ['its memory grows'];
  } catch (error) {
    assert.ok(error instanceof RangeError);
    return [];
  }
}

/** @param {...(number[] | string)} sections */
function handMade(...sections) {
  const bytes = sections.flatMap((part) => [...Buffer.from(part)]);
  return new WebAssembly.Module(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes]));
}

test('the_module_has_no_imports_and_fixed_memory', () => {
  assert.deepEqual(faults(compiled), []);
});

test('self_test_an_import_is_found', () => {
  const type = [1, 4, 1, 0x60, 0, 0];
  const imported = [2, 7, 1, 1, 0x65, 1, 0x66, 0, 0]; // e.f, a function
  assert.deepEqual(faults(handMade(type, imported)), ['imports f']);
});

test('self_test_memory_without_a_maximum_is_found', () => {
  const memory = [5, 3, 1, 0, 1];
  assert.deepEqual(faults(handMade(memory, [7, 10, 1, 6], 'memory', [2, 0])), ['its memory grows']);
});

test('the_module_is_small', () => {
  console.log(`module: ${moduleBytes.length} bytes, limit ${SIZE_LIMIT}`);
  assert.ok(moduleBytes.length <= SIZE_LIMIT);
});

test('a_module_that_is_not_mailassay_is_refused', async () => {
  const stranger = handMade([5, 4, 1, 1, 1, 1], [7, 10, 1, 6], 'memory', [2, 0]);
  await assert.rejects(load(stranger), { name: 'MailassayError', code: 'wrong-module' });
});

test('a_module_with_another_bridge_is_refused', async () => {
  // ma_abi() returns 77.
  const type = [1, 5, 1, 0x60, 0, 1, 0x7f];
  const code = [10, 7, 1, 5, 0, 0x41, 0xcd, 0, 0x0b];
  const memory = [5, 4, 1, 1, 1, 1];
  const names = ['ma_abi', 'ma_input', 'ma_input_bytes', 'ma_output', 'ma_output_bytes'];
  const exported = names.flatMap((name) => [name.length, ...Buffer.from(name), 0, 0]);
  const entries = [names.length + 1, 6, ...Buffer.from('memory'), 2, 0, ...exported];
  const module = handMade(type, [3, 2, 1, 0], memory, [7, entries.length, ...entries], code);
  await assert.rejects(load(module), { code: 'wrong-module', message: /version 2 .* version 77/ });
});

/**
 * Bytes of the stack that were written to while `use` ran. The stack lies below all data.
 * @param {(instance: Instance) => unknown} use
 */
async function stackUse(use) {
  const instance = new Instance(compiled);
  const stack = new Uint8Array(instance.input.buffer, 0, STACK_BYTES);
  stack.fill(0xa5);
  await use(instance);
  return STACK_BYTES - stack.findIndex((byte) => byte !== 0xa5);
}

/**
 * @param {Instance} instance
 * @param {import('./support.mjs').SpfRequest} wanted
 * @param {import('./support.mjs').DriveOptions} options
 */
function checkIn(instance, wanted, options) {
  startSpf(instance, wanted, {});
  return new Drive(new SpfCheck(instance, () => {}), options).run();
}

test('the_stack_is_never_more_than_half_used', async () => {
  /** @type {Record<string, any>} */
  const chain = { '1.2.0.192.in-addr.arpa': { PTR: ['h.example.com'] } };
  for (let i = 0; i < 12; ++i) {
    const owner = i === 0 ? 'example.com' : `n${i}.example.com`;
    const terms = `exists:%{ir}.%{p}.%{l1r+-}.${owner} include:n${i + 1}.example.com`;
    chain[owner] = { TXT: [`v=spf1 ${terms} exp=e.%{d}`] };
  }
  chain['h.example.com'] = { A: ['192.0.2.1'], MX: [[1, 'h.example.com']] };
  const used = await stackUse(async (instance) => {
    const ended = await checkIn(instance, request, from(chain));
    assert.equal(ended.verdict, 'permerror');
    const label = { ...request, mailFrom: `ä@${'ü'.repeat(20)}.example` };
    await checkIn(instance, label, txt(['v=spf1 mx:%{d} -all exp=%{d}', ['v=spf1 a']]));
  });
  console.log(`stack: ${used} of ${STACK_BYTES} bytes`);
  assert.ok(used > 0 && used <= STACK_BYTES / 2);
});

test('an_instance_whose_call_traps_is_not_used_again', () => {
  const instance = new Instance(compiled);
  instance.exports = { trap: () => assert.fail('as a trap would') };
  assert.throws(() => instance.call('trap'), /as a trap would/);
  assert.equal(instance.sound, false);
  instance.exports = { fine: () => 0 };
  assert.throws(() => instance.call('fine'), { code: 'unsound' });
  assert.equal(instance.sound, false);
});

test('a_check_that_was_never_started_is_no_open_one', () => {
  const check = new SpfCheck(new Instance(compiled), () => {});
  assert.throws(() => check.poll(), { name: 'MailassayError', code: 'misused' });
});

test('the_bridge_refuses_an_id_that_is_none', () => {
  const instance = new Instance(compiled);
  startSpf(instance, request, {});
  instance.call('ma_spf_poll');
  for (const id of [1, 2 ** 31, 2 ** 32 - 1]) {
    instance.begin().putBytes('ok', '');
    for (const word of [0, 0, 0]) instance.putWord(word);
    const code = instance.call('ma_answer_dns', id, instance.size);
    assert.equal(instance.text('ma_status_name', code), 'unknown-question');
  }
});

test('starting_anew_leaves_nothing_of_the_last_check', async () => {
  const names = { 'example.com': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] } };
  const fresh = await (await load(compiled)).checkSpf(request, from(names));
  const instance = new Instance(compiled);
  const flood = { ...request, mailFrom: `${'x'.repeat(9000)}@example.org`, helo: 'y'.repeat(9000) };
  await checkIn(instance, flood, txt(['v=spf1 include:%{l}.example.com include:b.example -all']));
  assert.deepEqual(await checkIn(instance, request, from(names)), fresh);
  assert.deepEqual(await ma.checkSpf(request, from(names)), fresh);
});

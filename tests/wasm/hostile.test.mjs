// Input at the edge of what fits. None of it throws, and every report comes out whole.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Instance } from '../../wasm/lib/instance.js';
import { compiled, ma, request, txt } from './support.mjs';

const RECORD_BYTES = 65535;
const instance = new Instance(compiled);

/**
 * @param {string} start
 * @param {string} unit
 */
function filled(start, unit) {
  return (start + unit.repeat(RECORD_BYTES)).slice(0, RECORD_BYTES);
}

// The most JSON a byte: short words, each with an error or with every member of a term.
const SHORT = [
  'a ',
  'x ',
  '\u00ff ',
  '\u0000 ',
  'mx ',
  'ip4 ',
  'a=%0 ',
  'A/0//0 ',
  '=\u00ff ',
  '" ',
];
const LONG = ['\u00ff', '"', '%', 'a', '%{d}', 'include:\u00ff', '-all ', 'redirect=a ', ':', '/'];

test('the_longest_records_are_parsed_and_reported_whole', () => {
  let largest = 0;
  for (const unit of [...SHORT, ...LONG]) {
    for (const start of ['v=spf1 ', '']) {
      const record = filled(start, unit);
      instance.begin().putRaw(record, '');
      largest = Math.max(largest, instance.call('ma_spf_parse', record.length));
      const report = ma.parseSpf(record);
      assert.equal(report.text, record);
      const last = report.terms.at(-1)?.end ?? RECORD_BYTES;
      assert.ok(last >= RECORD_BYTES - unit.length - 1 && last <= RECORD_BYTES);
      const spans = [...report.terms, ...report.diagnostics];
      assert.ok(spans.every(({ begin, end }) => begin <= end && end <= RECORD_BYTES));
    }
  }
  console.log(`report of a record: ${largest} bytes, room for ${instance.output.length}`);
  assert.ok(largest > 4 * 1024 * 1024 && largest <= instance.output.length);
});

test('the_longest_record_goes_through_a_check', async () => {
  const record = `v=spf1 ${'a'.repeat(RECORD_BYTES - 12)} -all`;
  const result = await ma.checkSpf(request, txt([record]));
  assert.equal(record.length, RECORD_BYTES);
  assert.equal(result.verdict, 'permerror');
  assert.equal(result.limited, false);
  assert.equal(result.sources[0].text, record);
});

test('one_byte_more_is_limited', async () => {
  for (const record of [
    'v=spf1 '.padEnd(RECORD_BYTES + 1, 'x'),
    Array(257).fill('x'.repeat(256)),
  ]) {
    const strings = typeof record === 'string' ? record : ['v=spf1 ', ...record];
    const result = await ma.checkSpf(request, txt([strings]));
    assert.equal(result.verdict, 'permerror');
    assert.equal(result.limited, true);
    assert.equal(result.diagnostics[result.cause].name, 'limit.record-bytes');
  }
});

test('nul_and_8_bit_bytes_keep_their_places', async () => {
  const record = 'v=spf1 a:\u0000\u00ff.example.com\u0080 -all';
  const report = ma.parseSpf(record);
  const [first] = report.diagnostics;
  assert.equal(report.text, record);
  const wrong = record.slice(first.begin, first.end);
  assert.ok(wrong.length > 0 && [...wrong].some((byte) => '\u0000\u0080\u00ff'.includes(byte)));
  const result = await ma.checkSpf(request, txt([record]));
  assert.equal(result.verdict, 'permerror');
  assert.equal(result.sources[result.diagnostics[result.cause].source].text, record);
});

test('identities_of_any_bytes_end_in_a_verdict', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (const mailFrom of [
    bytes,
    '\u0000@example.com',
    '\ud800@example.com',
    '"@"@@example.com',
    `${'x'.repeat(100000)}@example.com`,
    `a@${'x.'.repeat(50000)}com`,
    'a@\ufeffé.example',
  ]) {
    const result = await ma.checkSpf(
      { ...request, mailFrom, helo: mailFrom },
      txt(['v=spf1 -all']),
    );
    assert.ok(['none', 'fail', 'permerror'].includes(result.verdict));
    assert.match(result.receivedSpf, /^[\x20-\x7e\r\n]+$/);
  }
});

/** @param {import('./support.mjs').SpfRequest} wanted */
async function identityCount(wanted) {
  const { verdict, limited, diagnostics, cause } = await ma.checkSpf(wanted, txt(['v=spf1 -all']));
  assert.deepEqual([verdict, limited], ['permerror', true]);
  assert.equal(diagnostics[cause].name, 'limit.identity');
  return diagnostics[cause].arguments.count;
}

test('an_identity_of_any_length_is_counted', async () => {
  const most = 12 * 2 ** 20;
  for (const size of [16385, 65535, 65536, 65537, 65538, 65539, 2 ** 20, 2 ** 23, most]) {
    const long = 'x'.repeat(size);
    const path = `<${'x'.repeat(size - 2)}>`;
    for (const text of [long, Buffer.from(long), `<${'x'.repeat(size - 1)}`, `x${path.slice(1)}`]) {
      assert.equal(await identityCount({ ...request, mailFrom: text }), size);
    }
    assert.equal(await identityCount({ ...request, helo: long }), size);
    assert.equal(await identityCount({ ...request, helo: path }), size);
    if (size > 16387) assert.equal(await identityCount({ ...request, mailFrom: path }), size - 2);
  }
  assert.equal(await identityCount({ ...request, mailFrom: '\u00e9'.repeat(2 ** 20) }), 2 ** 21);
  assert.equal(await identityCount({ ...request, mailFrom: 'x'.repeat(most + 9) }), most);
  assert.equal(await identityCount({ ...request, mailFrom: '\u00e9'.repeat(most) }), most);
});

test('a_receiver_of_any_length_is_cut', async () => {
  const long = 'r'.repeat(2 ** 22);
  for (const receiver of [long, Buffer.from(long), `${long.slice(0, 255)}\u{1f600}`]) {
    const result = await ma.checkSpf({ ...request, receiver }, txt(['v=spf1 -all']));
    assert.deepEqual([result.verdict, result.receiver], ['fail', 'r'.repeat(255)]);
  }
});

test('a_lone_surrogate_stays_what_it_is', async () => {
  const toAscii = () => assert.fail('asked for the A-label of what is no text');
  for (const [domain, bytes] of [
    ['\ud800', '\u00ed\u00a0\u0080'],
    ['a\udfff.example', 'a\u00ed\u00bf\u00bf.example'],
    ['\u{1f600}\ude00b', '\u00f0\u009f\u0098\u0080\u00ed\u00b8\u0080b'],
  ]) {
    const wanted = { ...request, mailFrom: `u@${domain}` };
    const result = await ma.checkSpf(wanted, { ...txt(['v=spf1 +all']), toAscii });
    assert.deepEqual([result.verdict, result.questions], ['none', []]);
    assert.equal(result.diagnostics[result.cause].arguments.found, bytes);
  }
  const local = await ma.checkSpf({ ...request, mailFrom: '\udc80@example.com' }, txt([]));
  assert.equal(local.local_part, '\u00ed\u00b2\u0080');
});

test('answers_as_large_as_dns_allows_are_read', async () => {
  const many = Array.from({ length: 5461 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
  const hosts = many.map((_, i) => [i, `${'\u00ff'.repeat(63)}.${i}.example.com`]);
  for (const [term, records] of /** @type {[string, any][]} */ ([
    ['a', many],
    ['mx', hosts],
    ['ptr', hosts.map(([, host]) => host)],
    ['include:example.org', [Array(RECORD_BYTES).fill('')]],
    ['include:example.org', Array(5041).fill('x')],
  ])) {
    const result = await ma.checkSpf(request, {
      resolve: ({ name, type }) => {
        if (name === 'example.com' && type === 'TXT') {
          return { status: 'ok', records: [`v=spf1 ${term} ~all`] };
        }
        return type === 'TXT' || name === 'example.com' || type === 'PTR'
          ? { status: 'ok', records }
          : { status: 'nxdomain' };
      },
    });
    assert.ok(['softfail', 'permerror'].includes(result.verdict), term);
  }
});

test('the_largest_report_of_a_check_comes_out_whole', async () => {
  // Eight records of many short strings, and one that is full of bytes to be escaped.
  const owner = `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.example.com`;
  const names = Array.from({ length: 9 }, (_, i) => `i${i}.${owner}`);
  const record = `v=spf1 ${names.map((name) => `include:${name}`).join(' ')} -all`;
  const strings = [...'v=spf1 u='.padEnd(1500, '"')];
  const broken = 'v=spf1 '.padEnd(40000, '\u00ff');
  const flood = { mailFrom: `"${'\u0001'.repeat(8000)}"@example.com`, helo: '\u0002'.repeat(8000) };
  const result = await ma.checkSpf(
    { ...request, ...flood },
    {
      resolve: ({ name, type }) => {
        if (type !== 'TXT') return { status: 'nxdomain' };
        if (name === 'example.com') return { status: 'ok', records: [record] };
        return { status: 'ok', records: [name === names[8] ? broken : strings] };
      },
    },
  );
  const { receivedSpf, ...report } = result;
  const size = JSON.stringify(report).replaceAll(/[\u007f-\u00ff]/g, '\\u00xx').length;
  console.log(`report of a check: ${size} bytes, room for ${instance.output.length}`);
  assert.deepEqual([report.verdict, report.limited], ['permerror', false]);
  assert.equal(report.sources[0].text, record);
  assert.ok(report.sources.some(({ text }) => text === broken));
  assert.ok(size > 400000 && size <= instance.output.length);
  assert.ok(receivedSpf.length < 2000);
});

test('a_thousand_checks_take_seconds', async () => {
  const begin = performance.now();
  for (let i = 0; i < 1000; ++i) await ma.checkSpf(request, txt(['v=spf1 a mx ~all']));
  assert.ok(performance.now() - begin < 10000);
});

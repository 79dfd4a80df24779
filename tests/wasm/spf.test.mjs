// parseSpf and checkSpf as a user meets them.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { from, ma, request, sleep, txt } from './support.mjs';

/** @typedef {import('../../wasm/index.d.ts').Question} Question */

const SIMPLE = {
  'example.com': { TXT: ['v=spf1 mx -all'], MX: [[10, 'mx.example.com']] },
  'mx.example.com': { A: ['192.0.2.1'] },
};

/** @param {Question[]} questions */
function shapes(questions) {
  return questions.map(({ id, kind, type, name, needed }) => [id, kind, type, name, needed]);
}

test('parse_gives_terms_with_offsets', () => {
  const report = ma.parseSpf('v=spf1 ip4:192.0.2.0/24 -all');
  assert.equal(report.schema, 1);
  assert.equal(report.valid, true);
  assert.deepEqual(
    report.terms.map(({ kind, begin, end }) => [kind, begin, end]),
    [
      ['ip4', 7, 23],
      ['all', 24, 28],
    ],
  );
});

test('parse_reports_every_error_with_its_span', () => {
  const report = ma.parseSpf('v=spf1 ipv4:1.2.3.4 include: -all');
  const found = report.diagnostics.map(({ begin, end }) => report.text.slice(begin, end));
  assert.equal(report.valid, false);
  assert.equal(found.length, 2);
  assert.match(found[0], /ipv4/);
});

test('parse_takes_bytes_and_the_same_as_code_points', () => {
  const bytes = Uint8Array.from([...'v=spf1 a:'].map((c) => c.charCodeAt(0)).concat([0xff, 0]));
  assert.deepEqual(ma.parseSpf(bytes), ma.parseSpf('v=spf1 a:\u00ff\u0000'));
});

test('parse_takes_other_text_as_utf_8', () => {
  const record = 'v=spf1 a:\u0142\u00e9.example -all';
  assert.deepEqual(ma.parseSpf(record), ma.parseSpf(Buffer.from(record)));
  assert.equal(ma.parseSpf('v=spf1 a:\ud800').text, 'v=spf1 a:\u00ed\u00a0\u0080');
  assert.equal(ma.parseSpf('v=spf1 a:\u00e9').text, 'v=spf1 a:\u00e9');
});

test('parse_says_where_the_first_error_is', () => {
  assert.equal(ma.parseSpf('v=spf1 -all').errorSpan, null);
  assert.deepEqual(ma.parseSpf('v=spf1 a ipv4:1.2.3.4 include: -all').errorSpan, [9, 21]);
  assert.deepEqual(ma.parseSpf('v=spf1 a:%x -all').errorSpan, [7, 11]);
  assert.deepEqual(ma.parseSpf('v=spf2 oops').errorSpan, [0, 6]);
});

test('a_check_gives_verdict_cause_and_trace', async () => {
  const result = await ma.checkSpf(request, from(SIMPLE));
  assert.equal(result.verdict, 'pass');
  assert.equal(result.lookups, 1);
  assert.equal(result.trace[result.decided_by].outcome, 'match');
  assert.match(result.receivedSpf, /^Received-SPF: pass \(/);
  assert.match(result.receivedSpf, /\r\n$/);
});

test('resolve_may_answer_with_promises', async () => {
  const { resolve } = from(SIMPLE);
  const later = await ma.checkSpf(request, {
    resolve: async (question, context) => {
      await sleep(1);
      return resolve(question, context);
    },
  });
  const { verdict, lookups, trace } = await ma.checkSpf(request, { resolve });
  assert.deepEqual([later.verdict, later.lookups, later.trace], [verdict, lookups, trace]);
});

test('all_open_questions_are_asked_at_once', async () => {
  /** @type {string[]} */
  const open = [];
  let most = 0;
  const zone = from({
    'example.com': { TXT: ['v=spf1 a:a.example.com a:b.example.com a:c.example.com -all'] },
    'c.example.com': { A: ['192.0.2.1'] },
  });
  await ma.checkSpf(request, {
    resolve: async (question, context) => {
      open.push(question.name);
      most = Math.max(most, open.length);
      await sleep(1);
      open.splice(open.indexOf(question.name), 1);
      return zone.resolve(question, context);
    },
  });
  assert.equal(most, 3);
});

test('guesses_0_asks_one_after_the_other', async () => {
  const zone = from(SIMPLE);
  /** @type {boolean[]} */
  const needed = [];
  const result = await ma.checkSpf(request, {
    guesses: 0,
    resolve: (question, context) => {
      needed.push(question.needed);
      return zone.resolve(question, context);
    },
  });
  assert.deepEqual(needed, [true, true, true]);
  assert.equal(result.verdict, 'pass');
});

test('a_guess_that_never_comes_holds_nothing_up_and_is_cancelled', async () => {
  /** @type {AbortSignal[]} */
  const signals = [];
  const zone = from({
    'example.com': { TXT: ['v=spf1 a:quick.example.com a:slow.example.com -all'] },
    'quick.example.com': { A: ['192.0.2.1'] },
  });
  const result = await ma.checkSpf(request, {
    resolve: (question, context) => {
      if (!question.name.startsWith('slow')) return zone.resolve(question, context);
      signals.push(context.signal);
      return new Promise(() => {});
    },
  });
  assert.equal(result.verdict, 'pass');
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true],
  );
});

test('a_rejection_counts_as_failed', async () => {
  for (const resolve of [async () => assert.fail('no network'), () => assert.fail('no network')]) {
    const result = await ma.checkSpf(request, { resolve });
    assert.equal(result.verdict, 'temperror');
    assert.deepEqual(result.questions, [['example.com', 'TXT', true]]);
  }
});

test('an_error_of_the_program_reaches_the_caller', async () => {
  const unknown = () => /** @type {any} */ (globalThis).misspelt.lookup();
  for (const bug of [
    unknown,
    () => {
      throw new RangeError('a bug');
    },
    () => {
      throw new ReferenceError('a bug');
    },
  ]) {
    await assert.rejects(ma.checkSpf(request, { resolve: bug }), /misspelt|undefined|a bug/);
    const idn = { ...request, mailFrom: 'a@b\u00fccher.example' };
    await assert.rejects(ma.checkSpf(idn, { ...txt([]), toAscii: bug }), /undefined|a bug/);
  }
  const resolve = () => Promise.reject(new ReferenceError('a bug'));
  await assert.rejects(ma.checkSpf(request, { resolve }), { name: 'ReferenceError' });
  const later = () => sleep(1).then(resolve);
  await assert.rejects(ma.checkSpf(request, { resolve: later }), { name: 'ReferenceError' });
});

test('what_a_network_or_bad_data_cause_is_a_verdict', async () => {
  const errors = [new TypeError('fetch failed'), new RangeError('offset'), undefined, 'no'];
  for (const error of errors) {
    const resolve = () => Promise.reject(error);
    assert.equal((await ma.checkSpf(request, { resolve })).verdict, 'temperror');
  }
  for (const error of [new Error('x'), new SyntaxError('JSON'), undefined, Object.create(null)]) {
    const resolve = () => {
      throw error;
    };
    assert.equal((await ma.checkSpf(request, { resolve })).verdict, 'temperror');
  }
});

test('records_of_every_form_are_read', async () => {
  const bytes = new TextEncoder().encode('v=spf1 -all');
  for (const record of [
    'v=spf1 -all',
    ['v=spf1 ', '-all'],
    bytes,
    [bytes.subarray(0, 3), bytes.subarray(3)],
  ]) {
    assert.equal((await ma.checkSpf(request, txt([record]))).verdict, 'fail');
  }
  const names = {
    'example.com': { TXT: ['v=spf1 ptr -all'] },
    '1.2.0.192.in-addr.arpa': { PTR: ['mail.example.com.'] },
    'mail.example.com': { A: ['192.0.2.7', '192.0.2.1'] },
  };
  assert.equal((await ma.checkSpf(request, from(names))).verdict, 'pass');
});

test('strings_of_a_record_keep_their_ends', async () => {
  const result = await ma.checkSpf(request, txt([['v=spf1 ', '', '-all']]));
  assert.equal(result.sources[0].text, 'v=spf1 -all');
  assert.deepEqual(result.sources[0].string_ends, [7, 7, 11]);
});

test('u_labels_are_converted_and_mapped_ones_refused', async () => {
  const zone = from({ 'xn--bcher-kva.example': { TXT: ['v=spf1 +all'] } });
  const good = await ma.checkSpf({ ...request, mailFrom: 'a@bücher.example' }, zone);
  assert.equal(good.verdict, 'pass');
  assert.equal(good.domain, 'xn--bcher-kva.example');
  for (const domain of [
    'ﬁsch.example',
    '☃.example',
    'ab\u00adé.example',
    'a%2eé.example',
    'ab--é.example',
  ]) {
    const bad = await ma.checkSpf({ ...request, mailFrom: `a@${domain}` }, zone);
    assert.equal(bad.verdict, 'none', domain);
    assert.deepEqual(
      bad.questions.map(([, type]) => type),
      ['to_ascii'],
    );
  }
});

test('to_ascii_can_be_replaced_and_is_not_trusted', async () => {
  const zone = from({
    'xn--bcher-kva.example': { TXT: ['v=spf1 +all'] },
    'evil.example': { TXT: ['v=spf1 +all'] },
  });
  /** @type {string[]} */
  const asked = [];
  /** @param {string | null} label */
  const answering = (label) => async (/** @type {string} */ wanted) => {
    asked.push(wanted);
    return label;
  };
  const idn = { ...request, mailFrom: 'a@Bücher.example' };
  const verdicts = [];
  for (const label of ['xn--bcher-kva', 'evil', null]) {
    const result = await ma.checkSpf(idn, { ...zone, toAscii: answering(label) });
    verdicts.push(result.verdict);
  }
  assert.deepEqual(asked, ['bücher', 'bücher', 'bücher']);
  assert.deepEqual(verdicts, ['pass', 'none', 'none']);
});

// %{t} is allowed in explanations only (RFC 7208 §7.2).
const TELLS_TIME = {
  'example.com': { TXT: ['v=spf1 -all exp=e.example.com'] },
  'e.example.com': { TXT: ['%{t}'] },
};

test('the_clock_is_the_default_time', async () => {
  const { ip, mailFrom } = request;
  const { explanation } = await ma.checkSpf({ ip, mailFrom }, from(TELLS_TIME));
  assert.ok(Math.abs(Number(explanation) - Date.now() / 1000) < 60);
});

test('time_beyond_32_bits_is_kept', async () => {
  const now = 2 ** 40 + 5;
  const { explanation } = await ma.checkSpf({ ...request, now }, from(TELLS_TIME));
  assert.equal(explanation, String(now));
});

test('limits_and_void_look_ups_reach_the_core', async () => {
  const record = 'v=spf1 a:a.example.com a:b.example.com ip4:192.0.2.1 -all';
  const verdict = async (/** @type {number} */ voidLookups) =>
    (await ma.checkSpf({ ...request, voidLookups }, txt([record]))).verdict;
  assert.deepEqual([await verdict(1), await verdict(2)], ['permerror', 'pass']);
  const limited = await ma.checkSpf(request, { ...txt([record]), limits: { recordBytes: 20 } });
  assert.deepEqual([limited.verdict, limited.limited], ['permerror', true]);
});

// ---- In the caller's hand -----------------------------------------------------------------------

test('questions_are_given_out_once', () => {
  const check = ma.spfCheck(request);
  assert.equal(check.poll(), 'pending');
  const questions = check.newQuestions();
  assert.deepEqual(shapes(questions), [[0, 'dns', 'TXT', 'example.com', true]]);
  assert.deepEqual(check.newQuestions(), []);
  assert.deepEqual(check.questions(), questions);
  check.answer(0, { status: 'ok', records: ['v=spf1 a mx:b.example.com -all'] });
  assert.equal(check.poll(), 'pending');
  assert.deepEqual(shapes(check.newQuestions()), [
    [1, 'dns', 'A', 'example.com', true],
    [2, 'dns', 'MX', 'b.example.com', false],
  ]);
});

test('second_and_late_answers_are_ignored', () => {
  const check = ma.spfCheck(request);
  check.poll();
  check.newQuestions();
  check.answer(0, { status: 'nxdomain' });
  check.answer(0, { status: 'ok', records: ['v=spf1 +all'] });
  assert.equal(check.poll(), 'done');
  check.answer(0, { status: 'ok', records: ['v=spf1 +all'] });
  assert.equal(check.poll(), 'done');
  assert.equal(check.result().verdict, 'none');
  assert.equal(check.questions().length, 1);
  assert.deepEqual(check.newQuestions(), []);
});

test('the_deadline_answers_all_that_is_open', () => {
  const check = ma.spfCheck(request);
  check.poll();
  check.failOpen('timeout');
  assert.equal(check.poll(), 'done');
  assert.equal(check.result().verdict, 'temperror');
  check.answer(0, { status: 'ok' });
  check.failOpen('failed');
});

test('labels_are_answered_by_hand', () => {
  const check = ma.spfCheck({ ...request, mailFrom: 'a@bücher.example' });
  check.poll();
  assert.deepEqual(shapes(check.newQuestions()), [[0, 'to_ascii', '', 'bücher', true]]);
  check.answer(0, { status: 'ok', label: 'xn--bcher-kva' });
  check.poll();
  assert.deepEqual(shapes(check.newQuestions()).slice(0, 1), [
    [1, 'dns', 'TXT', 'xn--bcher-kva.example', true],
  ]);
});

// ---- Side by side -------------------------------------------------------------------------------

test('interleaved_checks_do_not_disturb_each_other', () => {
  const clients = Array.from({ length: 20 }, (_, i) => `192.0.2.${i}`);
  const checks = clients.map((ip) =>
    ma.spfCheck({ ...request, ip, mailFrom: `${ip}@example.com` }),
  );
  const record = 'v=spf1 ip4:192.0.2.0/29 a:%{l}.example.com exists:%{i}.example.com ?all';
  for (const check of checks) check.poll();
  for (const check of checks) check.newQuestions();
  for (const check of [...checks].reverse()) check.answer(0, { status: 'ok', records: [record] });
  ma.parseSpf(record);
  for (const check of checks) check.poll();
  checks.forEach((check, i) => {
    for (const { id, name } of check.newQuestions()) {
      assert.equal(name, `${clients[i]}.example.com`);
      check.answer(id, { status: i % 2 === 0 ? 'nxdomain' : 'ok', records: [clients[i]] });
    }
  });
  for (const check of checks) while (check.poll() === 'pending') check.failOpen('timeout');
  checks.forEach((check, i) => {
    const { verdict, client } = check.result();
    assert.equal(client, clients[i]);
    assert.equal(verdict === 'pass', i < 8 || i % 2 === 1, clients[i]);
  });
});

test('checks_at_the_same_time_give_what_they_give_alone', async () => {
  const zone = from(SIMPLE);
  const requests = Array.from({ length: 30 }, (_, i) => ({ ...request, ip: `192.0.2.${i % 3}` }));
  const slowly = requests.map((one, i) =>
    ma.checkSpf(one, {
      guesses: 0,
      resolve: async (question, context) => {
        await sleep((i * 7 + question.id * 3) % 5);
        return zone.resolve(question, context);
      },
    }),
  );
  const results = await Promise.all(slowly);
  for (const [i, result] of results.entries()) {
    assert.deepEqual(result, await ma.checkSpf(requests[i], { ...zone, guesses: 0 }));
  }
});

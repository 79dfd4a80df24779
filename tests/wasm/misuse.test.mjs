// Misuse says what was wrong; an aborted signal ends a check.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { MailassayError, load } from '../../wasm/index.js';
import { compiled, ma, request, sleep, txt } from './support.mjs';

/** @typedef {any} Wrong */

/** @param {Wrong} answer */
function answering(answer) {
  return ma.checkSpf(request, { resolve: () => answer });
}

test('an_unknown_member_is_refused', async () => {
  /** @type {Wrong} */
  const misspelt = { ip: '192.0.2.1', mail_from: 'a@example.com' };
  assert.throws(() => ma.spfCheck(misspelt), {
    name: 'TypeError',
    message: /"mail_from".*mailFrom/,
  });
  await assert.rejects(ma.checkSpf(request, /** @type {Wrong} */ ({ ...txt([]), resolver: 1 })), {
    name: 'TypeError',
    message: /"resolver"/,
  });
  /** @type {Wrong} */
  const limits = { record_bytes: 1 };
  assert.throws(() => ma.spfCheck(request, { limits }), { message: /"record_bytes".*recordBytes/ });
});

test('a_request_of_the_wrong_form_is_refused', () => {
  /** @type {[Wrong, RegExp][]} */
  const cases = [
    [undefined, /the request must be an object/],
    [{ ...request, ip: 42 }, /ip must be a string, not 42/],
    [{ ...request, ip: '192.0.2' }, /ip: "192\.0\.2" is no IPv4 or IPv6 address/],
    [{ ...request, mailFrom: 1 }, /mailFrom must be a string or a Uint8Array, not 1/],
    [{ ...request, helo: null }, /helo must be .* not null/],
    [{ ...request, now: 1.5 }, /now must be whole seconds/],
    [{ ...request, now: -1 }, /now must be whole seconds/],
    [{ ...request, voidLookups: '2' }, /voidLookups must be a whole number from 0 on, not "2"/],
  ];
  for (const [wrong, message] of cases) assert.throws(() => ma.spfCheck(wrong), { message });
  assert.equal(ma.spfCheck(request).poll(), 'pending');
});

test('limits_can_be_lowered_and_not_raised', () => {
  for (const name of ['pool', 'questions', 'explanationBytes']) {
    assert.throws(() => ma.spfCheck(request, { limits: { [name]: 2 ** 31 } }), {
      name: 'MailassayError',
      code: 'limit-too-high',
      message: new RegExp(`^limits\\.${name}: .* can only be lowered`),
    });
  }
  const least = ma.spfCheck(request, { limits: { pool: 10, guessPool: 10 } });
  assert.equal(least.poll(), 'done');
  assert.equal(least.result().limited, true);
  assert.throws(() => ma.spfCheck(request, { guesses: -1 }), { message: /guesses must be/ });
});

test('check_spf_needs_functions', async () => {
  /** @type {Wrong} */
  const none = undefined;
  await assert.rejects(ma.checkSpf(request, none), { message: /resolve must be a function/ });
  await assert.rejects(ma.checkSpf(request, /** @type {Wrong} */ ({ ...txt([]), toAscii: 'x' })), {
    message: /toAscii must be a function, not "x"/,
  });
});

test('an_answer_of_the_wrong_form_names_the_question', async () => {
  const cases = /** @type {[Wrong, RegExp][]} */ ([
    [undefined, /must be an object, not undefined/],
    ['v=spf1 -all', /must be an object, not "v=spf1/],
    [{}, /must have a status, not undefined/],
    [{ status: 'fine' }, /has a status that is none: "fine"/],
    [{ status: 'ok', answers: [] }, /no member "answers"/],
    [{ status: 'ok', secure: 1 }, /must have true or false as secure, not 1/],
    [{ status: 'ok', canonicalName: 1 }, /must have a text as canonicalName, not 1/],
    [{ status: 'ok', records: Object.assign(Array(2), ['a']) }, /in record 1, not undefined/],
    [Object.create(null), /must have a status, not undefined/],
    [{ status: 'ok', records: [Object.create(null)] }, /in record 0, not \{\}/],
    [{ status: Object.assign(Object.create(null), { big: 1n }) }, /not a value of the type object/],
    [{ status: 'ok', records: 'v=spf1' }, /must have a list of records, not "v=spf1"/],
    [{ status: 'ok', records: ['a', 7] }, /must have strings or Uint8Arrays in record 1, not 7/],
    [{ status: 'ok', records: [['a', null]] }, /in record 0, not \["a",null\]/],
    [{ status: 'ok', records: ['v=spf1 €'] }, /holds U\+20AC, but characters stand for bytes/],
    [{ status: 'ok', records: ['😀'] }, /holds U\+1F600/],
    [{ status: 'ok', records: ['x'.repeat(2 ** 20)] }, /more than 1048576 bytes/],
    [{ status: 'ok', records: Array(8193).fill('') }, /more than one DNS answer can hold/],
    [{ status: 'ok', records: [Array(65537).fill('')] }, /more than one DNS answer can hold/],
  ]);
  for (const [answer, message] of cases) {
    const error = await answering(answer).then(
      () => assert.fail('no error'),
      (problem) => problem,
    );
    assert.match(error.message, message);
    if (!(error instanceof MailassayError)) {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /the answer to question 0 \(TXT example\.com\)/);
    }
  }
});

test('records_of_another_type_are_refused', async () => {
  const cases = /** @type {[string, Wrong, RegExp][]} */ ([
    ['a', '2001:db8::1', /question 1 \(A .*\) must have an IPv4 address in record 1/],
    ['a', 'example.com', /must have an IPv4 address in record 1, not "example\.com"/],
    ['a', 5, /must have a text in record 1, not 5/],
    ['mx', 'mx.example.com', /must have \[preference, host\] in record 1/],
    ['mx', [70000, 'mx.example.com'], /must have \[preference, host\] in record 1/],
    ['mx', [1, 'mx.example.com', 2], /must have \[preference, host\] in record 1/],
    ['mx', [1, 2], /must have a text in record 1, not 2/],
    ['ptr', 8, /must have a text in record 1, not 8/],
  ]);
  /** @type {Record<string, Wrong>} */
  const sound = { A: '192.0.2.5', MX: [1, 'mx.example.com'], PTR: 'mx.example.com' };
  for (const [term, record, message] of cases) {
    const wrong = ma.checkSpf(request, {
      resolve: ({ type }) => ({
        status: 'ok',
        records: type === 'TXT' ? [`v=spf1 ${term} -all`] : [sound[type], record],
      }),
    });
    await assert.rejects(wrong, { name: 'TypeError', message });
  }
});

test('records_beside_a_failure_are_not_read', async () => {
  const result = await answering({ status: 'servfail', records: [1, 2] });
  assert.equal(result.verdict, 'temperror');
});

test('a_check_in_the_callers_hand_is_watched', () => {
  const check = ma.spfCheck(request);
  check.poll();
  assert.throws(() => check.answer(0, { status: 'ok' }), { code: 'unknown-question' });
  check.newQuestions();
  assert.throws(() => check.answer(1, { status: 'ok' }), { message: /^1: no question/ });
  for (const id of /** @type {Wrong[]} */ (['length', 'constructor', 'at', '0', -1, 0.5, null])) {
    assert.throws(() => check.answer(id, { status: 'ok' }), { code: 'unknown-question' });
  }
  assert.throws(() => check.answer(0, { status: 'ok', label: 'x' }), {
    message: /no member "label"/,
  });
  assert.throws(() => check.failOpen(/** @type {Wrong} */ ('ok')), { message: /failOpen takes/ });
  assert.throws(() => check.result(), { code: 'not-done' });
  check.answer(0, { status: 'nxdomain' });
  assert.equal(check.poll(), 'done');
  assert.throws(() => check.answer(1, { status: 'ok' }), { code: 'unknown-question' });
});

test('parse_refuses_what_is_no_record', () => {
  assert.throws(() => ma.parseSpf(/** @type {Wrong} */ (undefined)), TypeError);
  assert.throws(() => ma.parseSpf('x'.repeat(65536)), {
    code: 'too-large',
    message: /65536 bytes; no TXT record is longer than 65535 bytes/,
  });
});

test('load_says_what_it_cannot_load', async () => {
  await assert.rejects(load(/** @type {Wrong} */ (7)), { message: /loaded from 7/ });
  await assert.rejects(load(compiled, /** @type {Wrong} */ ({ lang: 'de' })), {
    message: /"lang"/,
  });
  await assert.rejects(load(compiled, { languages: ['../x'] }), { message: /is no language/ });
  await assert.rejects(load(new Uint8Array(4)), WebAssembly.CompileError);
});

// ---- Abort --------------------------------------------------------------------------------------

test('an_aborted_signal_starts_nothing', async () => {
  const signal = AbortSignal.abort();
  const resolve = () => assert.fail('asked');
  await assert.rejects(ma.checkSpf(request, { resolve, signal }), { name: 'AbortError' });
});

test('abort_ends_a_waiting_check_and_its_questions', async () => {
  const controller = new AbortController();
  /** @type {AbortSignal | undefined} */
  let seen;
  const check = ma.checkSpf(request, {
    signal: controller.signal,
    resolve: (_, context) => {
      seen = context.signal;
      return new Promise(() => {});
    },
  });
  await sleep(1);
  assert.equal(seen?.aborted, false);
  controller.abort();
  await assert.rejects(check, { name: 'AbortError' });
  assert.equal(seen?.aborted, true);
});

test('abort_inside_the_resolver_ends_the_check', async () => {
  const answers = [{ status: 'ok', records: ['v=spf1 +all'] }, new Promise(() => {})];
  for (const answer of /** @type {Wrong[]} */ (answers)) {
    const controller = new AbortController();
    const check = ma.checkSpf(request, {
      signal: controller.signal,
      resolve: () => {
        controller.abort(new Error('the user left'));
        return answer;
      },
    });
    await assert.rejects(check, { message: 'the user left' });
  }
});

test('answers_after_the_end_are_ignored', async () => {
  /** @type {(answer: Wrong) => void} */
  let late = () => {};
  const result = await ma.checkSpf(request, {
    resolve: ({ name, type }) => {
      if (type === 'TXT') {
        return { status: 'ok', records: ['v=spf1 ip4:192.0.2.9 a a:late.example.com -all'] };
      }
      if (name === 'example.com') return { status: 'ok', records: ['192.0.2.1'] };
      return new Promise((resolve) => {
        late = resolve;
      });
    },
  });
  late({ nonsense: true });
  await sleep(1);
  assert.equal(result.verdict, 'pass');
});

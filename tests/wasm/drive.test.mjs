// How checks are driven, and how instances are used again.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from '../../wasm/index.js';
import { Drive } from '../../wasm/lib/drive.js';
import { compiled, messages, request, sleep, txt } from './support.mjs';

/** @typedef {any} Wrong */

/** A check that needs the first of three answers and notes what it is told. */
class NotingCheck {
  polls = 0;
  /** @type {number[]} */
  answers = [];
  #given = false;

  poll() {
    ++this.polls;
    return this.answers.includes(0) ? 'done' : 'pending';
  }

  newQuestions() {
    const questions = this.#given ? [] : this.questions();
    this.#given = true;
    return questions;
  }

  questions() {
    return [0, 1, 2].map((id) => ({
      id,
      kind: 'dns',
      type: 'A',
      name: `n${id}.example.com`,
      needed: id === 0,
      answered: this.answers.includes(id),
    }));
  }

  /** @param {number} id */
  answer(id) {
    this.answers.push(id);
  }

  result() {
    return {};
  }

  close() {}
}

/** @param {(id: number) => unknown} answer */
async function drive(answer) {
  const check = new NotingCheck();
  const resolve = (/** @type {Wrong} */ { id }) => answer(id);
  await new Drive(/** @type {Wrong} */ (check), /** @type {Wrong} */ ({ resolve })).run();
  return check;
}

test('answers_are_handed_over_in_the_order_of_their_ids', async () => {
  const check = await drive((id) => sleep(20 - 8 * id).then(() => ({ status: 'ok' })));
  assert.deepEqual(check.answers, [0, 1, 2]);
});

test('answers_to_guesses_alone_cause_no_poll', async () => {
  const check = await drive((id) => sleep(20 - 8 * id).then(() => ({ status: 'ok' })));
  assert.equal(check.polls, 2);
});

test('answers_that_come_together_are_one_batch', async () => {
  const once = await drive(() => ({ status: 'ok' }));
  const promised = await drive(async () => ({ status: 'ok' }));
  assert.deepEqual(
    [once.answers, promised.answers],
    [
      [0, 1, 2],
      [0, 1, 2],
    ],
  );
});

/**
 * Counts the instances made while `use` runs; `change` may replace what they export.
 * @param {() => Promise<void>} use
 * @param {(exports: Wrong) => Wrong} [change]
 */
async function instancesMade(use, change = (exports) => exports) {
  const { Instance } = WebAssembly;
  let made = 0;
  /** @type {Wrong} */ (WebAssembly).Instance = function counted(/** @type {Wrong[]} */ ...args) {
    ++made;
    const [module, imports] = args;
    return { exports: change(new Instance(module, imports).exports) };
  };
  try {
    await use();
  } finally {
    WebAssembly.Instance = Instance;
  }
  return made;
}

test('checks_one_after_the_other_share_an_instance', async () => {
  const made = await instancesMade(async () => {
    const ma = await load(compiled, { messages });
    const misfit = { name: 'spf.missing', arguments: { domain: '\u0142' } };
    for (let i = 0; i < 20; ++i) {
      await ma.checkSpf(request, txt(['v=spf1 -all']));
      ma.parseSpf('v=spf1 -all');
      assert.throws(() => ma.spfCheck({ ip: 'x' }));
      assert.throws(() => ma.text(/** @type {Wrong} */ (misfit), 'en'));
      await assert.rejects(ma.checkSpf(request, { resolve: () => /** @type {Wrong} */ ({}) }));
    }
  });
  assert.equal(made, 1);
});

test('an_instance_that_trapped_is_thrown_away', async () => {
  let traps = true;
  const made = await instancesMade(
    async () => {
      const ma = await load(compiled);
      await assert.rejects(ma.checkSpf(request, txt([])), WebAssembly.RuntimeError);
      traps = false;
      assert.equal((await ma.checkSpf(request, txt(['v=spf1 -all']))).verdict, 'fail');
    },
    (exports) => ({
      ...exports,
      ma_spf_poll: () => {
        if (traps) throw new WebAssembly.RuntimeError('unreachable');
        return exports.ma_spf_poll();
      },
    }),
  );
  assert.equal(made, 2);
});

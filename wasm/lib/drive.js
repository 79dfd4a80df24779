// Runs a check to its end with a host that answers when it can.
import { urlToAscii } from './idna.js';

/** @typedef {import('../index.d.ts').Answer} Answer */
/** @typedef {import('../index.d.ts').DriveOptions} DriveOptions */
/** @typedef {import('../index.d.ts').LabelAnswer} LabelAnswer */
/** @typedef {import('../index.d.ts').Question} Question */
/** @typedef {import('./spf_check.js').SpfCheck} SpfCheck */

// Errors of a program, not of a network, where they are thrown at once. In a rejection only the
// first tells: fetch() rejects with a TypeError when there is no connection, and a truncated DNS
// message makes a parser throw a RangeError.
const BUGS = ['ReferenceError', 'TypeError', 'RangeError'];
const BUGS_OF_REJECTIONS = BUGS.slice(0, 1);

/**
 * @param {string | null} label
 * @returns {LabelAnswer}
 */
function labelAnswer(label) {
  return label === null ? { status: 'error' } : { status: 'ok', label };
}

/**
 * @param {Question} question
 * @param {DriveOptions} options
 * @param {AbortSignal} signal
 * @returns {Answer | PromiseLike<Answer>}
 */
function ask(question, options, signal) {
  if (question.kind === 'dns') return options.resolve(question, { signal });
  const { toAscii = urlToAscii } = options;
  const label = toAscii(question.name);
  return isPromise(label) ? label.then(labelAnswer) : labelAnswer(label);
}

/**
 * By name, since a host may have several realms with an own TypeError each.
 * @param {string[]} names
 * @param {any} error
 */
function isOneOf(names, error) {
  return names.includes(error?.name);
}

/**
 * @template T
 * @param {T | PromiseLike<T>} value
 * @returns {value is PromiseLike<T>}
 */
function isPromise(value) {
  return typeof (/** @type {any} */ (value)?.then) === 'function';
}

/**
 * Asks all open questions at once. Polls when an answer came that the verdict waits for, so that a
 * slow guess holds nothing up, and hands over by then what else has come, in the order of the ids.
 */
export class Drive {
  /** @type {{id: number, answer: Answer}[]} */
  #arrived = [];
  /** @type {Set<number>} */
  #waiting = new Set();
  /** @type {{error: unknown}[]} */
  #bugs = [];
  #wake = () => {};
  #stop = new AbortController();
  #check;
  #options;

  /**
   * @param {SpfCheck} check
   * @param {DriveOptions} options
   */
  constructor(check, options) {
    this.#check = check;
    this.#options = options;
  }

  async run() {
    const { signal } = this.#options;
    const wake = () => this.#wake();
    signal?.addEventListener('abort', wake);
    try {
      while (this.#check.poll() === 'pending') {
        for (const question of this.#check.newQuestions()) this.#start(question);
        if (!signal?.aborted) await this.#neededAnswer();
        signal?.throwIfAborted();
        for (const { error } of this.#bugs) throw error;
        this.#handOver();
      }
      return this.#check.result();
    } finally {
      signal?.removeEventListener('abort', wake);
      this.#stop.abort(signal?.reason);
      this.#check.close();
    }
  }

  /** @param {Question} question */
  #start(question) {
    const { id } = question;
    const fail = () => this.#arrive(id, { status: 'failed' });
    const reject = (/** @type {unknown} */ error) => {
      if (!isOneOf(BUGS_OF_REJECTIONS, error)) return fail();
      this.#bugs.push({ error });
      return this.#wake();
    };
    try {
      const answer = ask(question, this.#options, this.#stop.signal);
      if (isPromise(answer)) answer.then((value) => this.#arrive(id, value), reject);
      else this.#arrive(id, answer);
    } catch (error) {
      if (isOneOf(BUGS, error)) throw error;
      fail();
    }
  }

  /**
   * @param {number} id
   * @param {Answer} answer
   */
  #arrive(id, answer) {
    this.#arrived.push({ id, answer });
    if (this.#waiting.has(id)) this.#wake();
  }

  async #neededAnswer() {
    const open = this.#check.questions().filter(({ needed, answered }) => needed && !answered);
    this.#waiting = new Set(open.map(({ id }) => id));
    if (this.#bugs.length > 0 || this.#arrived.some(({ id }) => this.#waiting.has(id))) return;
    await new Promise((resolve) => {
      this.#wake = () => resolve(undefined);
    });
  }

  #handOver() {
    const answers = this.#arrived.sort((a, b) => a.id - b.id);
    this.#arrived = [];
    for (const { id, answer } of answers) this.#check.answer(id, answer);
  }
}

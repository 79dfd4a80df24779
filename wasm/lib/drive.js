// Runs a check to its end with a host that answers when it can.

/** @typedef {import('../index.d.ts').Answer} Answer */
/** @typedef {import('../index.d.ts').DriveOptions} DriveOptions */
/** @typedef {import('../index.d.ts').LabelAnswer} LabelAnswer */
/** @typedef {import('../index.d.ts').Question} Question */
/** @typedef {import('./spf_check.js').SpfCheck} SpfCheck */

// Letters, marks and digits (RFC 5892 §2.1), the exceptions (§2.6) and joiners (§2.8). IDNA2008
// allows no symbols; URL parsers, which follow UTS 46, do.
const LETTERS = '-\\p{Ll}\\p{Lm}\\p{Lo}\\p{Mn}\\p{Mc}\\p{Nd}';
const OTHERS = '\u00b7\u0375\u05f3\u05f4\u06fd\u06fe\u0f0b\u3007\u30fb\\p{Join_Control}';
const U_LABEL = new RegExp(`^[${LETTERS}${OTHERS}]+$`, 'u');

/**
 * IDNA by the host's URL parser. The core decodes the A-label again and refuses any that does not
 * stand for the very same characters, so a label that the parser had to map is no answer.
 * @param {string} label
 * @returns {string | null}
 */
export function urlToAscii(label) {
  const url = `http://${label}.example/`;
  // RFC 5891 §4.2.3.1: no hyphens in third and fourth place; the parser does not mind them.
  if (!U_LABEL.test(label) || /^..--/u.test(label) || !URL.canParse(url)) return null;
  const [first, ...rest] = new URL(url).hostname.split('.');
  return rest.join('.') === 'example' ? first : null;
}

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
    try {
      const answer = ask(question, this.#options, this.#stop.signal);
      if (isPromise(answer)) answer.then((value) => this.#arrive(id, value), fail);
      else this.#arrive(id, answer);
    } catch {
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
    if (this.#arrived.some(({ id }) => this.#waiting.has(id))) return;
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

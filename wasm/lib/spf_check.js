// One SPF check: questions out, answers in.
import { putDnsAnswer, putLabelAnswer, refusedAnswer } from './answers.js';
import {
  MailassayError,
  checkMembers,
  checkNumber,
  checkText,
  explained,
  shown,
} from './arguments.js';
import { DEFAULT } from './instance.js';
import { utf8 } from './text.js';

/** @typedef {import('../index.d.ts').Answer} Answer */
/** @typedef {import('../index.d.ts').SpfCheck} Check */
/** @typedef {import('../index.d.ts').CheckOptions} CheckOptions */
/** @typedef {import('../index.d.ts').DnsAnswer} DnsAnswer */
/** @typedef {import('../index.d.ts').LabelAnswer} LabelAnswer */
/** @typedef {import('../index.d.ts').Question} Question */
/** @typedef {import('../index.d.ts').SpfRequest} SpfRequest */
/** @typedef {import('../index.d.ts').SpfResult} SpfResult */
/** @typedef {import('./instance.js').Instance} Instance */

const PROGRESS = ['pending', 'done']; // mailassay::Progress; all else is misuse
const FAILURES = ['timeout', 'failed', 'unsupported'];
const REQUEST = ['ip', 'mailFrom', 'helo', 'receiver', 'now', 'voidLookups'];
const OPTIONS = ['guesses', 'limits'];

// Far more than mailassay::Limits::identity_bytes and two angle brackets.
const IDENTITY_BYTES = 65536;
const NO_BYTES = new Uint8Array();
const LESS = 0x3c;
const GREATER = 0x3e;

// In the order of mailassay::Limits.
const LIMITS = /** @type {const} */ ([
  'pool',
  'guessPool',
  'questions',
  'guesses',
  'traceSteps',
  'diagnostics',
  'sources',
  'recordBytes',
  'addresses',
  'identityBytes',
  'explanationBytes',
]);

/** @implements {Check} */
export class SpfCheck {
  /** @type {Instance | undefined} Until the check is over. */
  #instance;
  /** @type {(instance: Instance) => void} */
  #release;
  /** @type {Question[]} Those that were given out; ids count from 0. */
  #given = [];
  /** @type {Question[]} All, once the check is done. */
  #questions = [];
  /** @type {SpfResult | undefined} */
  #result;

  /**
   * @param {Instance} instance One in which a check was started.
   * @param {(instance: Instance) => void} release Takes the instance back.
   */
  constructor(instance, release) {
    this.#instance = instance;
    this.#release = release;
  }

  poll() {
    const instance = this.#instance;
    if (instance === undefined) return 'done';
    const progress = PROGRESS[instance.call('ma_spf_poll')];
    if (progress === undefined) throw new MailassayError('misused');
    if (progress === 'pending') return 'pending';
    this.#questions = instance.questions(true);
    const report = JSON.parse(instance.text('ma_spf_result'));
    this.#result = { ...report, receivedSpf: instance.text('ma_spf_received') };
    this.close();
    return 'done';
  }

  newQuestions() {
    const questions = this.#instance?.questions(false) ?? [];
    this.#given.push(...questions);
    return questions;
  }

  questions() {
    return this.#instance?.questions(true) ?? this.#questions;
  }

  /**
   * @param {number} id
   * @param {Answer} answer
   */
  answer(id, answer) {
    const question = Number.isInteger(id) ? this.#given[id] : undefined;
    if (question === undefined) {
      const problem = `${shown(id)}: ${explained('unknown-question')}`;
      throw new MailassayError('unknown-question', problem);
    }
    if (this.#instance === undefined) return;
    const status = send(this.#instance, question, answer);
    if (status !== 0) {
      const code = this.#instance.text('ma_status_name', status);
      throw refusedAnswer(question, answer, code, status >>> 8);
    }
  }

  /** @param {'timeout' | 'failed' | 'unsupported'} status */
  failOpen(status) {
    if (!FAILURES.includes(status)) {
      throw new TypeError(`failOpen takes ${FAILURES.join(', ')}, not ${shown(status)}`);
    }
    if (this.#instance === undefined) return;
    this.newQuestions();
    this.#instance.begin().putBytes(status, '');
    this.#instance.call('ma_fail_open', this.#instance.size);
  }

  result() {
    if (this.#result !== undefined) return this.#result;
    throw new MailassayError('not-done', 'there is no result until poll() returns "done"');
  }

  /** Gives the instance back; the check is over, with or without a result. */
  close() {
    if (this.#instance !== undefined) this.#release(this.#instance);
    this.#instance = undefined;
  }
}

/**
 * @param {Instance} instance
 * @param {Question} question
 * @param {Answer} answer
 */
function send(instance, question, answer) {
  if (question.kind === 'dns') {
    putDnsAnswer(instance, question, /** @type {DnsAnswer} */ (answer));
    return instance.call('ma_answer_dns', question.id, instance.size);
  }
  putLabelAnswer(instance, question, /** @type {LabelAnswer} */ (answer));
  return instance.call('ma_answer_label', question.id, instance.size);
}

/**
 * Starts a check; whatever the instance did before is gone.
 * @param {Instance} instance
 * @param {SpfRequest} request
 * @param {CheckOptions} options
 */
export function startSpf(instance, request, options) {
  checkMembers(options, OPTIONS, 'the options');
  checkMembers(request, REQUEST, 'the request');
  const { guesses, limits = {} } = options;
  checkMembers(limits, LIMITS, 'limits');
  instance.begin();
  for (const name of LIMITS) putNumber(instance, limits[name], `limits.${name}`);
  putNumber(instance, guesses, 'guesses');
  putRequest(instance, request);
  const status = instance.call('ma_spf_start', instance.size);
  if (status === 0) return;
  const code = instance.text('ma_status_name', status);
  if (code === 'no-address') {
    throw new MailassayError(code, `ip: ${shown(request.ip)} is no IPv4 or IPv6 address`);
  }
  const place = code === 'limit-too-high' ? `limits.${LIMITS[status >>> 8]}: ` : '';
  throw new MailassayError(code, place + explained(code));
}

/**
 * @param {Instance} instance
 * @param {number | undefined} value
 * @param {string} what
 */
function putNumber(instance, value, what) {
  instance.putWord(value === undefined ? DEFAULT : checkNumber(value, what));
}

/**
 * @param {Instance} instance
 * @param {SpfRequest} request
 */
function putRequest(instance, request) {
  const { ip, mailFrom = '', helo = '', receiver = '', voidLookups } = request;
  const { now = Math.floor(Date.now() / 1000) } = request;
  if (typeof ip !== 'string') throw new TypeError(`ip must be a string, not ${shown(ip)}`);
  if (!Number.isSafeInteger(now) || now < 0) {
    throw new TypeError(`now must be whole seconds since 1970, not ${shown(now)}`);
  }
  putNumber(instance, voidLookups, 'voidLookups');
  instance.putWord(now % 2 ** 32);
  instance.putWord(Math.floor(now / 2 ** 32));
  instance.putText(ip);
  putIdentity(instance, checkText(mailFrom, 'mailFrom'), true);
  putIdentity(instance, checkText(helo, 'helo'), false);
  // The core cuts it at 255 bytes.
  instance.putText(utf8(checkText(receiver, 'receiver').slice(0, 256)).subarray(0, 256));
}

/**
 * The size of an identity that is too long is reported, so that it is no misuse however long it is;
 * the core reads nothing else of it. What the output buffer does not hold is not counted.
 * @param {Instance} instance
 * @param {string | Uint8Array} text
 * @param {boolean} isPath The core leaves the angle brackets of a path out of its size.
 */
function putIdentity(instance, text, isPath) {
  const bytes = utf8(text.slice(0, instance.output.length));
  if (bytes.length <= IDENTITY_BYTES) {
    instance.putSized(bytes.length, bytes);
    return;
  }
  const bracketed = isPath && bytes[0] === LESS && bytes[bytes.length - 1] === GREATER;
  instance.putSized(bytes.length - (bracketed ? 2 : 0), NO_BYTES);
}

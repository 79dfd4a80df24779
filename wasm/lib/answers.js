// Packs the answers of the host, and refuses those that are none.
import { checkMembers, explained, shown } from './arguments.js';

/** @typedef {import('../index.d.ts').Answer} Answer */
/** @typedef {import('../index.d.ts').DnsAnswer} DnsAnswer */
/** @typedef {import('../index.d.ts').LabelAnswer} LabelAnswer */
/** @typedef {import('../index.d.ts').Question} Question */
/** @typedef {import('./instance.js').Instance} Instance */

const DNS_ANSWER = ['status', 'secure', 'canonicalName', 'records'];
const LABEL_ANSWER = ['status', 'label'];

/** @param {Question} question */
function answerTo(question) {
  const type = question.type || question.kind;
  return `the answer to question ${question.id} (${type} ${question.name})`;
}

/**
 * @param {Question} question
 * @param {string} problem
 */
function nonsense(question, problem) {
  return new TypeError(`${answerTo(question)} ${problem}`);
}

/**
 * @param {Question} question
 * @param {boolean} sound
 * @param {string} wanted
 * @param {unknown} got
 */
function expect(question, sound, wanted, got) {
  if (!sound) throw nonsense(question, `must have ${wanted}, not ${shown(got)}`);
}

/**
 * @param {Instance} instance
 * @param {Question} question
 * @param {unknown} host
 * @param {number} index
 */
function putHost(instance, question, host, index) {
  if (typeof host !== 'string') throw nonsense(question, wrongRecord('a text', index, host));
  instance.putBytes(host, answerTo(question));
}

/**
 * @param {string} wanted
 * @param {number} index
 * @param {unknown} record
 */
function wrongRecord(wanted, index, record) {
  return `must have ${wanted} in record ${index}, not ${shown(record)}`;
}

/**
 * @param {Instance} instance
 * @param {Question} question
 * @param {unknown} record
 * @param {number} index
 */
function putTxt(instance, question, record, index) {
  const strings = Array.isArray(record) ? record : [record];
  instance.putWord(strings.length);
  for (const string of strings) {
    if (typeof string !== 'string' && !(string instanceof Uint8Array)) {
      throw nonsense(question, wrongRecord('strings or Uint8Arrays', index, record));
    }
    instance.putBytes(string, answerTo(question));
  }
}

/**
 * @param {Instance} instance
 * @param {Question} question
 * @param {unknown} record
 * @param {number} index
 */
function putMx(instance, question, record, index) {
  const [preference, host] = Array.isArray(record) && record.length === 2 ? record : [];
  if (!Number.isInteger(preference) || preference < 0 || preference > 65535) {
    throw nonsense(question, wrongRecord('[preference, host]', index, record));
  }
  instance.putWord(preference);
  putHost(instance, question, host, index);
}

/** @type {Record<string, typeof putHost | undefined>} */
const PUT = { TXT: putTxt, MX: putMx };

/**
 * @param {Instance} instance
 * @param {Question} question
 * @param {DnsAnswer} answer
 */
export function putDnsAnswer(instance, question, answer) {
  checkMembers(answer, DNS_ANSWER, answerTo(question));
  const { status, secure = false, canonicalName = '', records = [] } = answer;
  expect(question, typeof status === 'string', 'a status', status);
  expect(question, typeof secure === 'boolean', 'true or false as secure', secure);
  expect(question, typeof canonicalName === 'string', 'a text as canonicalName', canonicalName);
  expect(question, Array.isArray(records), 'a list of records', records);
  instance.begin().putBytes(status, answerTo(question));
  instance.putWord(secure ? 1 : 0);
  instance.putBytes(canonicalName, answerTo(question));
  const used = status === 'ok' ? records : [];
  instance.putWord(used.length);
  const put = PUT[question.type] ?? putHost;
  // Not forEach: it would pass over the holes that the core was told of.
  for (const [index, record] of used.entries()) put(instance, question, record, index);
}

/**
 * @param {Instance} instance
 * @param {Question} question
 * @param {LabelAnswer} answer
 */
export function putLabelAnswer(instance, question, answer) {
  checkMembers(answer, LABEL_ANSWER, answerTo(question));
  const { status, label = '' } = answer;
  expect(question, typeof status === 'string', 'a status', status);
  expect(question, typeof label === 'string', 'a text as label', label);
  instance.begin().putBytes(status, answerTo(question));
  instance.putText(label);
}

/**
 * What the core says of an answer that it does not take.
 * @param {Question} question
 * @param {Answer} answer
 * @param {string} code
 * @param {number} index
 */
export function refusedAnswer(question, answer, code, index) {
  if (code === 'no-address') {
    const family = question.type === 'A' ? 'an IPv4 address' : 'an IPv6 address';
    const record = /** @type {DnsAnswer} */ (answer).records?.[index];
    return nonsense(question, wrongRecord(family, index, record));
  }
  if (code === 'unknown-status') {
    return nonsense(question, `has a status that is none: ${shown(answer.status)}`);
  }
  return nonsense(question, `was refused: ${explained(code)}`);
}

// A zone of the vector format (tests/vectors/FORMAT.md): one object in, answers out.

/** @typedef {import('../../../wasm/index.d.ts').DnsAnswer} DnsAnswer */

const MAX_ALIASES = 16;
const TYPES = ['A', 'AAAA', 'MX', 'NS', 'PTR', 'TXT'];
const FAILURES = ['SERVFAIL', 'TIMEOUT', 'REFUSED', 'BOGUS', 'NXDOMAIN'];

/**
 * @typedef {object} Node
 * @property {DnsAnswer} [failure] The answer for every type.
 * @property {string} [alias]
 * @property {boolean} secure
 * @property {Map<string, DnsAnswer>} sets By type.
 */

/**
 * Lower case, without the final dot. Only ASCII letters have a case in DNS.
 * @param {string} name
 */
function normal(name) {
  const trimmed = name.endsWith('.') ? name.slice(0, -1) : name;
  return trimmed.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * @param {string} word
 * @returns {DnsAnswer}
 */
function failureOf(word) {
  if (!FAILURES.includes(word)) throw new Error(`"${word}" is none of ${FAILURES.join(', ')}`);
  return { status: /** @type {DnsAnswer['status']} */ (word.toLowerCase()) };
}

/**
 * @param {any} value What a zone says of one name.
 * @returns {Node}
 */
function nodeOf(value) {
  if (typeof value === 'string') {
    return { failure: failureOf(value), secure: false, sets: new Map() };
  }
  const { secure = false, CNAME: alias, ...types } = value;
  const sets = new Map();
  for (const type of TYPES.filter((name) => name in types)) {
    const set = types[type];
    sets.set(type, typeof set === 'string' ? failureOf(set) : { status: 'ok', records: set });
  }
  return { alias, secure, sets };
}

export class Zone {
  /** @type {Map<string, Node>} */
  #nodes = new Map();
  /** @type {Set<string>} Names above those that are listed. */
  #above = new Set();

  /** @param {Record<string, any>} names */
  constructor(names) {
    for (const [name, value] of Object.entries(names)) {
      let rest = normal(name);
      this.#nodes.set(rest, nodeOf(value));
      for (let dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
        rest = rest.slice(dot + 1);
        this.#above.add(rest);
      }
      this.#above.add('');
    }
  }

  /**
   * @param {string} name
   * @param {string} type
   * @returns {DnsAnswer}
   */
  lookup(name, type) {
    let owner = normal(name);
    let secure = true;
    /** @type {{canonicalName?: string}} */
    const followed = {};
    for (let aliases = 0; aliases <= MAX_ALIASES; ++aliases) {
      const node = this.#nodes.get(owner);
      if (node === undefined) {
        return { ...followed, status: this.#above.has(owner) ? 'ok' : 'nxdomain' };
      }
      secure = secure && node.secure;
      const found = node.failure ?? node.sets.get(type);
      if (found !== undefined || node.alias === undefined) {
        const answer = found ?? { status: 'ok' };
        const validated = secure && ['ok', 'nxdomain'].includes(answer.status);
        return { ...answer, ...followed, secure: validated };
      }
      owner = normal(node.alias);
      followed.canonicalName = owner;
    }
    return { ...followed, status: 'error' };
  }
}

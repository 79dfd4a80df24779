// Checks of what the caller hands over, and the errors about it.

/** @type {Record<string, string>} */
const MISUSES = {
  'limit-too-high': 'the memory of the module is fixed, so limits can only be lowered',
  'scratch-too-small': 'the limits leave too little memory for a check',
  'too-large': 'this is more than one DNS answer can hold',
  unsound: 'an earlier call into this instance did not return; start a new check',
  misused: 'this check was never started',
  'unknown-question': 'no question with this id was given out',
};

/** Misuse of this interface. What mail and DNS hold is never misuse: it is a verdict. */
export class MailassayError extends Error {
  /**
   * @param {string} code
   * @param {string} [message]
   */
  constructor(code, message = explained(code)) {
    super(message);
    this.name = 'MailassayError';
    this.code = code;
  }
}

/**
 * The meaning of a status of the core.
 * @param {string} code
 */
export function explained(code) {
  return MISUSES[code] ?? code;
}

/**
 * A short form of any value for an error message.
 * @param {unknown} value
 * @returns {string}
 */
export function shown(value) {
  if (typeof value === 'function') return 'a function';
  const text = plainForm(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** @param {unknown} value */
function plainForm(value) {
  for (const form of [JSON.stringify, String]) {
    try {
      const text = form(value);
      if (text !== undefined) return text;
    } catch {
      // A cycle, a bigint, or an object that has no form as text.
    }
  }
  return `a value of the type ${typeof value}`;
}

/**
 * A misspelt member would be ignored silently and change the verdict.
 * @param {unknown} value
 * @param {readonly string[]} known
 * @param {string} what
 * @returns {asserts value is object}
 */
export function checkMembers(value, known, what) {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(`${what} must be an object, not ${shown(value)}`);
  }
  for (const name of Object.keys(value)) {
    if (!known.includes(name)) {
      throw new TypeError(`${what} has no member ${shown(name)}, only ${known.join(', ')}`);
    }
  }
}

/**
 * A whole number of 32 bits; the largest one is left out, see DEFAULT in instance.js.
 * @param {unknown} value
 * @param {string} what
 */
export function checkNumber(value, what) {
  const sound = typeof value === 'number' && Number.isInteger(value);
  if (sound && value >= 0 && value < 0xffffffff) return value;
  throw new TypeError(`${what} must be a whole number from 0 on, not ${shown(value)}`);
}

/**
 * @param {unknown} value
 * @param {string} what
 */
export function checkText(value, what) {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  throw new TypeError(`${what} must be a string or a Uint8Array, not ${shown(value)}`);
}

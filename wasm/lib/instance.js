// One instance of the module: its functions, and the packing of its two buffers (see bridge.cpp).
import { MailassayError } from './arguments.js';
import { utf8 } from './text.js';

/** Stands for "as the core has it" where a number is optional. */
export const DEFAULT = 0xffffffff;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** @typedef {import('../index.d.ts').Question} Question */

/** @param {number} bytes */
function padded(bytes) {
  return (bytes + 3) & ~3;
}

/** @param {Uint8Array} bytes */
function latin1(bytes) {
  return String.fromCharCode(...bytes);
}

export class Instance {
  #at = 0;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    const instance = new WebAssembly.Instance(module, {});
    this.exports = /** @type {Record<string, (...numbers: number[]) => number>} */ (
      /** @type {unknown} */ (instance.exports)
    );
    this.exports._initialize?.();
    const { buffer } = /** @type {WebAssembly.Memory} */ (instance.exports.memory);
    const { ma_input, ma_input_bytes, ma_output, ma_output_bytes } = this.exports;
    // The memory never grows, so these views stay good.
    this.input = new Uint8Array(buffer, ma_input(), ma_input_bytes());
    this.inputWords = new DataView(buffer, this.input.byteOffset, this.input.length);
    this.output = new Uint8Array(buffer, ma_output(), ma_output_bytes());
    this.outputWords = new DataView(buffer, this.output.byteOffset, this.output.length);
    /** False once a call did not return: what it left behind is not used again. */
    this.sound = true;
  }

  /**
   * @param {string} name
   * @param {...number} values
   */
  call(name, ...values) {
    if (!this.sound) throw new MailassayError('unsound');
    try {
      return this.exports[name](...values) >>> 0;
    } catch (error) {
      this.sound = false;
      throw error;
    }
  }

  // ---- Input ------------------------------------------------------------------------------------

  begin() {
    this.#at = 0;
    return this;
  }

  /** Bytes of input since begin(). */
  get size() {
    return this.#at;
  }

  /** @param {number} value */
  putWord(value) {
    this.#take(4);
    this.inputWords.setUint32(this.#at - 4, value, true);
  }

  /**
   * Code points 0-255 as bytes, without their length in front.
   * @param {string | Uint8Array} text
   * @param {string} what Begins the message if the text holds others.
   */
  putRaw(text, what) {
    const begin = this.#at;
    this.#take(text.length);
    if (typeof text !== 'string') {
      this.input.set(text, begin);
      return;
    }
    for (let i = 0; i < text.length; ++i) {
      const byte = text.charCodeAt(i);
      if (byte > 255) throw notBytes(text, i, what);
      this.input[begin + i] = byte;
    }
  }

  /**
   * Code points 0-255 as bytes.
   * @param {string | Uint8Array} text
   * @param {string} what Begins the message if the text holds others.
   */
  putBytes(text, what) {
    this.putWord(text.length);
    this.putRaw(text, what);
  }

  /** @param {string | Uint8Array} text A string as UTF-8, bytes as they are. */
  putText(text) {
    this.putBytes(utf8(text), '');
  }

  /**
   * A text whose size is what matters once it is too long; see request_text() in bridge.cpp.
   * @param {number} size
   * @param {Uint8Array} bytes What the core reads of it.
   */
  putSized(size, bytes) {
    this.putWord(size);
    this.putBytes(bytes, '');
  }

  /** @param {number} bytes */
  #take(bytes) {
    if (this.#at + padded(bytes) > this.input.length) {
      throw new MailassayError('too-large', `more than ${this.input.length} bytes at once`);
    }
    this.#at += padded(bytes);
  }

  // ---- Output -----------------------------------------------------------------------------------

  /**
   * The text that a function writes.
   * @param {string} name
   * @param {...number} values
   */
  text(name, ...values) {
    const size = this.call(name, ...values);
    if (size > this.output.length) {
      throw new MailassayError('too-large', `more than ${this.output.length} bytes of output`);
    }
    return decoder.decode(this.output.subarray(0, size));
  }

  /** @param {boolean} all Or those that were not given out yet. */
  questions(all) {
    const size = this.call('ma_questions', all ? 1 : 0);
    const questions = [];
    for (this.#at = 0; this.#at < size;) questions.push(this.#takeQuestion());
    return questions;
  }

  #takeQuestion() {
    const id = this.#takeWord();
    const bits = this.#takeWord();
    const kind = latin1(this.#takeBytes());
    const type = latin1(this.#takeBytes());
    const bytes = this.#takeBytes();
    const name = kind === 'to_ascii' ? decoder.decode(bytes) : latin1(bytes);
    const question = { id, kind, type, name, needed: (bits & 1) !== 0, answered: (bits & 2) !== 0 };
    return /** @type {Question} */ (Object.freeze(question));
  }

  #takeWord() {
    const value = this.outputWords.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  #takeBytes() {
    const size = this.#takeWord();
    const bytes = this.output.subarray(this.#at, this.#at + size);
    this.#at += padded(size);
    return bytes;
  }
}

/**
 * @param {string} text
 * @param {number} index
 * @param {string} what
 */
function notBytes(text, index, what) {
  const point = (text.codePointAt(index) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const rule = 'characters stand for bytes here (0 to 255); give other text as a Uint8Array';
  return new TypeError(`${what} holds U+${point}, but ${rule}`);
}

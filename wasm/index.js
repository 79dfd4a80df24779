// mailassay for JavaScript: e-mail authentication checks by the C++ core, compiled to WebAssembly.
//
// The core does no input or output: a check asks questions (mostly DNS look-ups), the host answers
// them, and so on until there is a verdict. An instance of the module is one check at a time. All
// its memory is static, so starting anew is all the cleaning up there is; idle instances are kept
// and used again.
import { MailassayError, checkMembers, checkText, shown } from './lib/arguments.js';
import { Drive } from './lib/drive.js';
import { Instance } from './lib/instance.js';
import { SpfCheck, startSpf } from './lib/spf_check.js';
import { utf8 } from './lib/text.js';

export { MailassayError };

/** @typedef {import('./index.d.ts').Mailassay} Checker */
/** @typedef {import('./index.d.ts').CheckOptions} CheckOptions */
/** @typedef {import('./index.d.ts').Diagnostic} Diagnostic */
/** @typedef {import('./index.d.ts').DriveOptions} DriveOptions */
/** @typedef {import('./index.d.ts').Messages} Messages */
/** @typedef {import('./index.d.ts').RecordReport} RecordReport */
/** @typedef {import('./index.d.ts').SpfRequest} SpfRequest */

const ABI = 2;
const IDLE_INSTANCES = 8;

/**
 * The first word that is wrong: the version, or a whole term.
 * @param {RecordReport} report
 * @returns {[number, number] | null}
 */
function errorSpan({ valid, terms, diagnostics: [first] }) {
  if (valid) return null;
  const term = terms.find(({ kind }) => kind === 'invalid');
  const { begin, end } = term === undefined || first.begin < term.begin ? first : term;
  return [begin, end];
}

/** @implements {Checker} */
class Mailassay {
  /** @type {Instance[]} */
  #idle = [];
  #module;
  #messages;
  #recordBytes;

  /**
   * @param {WebAssembly.Module} module
   * @param {Record<string, Messages>} messages
   */
  constructor(module, messages) {
    if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'ma_abi')) {
      throw new MailassayError('wrong-module', 'this WebAssembly module is not mailassay');
    }
    this.#module = module;
    this.#messages = messages;
    const instance = this.#take();
    const abi = instance.call('ma_abi');
    if (abi !== ABI) {
      const problem = `index.js speaks version ${ABI} of the bridge, the module version ${abi}`;
      throw new MailassayError('wrong-module', `${problem}; take both from one release`);
    }
    this.#recordBytes = instance.call('ma_record_bytes');
    this.#release(instance);
  }

  /** @param {string | Uint8Array} record */
  parseSpf(record) {
    const given = checkText(record, 'the record');
    // Beyond U+00FF characters cannot stand for bytes: then it is a text.
    const text = typeof given === 'string' && /[\u0100-\uffff]/.test(given) ? utf8(given) : given;
    if (text.length > this.#recordBytes) {
      const most = `no TXT record is longer than ${this.#recordBytes} bytes`;
      throw new MailassayError('too-large', `this record has ${text.length} bytes; ${most}`);
    }
    return this.#with((instance) => {
      instance.begin().putRaw(text, 'the record');
      const report = JSON.parse(instance.text('ma_spf_parse', text.length));
      return { ...report, errorSpan: errorSpan(report) };
    });
  }

  /**
   * @param {SpfRequest} request
   * @param {DriveOptions} options
   */
  async checkSpf(request, options) {
    const { resolve, toAscii, signal, ...rest } = options ?? {};
    if (typeof resolve !== 'function') {
      throw new TypeError(`resolve must be a function, not ${shown(resolve)}`);
    }
    if (toAscii !== undefined && typeof toAscii !== 'function') {
      throw new TypeError(`toAscii must be a function, not ${shown(toAscii)}`);
    }
    signal?.throwIfAborted();
    return new Drive(this.#start(request, rest), options).run();
  }

  /**
   * @param {SpfRequest} request
   * @param {CheckOptions} [options]
   */
  spfCheck(request, options = {}) {
    return this.#start(request, options);
  }

  /**
   * @param {Diagnostic} diagnostic
   * @param {string} [language]
   */
  text(diagnostic, language = 'en') {
    const pattern = this.#pattern(diagnostic.name, language);
    const values = Object.entries(diagnostic.arguments);
    return this.#with((instance) => {
      instance.begin().putText(pattern);
      instance.putWord(values.length);
      for (const [name, value] of values) {
        const isNumber = typeof value === 'number';
        instance.putText(name);
        instance.putWord(isNumber ? 1 : 0);
        if (isNumber) instance.putWord(value);
        else instance.putBytes(value, `the argument ${name}`);
      }
      return instance.text('ma_render', instance.size);
    });
  }

  /**
   * @param {string} name
   * @param {string} language
   */
  #pattern(name, language) {
    const messages = this.#messages[language];
    if (messages === undefined) {
      const hint = `load(source, {languages: [${shown(language)}]})`;
      throw new MailassayError('no-messages', `no messages in ${shown(language)}; use ${hint}`);
    }
    if (Object.hasOwn(messages, name)) return messages[name];
    throw new MailassayError('no-messages', `no message in ${shown(language)} for ${shown(name)}`);
  }

  /**
   * @param {SpfRequest} request
   * @param {CheckOptions} options
   */
  #start(request, options) {
    const instance = this.#take();
    try {
      startSpf(instance, request, options);
    } catch (error) {
      this.#release(instance);
      throw error;
    }
    return new SpfCheck(instance, (used) => this.#release(used));
  }

  #take() {
    return this.#idle.pop() ?? new Instance(this.#module);
  }

  /** @param {Instance} instance */
  #release(instance) {
    if (instance.sound && this.#idle.length < IDLE_INSTANCES) this.#idle.push(instance);
  }

  /**
   * @template T
   * @param {(instance: Instance) => T} use
   */
  #with(use) {
    const instance = this.#take();
    try {
      return use(instance);
    } finally {
      this.#release(instance);
    }
  }
}

// ---- Loading ------------------------------------------------------------------------------------

/**
 * Node's fetch does not read files. The name of the module stands apart, so that bundlers for
 * browsers do not look for it.
 * @param {URL} url
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function readFile(url) {
  const name = 'node:fs/promises';
  const fs = await import(/* @vite-ignore */ /* webpackIgnore: true */ name);
  return fs.readFile(url);
}

/** @param {URL} url */
async function fetchFile(url) {
  const response = await fetch(url);
  if (response.ok) return response;
  throw new MailassayError('not-loaded', `${url} answers with HTTP status ${response.status}`);
}

/** @param {URL} url */
async function compileFile(url) {
  if (url.protocol === 'file:') return WebAssembly.compile(await readFile(url));
  const response = await fetchFile(url);
  // Compiling while it comes needs the right type, and many servers do not know it.
  const type = response.headers.get('content-type')?.split(';')[0].trim();
  if (type === 'application/wasm') return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** @param {import('./index.d.ts').Source} source */
async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof URL) return compileFile(source);
  // Relative to the page; where there is none, to this file.
  const base = globalThis.location?.href ?? import.meta.url;
  if (typeof source === 'string') return compileFile(new URL(source, base));
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source);
  }
  throw new TypeError(`no module can be loaded from ${shown(source)}`);
}

/**
 * @param {string} language
 * @returns {Promise<[string, Messages]>}
 */
async function loadMessages(language) {
  if (!/^[a-z]{2,3}$/.test(language)) {
    throw new TypeError(`${shown(language)} is no language, such as "en" or "de"`);
  }
  const url = new URL(`./messages/${language}.json`, import.meta.url);
  if (url.protocol !== 'file:') return [language, await (await fetchFile(url)).json()];
  return [language, JSON.parse(new TextDecoder().decode(await readFile(url)))];
}

/** @type {typeof import('./index.d.ts').load} */
export async function load(source = new URL('./mailassay.wasm', import.meta.url), options = {}) {
  checkMembers(options, ['languages', 'messages'], 'the options');
  const { languages = [], messages = {} } = options;
  const [module, ...tables] = await Promise.all([compile(source), ...languages.map(loadMessages)]);
  return new Mailassay(module, { ...Object.fromEntries(tables), ...messages });
}

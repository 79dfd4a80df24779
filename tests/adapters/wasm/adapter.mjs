// The WebAssembly adapter (tests/vectors/FORMAT.md): one JSON request a line in, one answer a line
// out. It goes through the public interface of the package only.
//
//   MAILASSAY_WASM   the module; default wasm/dist/mailassay.wasm
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

import { load } from '../../../wasm/index.js';
import { Zone } from './zone.mjs';

const module = process.env.MAILASSAY_WASM;
const ma = await load(
  module ? pathToFileURL(module) : new URL('../../../wasm/dist/mailassay.wasm', import.meta.url),
);

/** @param {string} name guess_pool */
function camelCase(name) {
  return name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

/** @param {any} options Of the request. */
function checkOptions({ guesses = 20, limits = {} } = {}) {
  const entries = Object.entries(limits).map(([name, value]) => [camelCase(name), value]);
  return { guesses, limits: Object.fromEntries(entries) };
}

/** @param {any} request */
async function checkSpf({ ask, names = {}, now = 1700000000 }) {
  const zone = new Zone(names);
  const { ip, mail_from: mailFrom, helo, receiver } = ask;
  const { receivedSpf: _, ...report } = await ma.checkSpf(
    { ip, mailFrom, helo, receiver, now },
    { ...checkOptions(ask.options), resolve: ({ name, type }) => zone.lookup(name, type) },
  );
  const { verdict, explanation, lookups, void_lookups } = report;
  return { result: verdict, explanation, lookups, void_lookups, report };
}

/**
 * The canonical text of a valid term.
 * @param {import('../../../wasm/index.d.ts').Term} term
 */
function canonical({ qualifier, name = '', text }) {
  if (qualifier === undefined) return name.toLowerCase() + text.slice(name.length);
  const written = /^[-+~?]/.test(text) ? text.slice(1) : text;
  return qualifier + name.toLowerCase() + written.slice(name.length);
}

/** @param {any} request */
function parseSpf({ ask }) {
  const { errorSpan, ...report } = ma.parseSpf(ask.record);
  if (errorSpan === null) return { valid: true, terms: report.terms.map(canonical), report };
  return { valid: false, error_span: errorSpan, report };
}

/** @param {any} request */
async function answer(request) {
  if (request.protocol === 'spf') return checkSpf(request);
  if (request.protocol === 'spf_record') return parseSpf(request);
  return { unsupported: true };
}

/**
 * Readers differ in what else ends a line (U+0085, U+2028), so none of it is written raw.
 * @param {unknown} value
 */
function asciiJson(value) {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  let id = null;
  let answered;
  try {
    const request = JSON.parse(line);
    id = request.id;
    answered = await answer(request);
  } catch (error) {
    answered = { error: String(error) };
  }
  process.stdout.write(`${asciiJson({ id, ...answered })}\n`);
}

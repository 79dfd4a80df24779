// What the tests of the JavaScript package share.
import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { load } from '../../wasm/index.js';
import { Zone } from '../adapters/wasm/zone.mjs';

/** @typedef {import('../../wasm/index.d.ts').DriveOptions} DriveOptions */
/** @typedef {import('../../wasm/index.d.ts').SpfRequest} SpfRequest */

export const root = new URL('../../', import.meta.url);

/** The module under test: MAILASSAY_WASM, or the one that wasm/build.sh makes by default. */
export const moduleUrl = process.env.MAILASSAY_WASM
  ? pathToFileURL(process.env.MAILASSAY_WASM)
  : new URL('wasm/dist/mailassay.wasm', root);

export const moduleBytes = await readFile(fileURLToPath(moduleUrl));
export const compiled = await WebAssembly.compile(moduleBytes);

/** Texts as core/messages has them. */
export const messages = {
  en: JSON.parse(await readFile(new URL('core/messages/en.json', root), 'utf8')),
  de: JSON.parse(await readFile(new URL('core/messages/de.json', root), 'utf8')),
};

export const ma = await load(compiled, { messages });

/** @type {SpfRequest} */
export const request = {
  ip: '192.0.2.1',
  mailFrom: 'a@example.com',
  helo: 'h.example.net',
  now: 1,
};

/**
 * Options that answer from a zone of the vector format.
 * @param {Record<string, any>} names
 * @returns {DriveOptions}
 */
export function from(names) {
  const zone = new Zone(names);
  return { resolve: ({ name, type }) => zone.lookup(name, type) };
}

/**
 * Options that give every TXT question the same answer and say of all else that it does not exist.
 * @param {any} records
 * @returns {DriveOptions}
 */
export function txt(records) {
  return {
    resolve: ({ type }) => (type === 'TXT' ? { status: 'ok', records } : { status: 'nxdomain' }),
  };
}

/** @param {number} milliseconds */
export function sleep(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

// Text as bytes.

const encoder = new TextEncoder();

/**
 * UTF-8. TextEncoder makes U+FFFD of a lone surrogate, another text than the one that was given:
 * here it stays what it is, three bytes that are no UTF-8 (as in WTF-8), and the core refuses them.
 * @param {string | Uint8Array} text Bytes stay as they are.
 */
export function utf8(text) {
  if (typeof text !== 'string') return text;
  if (!/\p{Surrogate}/u.test(text)) return encoder.encode(text);
  // Surrogates stand alone between pieces of sound text.
  const pieces = text.split(/(\p{Surrogate})/u).map((piece, i) => {
    return i % 2 === 0 ? encoder.encode(piece) : loneSurrogate(piece.charCodeAt(0));
  });
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

/** @param {number} unit 0xd800-0xdfff */
function loneSurrogate(unit) {
  return Uint8Array.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
}

// Texts for people, in both languages, by the core's own rendering.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from '../../wasm/index.js';
import { compiled, ma, messages, request, txt } from './support.mjs';

test('both_languages_are_rendered', () => {
  const [diagnostic] = ma.parseSpf('v=spf1 ipv4:192.0.2.1 -all').diagnostics;
  const { found } = diagnostic.arguments;
  const english = ma.text(diagnostic);
  const german = ma.text(diagnostic, 'de');
  for (const text of [english, german]) {
    assert.ok(text.includes(String(found)), text);
    assert.doesNotMatch(text, /[{}]/);
  }
  assert.notEqual(english, german);
  assert.equal(english, ma.text(diagnostic, 'en'));
});

test('findings_of_a_check_are_rendered_after_it_is_over', async () => {
  const result = await ma.checkSpf(request, txt(['v=spf1 -all', 'v=spf1 ~all']));
  ma.parseSpf('v=spf1 something=else');
  const text = ma.text(result.diagnostics[result.cause], 'de');
  assert.match(text, /example\.com/);
  assert.match(text, /2/);
});

test('every_placeholder_of_every_message_is_filled', () => {
  for (const table of Object.values(messages)) {
    for (const [name, pattern] of Object.entries(table)) {
      const used = [...pattern.matchAll(/(?<!%)\{([a-z]+)\}/g)].map(
        ([, placeholder]) => placeholder,
      );
      const values = Object.fromEntries(
        used.slice(0, 3).map((placeholder) => [placeholder, 'Wert']),
      );
      const text = ma.text({ name, arguments: values }, table === messages.en ? 'en' : 'de');
      for (const placeholder of Object.keys(values)) {
        assert.ok(!text.includes(`{${placeholder}}`), `${name}: ${text}`);
      }
    }
  }
});

test('text_from_outside_is_made_harmless', async () => {
  const own = await load(compiled, { messages: { xx: { n: '{found} – {count}' } } });
  /** @param {string | number} found */
  const shown = (found) => own.text({ name: 'n', arguments: { found, count: 4000000000 } }, 'xx');
  assert.equal(shown('a\r\n\u001b[31m'), 'a\\u{000D}\\u{000A}\\u{001B}[31m – 4000000000');
  assert.equal(shown('\u00e2\u0080\u00ae'), '\\u{202E} – 4000000000'); // the bytes of U+202E
  assert.equal(shown('\u00c3\u00a4\u00ff'), 'ä\\xFF – 4000000000');
  assert.equal(shown('{count}'), '{count} – 4000000000');
  assert.equal(shown('x'.repeat(100)), `${'x'.repeat(80)}… – 4000000000`);
});

test('missing_texts_say_how_to_get_them', async () => {
  const bare = await load(compiled);
  const [diagnostic] = ma.parseSpf('v=spf1 x').diagnostics;
  assert.throws(() => bare.text(diagnostic), {
    code: 'no-messages',
    message: /languages: \["en"\]/,
  });
  assert.throws(() => ma.text({ name: 'toString', arguments: {} }), { code: 'no-messages' });
});

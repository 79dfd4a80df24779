// The default toAscii against the rules of IDNA2008 (RFC 5891-5893).
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { urlToAscii } from '../../wasm/lib/idna.js';
import { ma, request, txt } from './support.mjs';

const LABELS = {
  'letters, digits, marks': ['b\u00fccher', '\u4f8b\u3048', '\u0e44\u0e17\u0e22', '\u13a0'],
  'exceptions that are valid': ['stra\u00dfe', '\u03b1\u03c2', '\u3007', '\u0f40\u0f0b\u0f40'],
  'middle dot between l and l': ['l\u00b7l', 'col\u00b7legi'],
  'keraia before Greek': ['\u0375\u03b1'],
  'geresh and gershayim behind Hebrew': ['\u05d0\u05f3', '\u05d0\u05f4\u05d1'],
  'katakana middle dot with kana or Han': ['\u30a2\u30fb', 'a\u30fb\u4e00', '\u30fb\u3042'],
  'joiners behind a virama': ['\u0915\u094d\u200d', '\u0915\u094d\u200c\u0937'],
  'one kind of Arabic-Indic digits': ['\u0628\u0660\u0661', '\u0628\u06f0\u06f1', '\u06f0\u06f1'],
  'right to left': ['\u05d0\u05d1', '\u05d01', '\u05d0-\u05d1', '\u05d0\u05b0', '\u0628\u064e'],
  'marks of another direction': ['a\u05b0'],
  'long ones': ['\u{20000}'.repeat(40), '\u00e9'.repeat(50)],
};

const NONE = {
  symbols: ['\u2603', '\u{1f600}', '\u20ac'],
  'what mapping changes': ['\ufb01', '\u00dc', '\uff41', 'ab\u00ad\u00e9', '\u212a'],
  'not NFC': ['u\u0308', '\u0958'],
  'ignorable, unassigned, private': ['\u034f\u00e9', 'a\ufe0f', '\u3164', '\u0378', '\ue000'],
  'blocks (RFC 5892 §2.4)': ['a\u20d0', 'a\u{1d165}', 'a\u{1d242}'],
  'old Hangul jamo': ['\u1100', '\u1100\u1161', '\ua960', '\ud7b0'],
  'exceptions that are not valid': [
    ...['\u0628\u0640', '\u07ca\u07fa', '\u4e00\u302e', '\u4e00\u302f', '\u3031', '\u3032'],
    ...['\u3033', '\u3034', '\u3035', '\u303b'],
  ],
  'the form of a label': ['ab--\u00e9', '-\u00e9', '\u00e9-', '\u0301a', '\u0903a', ''],
  'middle dot': ['\u00b7', 'a\u00b7b', 'l\u00b7', '\u00b7l', 'l\u00b7\u00b7l', 'l\u00b7l\u00b7a'],
  keraia: ['\u0375', '\u0375a', '\u03b1\u0375'],
  'geresh and gershayim': ['\u05f3', '\u05f4\u05d0', '\u0628\u05f3', 'a\u05f4'],
  'katakana middle dot': ['\u30fb', 'a\u30fbb', '\u30fb\u30fb'],
  joiners: ['a\u200d', '\u200d', '\u0915\u200c', 'a\u200cb', '\u0628\u200c\u0628'],
  'both kinds of Arabic-Indic digits': ['\u0628\u0660\u06f0', '\u0628\u06f0\u0660'],
  'Bidi rule 1': ['1\u05d0', '\u0660', '\u0660\u0628', '\u06f0\u0628'],
  'Bidi rule 2': ['\u05d0a', '\u05d0a\u05d1', '\u05d0\u4e00', '\u0628\u0915'],
  'Bidi rule 3': ['\u05d0-\u05b0'],
  'Bidi rule 4': ['\u05d01\u0660', '\u05d0\u06601'],
  'Bidi rule 5': ['a\u05d0', '\u00e9\u0628', '\u4e00\u05d0'],
  'too long': ['\u00e9'.repeat(63), 'a'.repeat(62) + '\u00e9'],
  'lone surrogates': ['\ud800', 'a\udfff\u00e9'],
};

test('u_labels_have_a_labels', () => {
  for (const [rule, labels] of Object.entries(LABELS)) {
    for (const label of labels) {
      const found = urlToAscii(label);
      assert.match(found ?? '', /^xn--[a-z0-9-]+$/, `${rule}: ${JSON.stringify(label)}`);
    }
  }
  assert.equal(urlToAscii('b\u00fccher'), 'xn--bcher-kva');
});

test('what_idna_2008_forbids_has_none', () => {
  for (const [rule, labels] of Object.entries(NONE)) {
    for (const label of labels) {
      assert.equal(urlToAscii(label), null, `${rule}: ${JSON.stringify(label)}`);
    }
  }
});

test('a_forbidden_label_ends_in_none', async () => {
  for (const label of ['a\u05d0', '\u1100', '\u0628\u0640', '\u3031', 'a\u00b7b', 'a\u200db']) {
    const wanted = { ...request, mailFrom: `u@${label}.example` };
    const { verdict, questions } = await ma.checkSpf(wanted, txt(['v=spf1 +all']));
    assert.deepEqual([verdict, questions.length], ['none', 1], label);
  }
});

test('long_labels_are_judged_in_no_time', () => {
  const begin = performance.now();
  for (const part of ['\u05d0', '\u05d01', '\u05b0', '\u30fb', '\u0660', 'l\u00b7', '\u05d0-']) {
    urlToAscii(part.repeat(63).slice(0, 63));
    urlToAscii(`${part.repeat(63).slice(0, 62)}!`);
    urlToAscii(part.repeat(100000));
  }
  assert.ok(performance.now() - begin < 1000);
});

// The A-label of a U-label by IDNA2008 (RFC 5890-5893), out of what every host has: the Unicode
// properties of regular expressions, and its URL parser for Punycode. URL parsers follow UTS 46,
// which allows far more, so the rules of IDNA2008 are applied here first. Where the host's
// properties cannot tell, the answer is that there is no A-label.

// RFC 5892 §2: letters, marks and digits (A); not what a normalisation changes (B), is ignorable
// (C), belongs to certain blocks (D), or is an old Hangul jamo (I). Exceptions (F) come first.
const LETTER = '\\p{Lu}\\p{Ll}\\p{Lm}\\p{Lo}\\p{Mn}\\p{Mc}\\p{Nd}';
const UNSTABLE =
  '\\p{Changes_When_NFKC_Casefolded}\\p{Default_Ignorable_Code_Point}\\p{White_Space}';
const BLOCKS = '\\u20d0-\\u20ff\\u{1d100}-\\u{1d24f}';
const OLD_HANGUL = '\\u1100-\\u11ff\\ua960-\\ua97c\\ud7b0-\\ud7fb';
const FORBIDDEN = '\\u302e\\u302f\\u0640\\u07fa\\u3031-\\u3035\\u303b';
const ALLOWED = '\\u00df\\u03c2\\u06fd\\u06fe\\u0f0b\\u3007';
// They need a context, see below (RFC 5892 appendix A).
const CONTEXTUAL = '\\u00b7\\u0375\\u05f3\\u05f4\\u30fb\\u200c\\u200d';

const NONE = `[${BLOCKS}${OLD_HANGUL}${UNSTABLE}${FORBIDDEN}]`;
const CODE_POINTS = new RegExp(`^(?:[-${ALLOWED}${CONTEXTUAL}]|(?!${NONE})[${LETTER}])+$`, 'u');

// RFC 5891 §4.2.3.1 and §4.2.3.2; the first one also for the end of the label.
const FORM = /^(?!-|..--|\p{M}).*(?<!-)$/su;

// Canonical_Combining_Class is 9; no property of regular expressions tells. Later versions of
// Unicode have more of them, behind which joiners are refused then.
const VIRAMA =
  '\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d3b\\u0d3c\\u0d4d\\u0dca' +
  '\\u0e3a\\u0eba\\u0f84\\u1039\\u103a\\u1714\\u1715\\u1734\\u17d2\\u1a60\\u1b44\\u1baa' +
  '\\u1bab\\u1bf2\\u1bf3\\u2d7f\\ua806\\ua82c\\ua8c4\\ua953\\ua9c0\\uaaf6\\uabed\\u{10a3f}' +
  '\\u{11046}\\u{11070}\\u{1107f}\\u{110b9}\\u{11133}\\u{11134}\\u{111c0}\\u{11235}\\u{112ea}' +
  '\\u{1134d}\\u{11442}\\u{114c2}\\u{115bf}\\u{1163f}\\u{116b6}\\u{1172b}\\u{11839}\\u{1193d}' +
  '\\u{1193e}\\u{119e0}\\u{11a34}\\u{11a47}\\u{11a99}\\u{11c3f}\\u{11d44}\\u{11d45}\\u{11d97}';

const NOT_JAPANESE = '[^\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Han}]';

/** RFC 5892 appendix A; each matches where the context of a code point is not the one it needs. */
const OUT_OF_CONTEXT = [
  /(?<!l)\u00b7|\u00b7(?!l)/u, // middle dot: between two l
  /\u0375(?!\p{Script=Greek})/u, // keraia: before Greek
  /(?<!\p{Script=Hebrew})[\u05f3\u05f4]/u, // geresh, gershayim: behind Hebrew
  new RegExp(`^${NOT_JAPANESE}*\\u30fb${NOT_JAPANESE}*$`, 'u'), // middle dot: with kana or Han
  /[\u0660-\u0669].*[\u06f0-\u06f9]|[\u06f0-\u06f9].*[\u0660-\u0669]/su, // not both kinds
  // Joiners: behind a virama. The other context of ZWNJ needs Joining_Type, which no host tells.
  new RegExp(`(?<![${VIRAMA}])[\\u200c\\u200d]`, 'u'),
];

// RFC 5893 §2. The blocks of right-to-left scripts stand for Bidi_Class R, AL and AN, but for marks
// (NSM) and the extended Arabic-Indic digits (EN).
const RTL_BLOCKS =
  '\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufeff\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}';
const EN = '0-9\\u06f0-\\u06f9';
const AN = '\\u0660-\\u0669\\u{10d30}-\\u{10d39}';
const RTL = `(?![${EN}]|\\p{Mn})[${RTL_BLOCKS}]`;
const MARK = `(?=\\p{Mn})[\\p{Script=Inherited}${RTL_BLOCKS}]`;

const HAS_RTL = new RegExp(RTL, 'u');
// Rules 1, 2 and 3; rule 4.
const RTL_LABEL = new RegExp(
  `^(?![${AN}])${RTL}(?:(?:${RTL}|${MARK}|[${EN}-])*(?:${RTL}|[${EN}]))?(?:${MARK})*$`,
  'u',
);
const MIXED_DIGITS = new RegExp(`[${EN}].*[${AN}]|[${AN}].*[${EN}]`, 'su');

/**
 * True for what IDNA2008 calls a U-label, as far as the host's properties tell.
 * @param {string} label
 */
export function isULabel(label) {
  if (!CODE_POINTS.test(label) || !FORM.test(label) || label.normalize('NFC') !== label) {
    return false;
  }
  if (OUT_OF_CONTEXT.some((wrong) => wrong.test(label))) return false;
  return !HAS_RTL.test(label) || (RTL_LABEL.test(label) && !MIXED_DIGITS.test(label));
}

/**
 * The A-label, or null if there is none. The core decodes it again and refuses any that does not
 * stand for the very same characters, so a label that the parser had to map is no answer.
 * @param {string} label
 * @returns {string | null}
 */
export function urlToAscii(label) {
  const url = `http://${label}.example/`;
  // No A-label is longer than 63, and none has fewer characters than its U-label.
  if (label.length > 2 * 63 || !isULabel(label) || !URL.canParse(url)) return null;
  const [first, ...rest] = new URL(url).hostname.split('.');
  return rest.join('.') === 'example' && first.length <= 63 ? first : null;
}

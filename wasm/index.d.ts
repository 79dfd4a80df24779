/**
 * E-mail authentication checks by the mailassay core, compiled to WebAssembly.
 *
 * Text from mail and DNS crosses as strings whose code points 0-255 stand for bytes, so that the
 * byte offsets of diagnostics and steps index them. Results are plain objects: the project's JSON,
 * schema 1, member by member.
 *
 * Bad mail and bad DNS data end in a verdict. What throws is misuse of this interface
 * ({@link MailassayError}, `TypeError`) and an aborted signal.
 */

/** Misuse of this interface; `code` is short and stable, the message says what was wrong. */
export class MailassayError extends Error {
  constructor(code: string, message?: string);
  readonly code: string;
}

/** A relative string is relative to the page; where there is none, to `index.js`. */
export type Source = URL | string | BufferSource | WebAssembly.Module;

/** Texts by the name of the diagnostic, with placeholders such as `{found}`. */
export type Messages = Record<string, string>;

export interface LoadOptions {
  /** Texts to load from `messages/` beside `index.js`: "en", "de". Without, none are loaded. */
  languages?: readonly string[];
  /** Own texts by language; they come before those of `languages`. */
  messages?: Record<string, Messages>;
}

/** Compiles the module, by default `mailassay.wasm` beside `index.js`. */
export function load(source?: Source, options?: LoadOptions): Promise<Mailassay>;

/** A compiled module. Checks of one or of several are independent of each other. */
export interface Mailassay {
  /**
   * Terms and errors of one record. A string whose code points are all at most 255 stands for
   * bytes; one with any above is text, taken as UTF-8. The memory is fixed, and no TXT record has
   * more than 65,535 bytes, so more is misuse: "too-large".
   */
  parseSpf(record: string | Uint8Array): RecordReport;

  /** Checks an identity (RFC 7208) with a host that answers the questions. */
  checkSpf(request: SpfRequest, options: DriveOptions): Promise<SpfResult>;

  /** The same, with the questions and answers in the caller's hand. */
  spfCheck(request: SpfRequest, options?: CheckOptions): SpfCheck;

  /**
   * The text of a diagnostic, for people: control characters and the like are escaped. It is plain
   * text, not HTML. The language is "en" by default and must have been loaded.
   */
  text(diagnostic: Pick<Diagnostic, 'name' | 'arguments'>, language?: string): string;
}

export interface SpfRequest {
  /** The SMTP client: an IPv4 or IPv6 address. */
  ip: string;
  /**
   * The reverse-path, with or without angle brackets. Empty: HELO is checked (RFC 7208 §2.4). A
   * string is text, taken as UTF-8. Too long a one, or too long a HELO, is a permerror with
   * "limit.identity"; its `count` is exact up to 12 MiB and stays there beyond.
   */
  mailFrom?: string | Uint8Array;
  /** What the client said in HELO or EHLO. */
  helo?: string | Uint8Array;
  /** The host that performs the check, for `%{r}`. */
  receiver?: string | Uint8Array;
  /** Seconds since 1970, for `%{t}`; default: the clock. */
  now?: number;
  /** Void look-ups allowed (RFC 7208 §4.6.4); default 2. */
  voidLookups?: number;
}

export interface CheckOptions {
  /** Questions asked ahead of need; default 20, 0: strictly one after the other. */
  guesses?: number;
  /** The module's memory is fixed, so limits can be lowered and not raised. */
  limits?: Limits;
}

/** Sizes of one check, in bytes unless the name says otherwise; see `limits.h`. */
export interface Limits {
  pool?: number;
  guessPool?: number;
  questions?: number;
  guesses?: number;
  traceSteps?: number;
  diagnostics?: number;
  sources?: number;
  recordBytes?: number;
  addresses?: number;
  identityBytes?: number;
  explanationBytes?: number;
}

export interface DriveOptions extends CheckOptions {
  /**
   * Answers a DNS question. All open questions are asked at once. `signal` is aborted when nobody
   * waits for the answer any more.
   *
   * A rejection counts as the status "failed", and so does what is thrown. Errors of the program
   * itself end the check and reach the caller: a `ReferenceError`, and a `TypeError` or
   * `RangeError` that is thrown at once (`fetch` rejects with a `TypeError` when there is no
   * connection, so a rejection with one is none). The same holds for `toAscii`. An answer of the
   * wrong form ends the check with a `TypeError`.
   */
  resolve(
    question: DnsQuestion,
    context: { signal: AbortSignal },
  ): DnsAnswer | PromiseLike<DnsAnswer>;
  /**
   * The A-label of a U-label by IDNA2008, `null` if it has none. The core refuses an answer that
   * does not stand for the very same characters.
   *
   * The default applies the rules of RFC 5891-5893 with the host's Unicode properties, and takes
   * Punycode from its `URL`; in doubt the answer is `null`. Versions of Unicode differ between
   * hosts: for the same answers everywhere, pass a function of your own.
   */
  toAscii?(label: string): string | null | PromiseLike<string | null>;
  /** Ends the check: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A check in the caller's hand: poll, ask the new questions, answer, poll again. */
export interface SpfCheck {
  /** "pending": at least one needed question is open. */
  poll(): 'pending' | 'done';
  /** Questions that were not given out yet. */
  newQuestions(): Question[];
  /** All questions so far, by id; a guess may have become needed since it was given out. */
  questions(): Question[];
  /** In any order. A second or late answer is ignored; an id that was never given out throws. */
  answer(id: number, answer: Answer): void;
  /** Answers all that is open: the host's deadline. */
  failOpen(status: 'timeout' | 'failed' | 'unsupported'): void;
  /** Once poll() returned "done"; before, it throws. */
  result(): SpfResult;
}

export type Question = DnsQuestion | LabelQuestion;

interface QuestionBase {
  readonly id: number;
  /** The verdict waits for it; otherwise it is a guess. */
  readonly needed: boolean;
  readonly answered: boolean;
}

export interface DnsQuestion extends QuestionBase {
  readonly kind: 'dns';
  readonly type: 'A' | 'AAAA' | 'MX' | 'NS' | 'PTR' | 'TXT';
  /** Lower case, without a final dot; code points 0-255 stand for bytes. */
  readonly name: string;
}

export interface LabelQuestion extends QuestionBase {
  readonly kind: 'to_ascii';
  readonly type: '';
  /** One U-label. */
  readonly name: string;
}

export type AnswerStatus =
  | 'ok'
  | 'nxdomain'
  | 'servfail'
  | 'refused'
  | 'error'
  | 'bogus'
  | 'timeout'
  | 'failed'
  | 'unsupported';

export type Answer = DnsAnswer | LabelAnswer;

/** CNAMEs are followed by the host; an unfinished chain is "error". */
export interface DnsAnswer {
  /** "ok" without records means that the name has none of this type. */
  status: AnswerStatus;
  /** Validated by DNSSEC. */
  secure?: boolean;
  /** The owner after CNAMEs, if it is not the name that was asked for. */
  canonicalName?: string;
  records?: readonly DnsRecord[];
}

/**
 * TXT: one character-string, or a list of them; code points 0-255 stand for bytes.
 * A, AAAA: the address as text. MX: preference and host. PTR, NS: the host.
 */
export type DnsRecord =
  | string
  | Uint8Array
  | readonly (string | Uint8Array)[]
  | readonly [preference: number, host: string];

export interface LabelAnswer {
  status: AnswerStatus;
  label?: string;
}

// ---- Results: schema 1 --------------------------------------------------------------------------

export type Verdict = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

export interface SpfResult {
  schema: 1;
  protocol: 'spf';
  verdict: Verdict;
  /** Which identity was checked. */
  identity: 'mailfrom' | 'helo';
  domain: string;
  local_part: string;
  client: string;
  helo: string;
  receiver: string;
  /** The domain's own text, printable ASCII; it comes from a third party. */
  explanation: string;
  /** Terms counted against the limit of ten (RFC 7208 §4.6.4). */
  lookups: number;
  void_lookups: number;
  /** Index of the diagnostic that explains the verdict; -1: none does. */
  cause: number;
  /** Index of the step that decided; -1: none did. */
  decided_by: number;
  /** A limit of this check, not of the standard, set the verdict. */
  limited: boolean;
  sources: TextSource[];
  /** Name, type (or "to_ascii") and whether the verdict needed the answer, by id. */
  questions: [name: string, type: string, needed: boolean][];
  diagnostics: Diagnostic[];
  /** In pre-order; with `depth` the steps form a tree. */
  trace: Step[];
  trace_cut: boolean;
  /** The Received-SPF field (RFC 7208 §9.1), folded, with its CRLF. Not part of the schema. */
  receivedSpf: string;
}

/** A text that diagnostics and steps point into. */
export interface TextSource {
  id: number;
  kind: 'record' | 'header' | 'policy' | 'argument';
  owner: string;
  type: string;
  text: string;
  string_ends: number[];
}

export interface Diagnostic {
  code: number;
  /** Such as "spf.mechanism-unknown". */
  name: string;
  severity: 'error' | 'warning' | 'notice' | 'info';
  /** Index of the source; -1: there is nothing to point at. */
  source: number;
  begin: number;
  end: number;
  arguments: Record<string, string | number>;
}

export interface Step {
  depth: number;
  kind: 'record' | 'term' | 'host' | 'signature' | 'walk';
  source: number;
  begin: number;
  end: number;
  target: string;
  question: number;
  outcome: string;
  lookups: number;
  voids: number;
}

export interface RecordReport {
  schema: 1;
  protocol: 'spf_record';
  text: string;
  terms: Term[];
  valid: boolean;
  diagnostics: Diagnostic[];
  /** The first word that is wrong, the version or a whole term. Not part of the schema. */
  errorSpan: [begin: number, end: number] | null;
}

export interface Term {
  kind: string;
  begin: number;
  end: number;
  text: string;
  qualifier?: '+' | '-' | '~' | '?';
  name?: string;
  value?: string;
  prefix4?: number;
  prefix6?: number;
}

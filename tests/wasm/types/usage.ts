// Compiled, never run: the declarations accept what they should, and refuse what they should.
import { MailassayError, load } from '../../../wasm/index.js';
import type { DnsAnswer, DnsQuestion, Mailassay, SpfResult } from '../../../wasm/index.js';

export async function use(): Promise<string> {
  const ma: Mailassay = await load(new URL('https://example.com/m.wasm'), { languages: ['de'] });
  const result: SpfResult = await ma.checkSpf(
    { ip: '192.0.2.1', mailFrom: 'a@example.com', helo: new Uint8Array() },
    {
      guesses: 0,
      limits: { recordBytes: 100 },
      signal: AbortSignal.timeout(1000),
      async resolve({ type, name }: DnsQuestion, { signal }): Promise<DnsAnswer> {
        signal.throwIfAborted();
        if (type === 'MX') return { status: 'ok', records: [[10, name]] };
        return { status: 'ok', secure: true, records: ['a', ['b', new Uint8Array()]] };
      },
      toAscii: (label) => (label === '' ? null : Promise.resolve(label)),
    },
  );
  const [name, type, needed] = result.questions[0];
  const step = result.trace[result.decided_by];
  return `${name} ${type} ${needed} ${step.begin} ${ma.text(result.diagnostics[0], 'de')}`;
}

export function byHand(ma: Mailassay): SpfResult {
  const check = ma.spfCheck({ ip: '::1' });
  while (check.poll() === 'pending') {
    for (const question of check.newQuestions()) {
      if (question.kind === 'to_ascii') check.answer(question.id, { status: 'error' });
      else check.answer(question.id, { status: 'ok', records: [question.type] });
    }
    check.failOpen('timeout');
  }
  return check.result();
}

export async function wrong(ma: Mailassay): Promise<void> {
  // @ts-expect-error ip is needed
  ma.spfCheck({ mailFrom: 'a@example.com' });
  // @ts-expect-error the member is called mailFrom
  ma.spfCheck({ ip: '::1', mail_from: 'a@example.com' });
  // @ts-expect-error resolve is needed
  await ma.checkSpf({ ip: '::1' }, {});
  // @ts-expect-error no such status
  await ma.checkSpf({ ip: '::1' }, { resolve: () => ({ status: 'fine' }) });
  // @ts-expect-error an MX record has two members
  await ma.checkSpf({ ip: '::1' }, { resolve: () => ({ status: 'ok', records: [[10]] }) });
  // @ts-expect-error ok is no failure
  ma.spfCheck({ ip: '::1' }).failOpen('ok');
  // @ts-expect-error read-only
  new MailassayError('code', 'message').code = 'other';
}

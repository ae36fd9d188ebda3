// Parts of texts wait for the others in bounded memory and for a bounded time; and what is a repetition, and what is not.
import { describe, expect, it } from 'vitest';
import { JoinedTexts } from '../../../gateway/smpp/joined-texts.js';
import { freshMs, impatientMs, joinMs, lostAnswerMs } from '../../../gateway/smpp/limits.js';
import { MessageReferences } from '../../../gateway/smpp/message-references.js';
import { PartsInWaiting } from '../../../gateway/smpp/parts-in-waiting.js';
import type { DeliveredText } from '../../../gateway/smpp/read-delivery.js';
import { TextIds } from '../../../gateway/smpp/text-ids.js';
import type { Told } from '../../../gateway/smpp/teller.js';
import { randomIds } from '../../../shared/time/ids.js';

const clock = { ms: 1_000, monotonic: () => clock.ms, realNow: () => 0 };
const partOf = (number: number, of: number, octets: Buffer, reference = '8:1') => {
  const text: DeliveredText = {
    kind: 'text',
    from: '+14255550123',
    to: '+14255550199',
    octets,
    dataCoding: 0,
    part: { reference, number, of },
    messageId: '',
  };
  return [text, { reference, number, of }] as const;
};

function waiting(answers: Told[] = []) {
  const texts: string[] = [];
  const lines: string[] = [];
  const parts = new PartsInWaiting({
    clock,
    makeId: () => 'id',
    tell: async ({ text }) => {
      texts.push(text);
      return answers.shift() ?? 'taken';
    },
    holdPartMs: 1,
    log: (line) => void lines.push(line),
  });
  return { parts, texts, lines };
}

describe('Parts that wait', () => {
  it('take no more memory than they may, and give it back', () => {
    const joined = new JoinedTexts(clock, () => 'id', 10_000);
    let taken = 0;
    for (let reference = 0; reference < 100; reference++) {
      taken += joined.addPart(...partOf(1, 2, Buffer.alloc(140), `8:${reference}`)) === undefined ? 0 : 1;
    }
    expect(taken).toBe(Math.floor(10_000 / (140 + 200 + 500)));
    expect(joined.bytes).toBeLessThanOrEqual(10_000);
    // What is there already takes nothing more.
    const before = joined.bytes;
    expect(joined.addPart(...partOf(1, 2, Buffer.alloc(140), '8:0'))).toBeDefined();
    expect(joined.bytes).toBe(before);
    clock.ms += joinMs;
    joined.expire();
    expect(joined.bytes).toBe(0);
  });

  it('go when their time is over: what the SMSC has stays there, what is ours alone is told with its gaps', async () => {
    const { parts, texts } = waiting();
    expect(await parts.take(...partOf(2, 3, Buffer.from('left')))).toBe(0x64);
    expect(await parts.take(...partOf(2, 4, Buffer.from('ours')))).toBe(0x64);
    expect(await parts.take(...partOf(2, 4, Buffer.from('ours')))).toBe(0);
    expect(await parts.take(...partOf(3, 4, Buffer.from(' too')))).toBe(0);
    clock.ms += joinMs - 1;
    await parts.sweep();
    expect(texts).toEqual([]);
    clock.ms += 1;
    await parts.sweep();
    expect(texts).toEqual(['[…]ours too[…]']);
    expect(parts.bytes).toBe(0);
    await parts.close();
  });

  it('that are ours alone are told as soon as the app takes them, when it does not at the end of their time', async () => {
    const { parts, texts, lines } = waiting(['later', 'later']);
    await parts.take(...partOf(1, 2, Buffer.from('ours')));
    await parts.take(...partOf(1, 2, Buffer.from('ours')));
    clock.ms += joinMs;
    await parts.sweep();
    expect(parts.bytes).toBeGreaterThan(0);
    // What comes with the reference now is another text.
    expect(await parts.take(...partOf(2, 2, Buffer.from('new')))).toBe(0x64);
    await parts.sweep();
    await parts.sweep();
    expect(texts).toEqual(['ours[…]', 'ours[…]', 'ours[…]']);
    clock.ms += joinMs;
    await parts.sweep();
    expect([texts.length, parts.bytes]).toEqual([3, 0]);
    await parts.close();
    expect(lines).toEqual([]);
  });

  it('are told once, however often it is looked for them while the app is asked', async () => {
    const { parts, texts } = waiting();
    await parts.take(...partOf(1, 2, Buffer.from('ours')));
    await parts.take(...partOf(1, 2, Buffer.from('ours')));
    clock.ms += joinMs;
    await Promise.all([parts.sweep(), parts.sweep(), parts.close()]);
    expect(texts).toEqual(['ours[…]']);
  });

  it('that are lost, because the app does not take them when the gateway stops, are said to be, without a word of them', async () => {
    const { parts, lines } = waiting(['later']);
    await parts.take(...partOf(1, 2, Buffer.from('ours')));
    await parts.take(...partOf(1, 2, Buffer.from('ours')));
    await parts.close();
    expect(lines).toEqual(['Texts of which parts are missing are lost, because the function app does not take them.']);
  });

  it('of a text whose reference another one has taken count until they are told, and not at all when others have them', async () => {
    const joined = new JoinedTexts(clock, () => 'id', 10_000);
    let taken = 0;
    for (let times = 0; times < 100; times++) {
      const join = joined.addPart(...partOf(1, 2, Buffer.alloc(140, times)));
      taken += join === undefined ? 0 : 1;
    }
    expect([taken, joined.bytes]).toEqual([100, 140 + 200 + 500]);
    const { parts, texts } = waiting();
    for (const octets of ['one', 'one', 'two', 'two', 'last']) {
      await parts.take(...partOf(1, 2, Buffer.from(octets)));
    }
    expect(parts.bytes).toBe(3 * (200 + 500) + 'onetwolast'.length);
    await parts.sweep();
    expect(texts).toEqual(['one[…]', 'two[…]']);
    expect(parts.bytes).toBe(200 + 500 + 'last'.length);
    await parts.close();
  });

  it('leave no room for more of other texts than there is, also when they have taken a reference', async () => {
    const joined = new JoinedTexts(clock, () => 'id', 10_000);
    for (let times = 0; times < 100; times++) {
      const join = joined.addPart(...partOf(1, 2, Buffer.alloc(140, times)));
      if (join !== undefined) {
        join.isOurs = true;
      }
      expect(joined.bytes).toBeLessThanOrEqual(10_000);
    }
    expect(joined.leaving.size).toBe(Math.floor(10_000 / (140 + 200 + 500)));
  });

  it('and were repeated after the whole was told are of the next text when it turns out that they are', async () => {
    const { parts, texts } = waiting();
    const [first, one, two] = [Buffer.from('Dear all, '), Buffer.from('one'), Buffer.from('two')];
    await Promise.all([parts.take(...partOf(1, 2, first)), parts.take(...partOf(2, 2, one))]);
    clock.ms += 20_000;
    expect(await parts.take(...partOf(1, 2, first))).toBe(0);
    expect(await parts.take(...partOf(2, 2, two))).toBe(0);
    expect(texts).toEqual(['Dear all, one', 'Dear all, two']);
    expect(parts.bytes).toBe(500 + 2 * 200 + 'Dear all, two'.length);
    await parts.close();
  });

  it('but give way to those that come for their place, as they were repetitions then', async () => {
    const { parts, texts } = waiting();
    const before = ['a', 'b', 'c'].map((each, index) => partOf(index + 1, 3, Buffer.from(each)));
    await Promise.all(before.map((each) => parts.take(...each)));
    expect(await parts.take(...partOf(1, 3, Buffer.from('a')))).toBe(0);
    expect(await parts.take(...partOf(2, 3, Buffer.from('e')))).toBe(0);
    expect(await parts.take(...partOf(1, 3, Buffer.from('dd')))).toBe(0);
    expect(await parts.take(...partOf(3, 3, Buffer.from('f')))).toBe(0);
    expect(texts).toEqual(['abc', 'ddef']);
    expect(parts.bytes).toBe(500 + 3 * 200 + 4);
    await parts.close();
  });

  it('and come again because they were left with the SMSC are no other text', async () => {
    const { parts, texts } = waiting();
    expect(await parts.take(...partOf(1, 2, Buffer.from('a')))).toBe(0x64);
    expect(await parts.take(...partOf(2, 2, Buffer.from('b')))).toBe(0);
    expect(await parts.take(...partOf(1, 2, Buffer.from('a')))).toBe(0);
    expect(await parts.take(...partOf(2, 2, Buffer.from('c')))).toBe(0x64);
    expect(texts).toEqual(['ab']);
    await parts.close();
  });

  it('and were repeated while the whole was told are no other text', async () => {
    const answered: ((told: Told) => void)[] = [];
    const texts: string[] = [];
    const parts = new PartsInWaiting({
      clock,
      makeId: () => 'id',
      tell: ({ text }) => {
        texts.push(text);
        return new Promise((resolve) => answered.push(resolve));
      },
      holdPartMs: 1,
      log: () => undefined,
    });
    const all = [partOf(1, 2, Buffer.from('a')), partOf(2, 2, Buffer.from('b')), partOf(1, 2, Buffer.from('a'))];
    const statuses = Promise.all(all.map((each) => parts.take(...each)));
    answered[0]?.('taken');
    expect(await statuses).toEqual([0, 0, 0]);
    expect(await parts.take(...partOf(2, 2, Buffer.from('c')))).toBe(0x64);
    expect(texts).toEqual(['ab']);
    await parts.close();
  });

  it('come again after the whole was told, and are not told again', async () => {
    const { parts, texts } = waiting();
    const all = [partOf(1, 2, Buffer.from('a')), partOf(2, 2, Buffer.from('b'))] as const;
    await Promise.all(all.map((each) => parts.take(...each)));
    clock.ms += 59_000;
    await parts.sweep();
    expect(await Promise.all(all.map((each) => parts.take(...each)))).toEqual([0, 0]);
    expect(texts).toEqual(['ab']);
    clock.ms += 1_000;
    await parts.sweep();
    expect(parts.bytes).toBe(0);
    await parts.close();
  });
});

describe('The id of a text', () => {
  const [text] = partOf(1, 1, Buffer.from('Yes'));
  const [one, other] = [{}, {}];
  const ids = () => new TextIds({ clock, ids: randomIds });

  it('is another for the same words on the same connection, unless the first has waited for long', () => {
    const all = ids();
    const first = all.idOf(text, one);
    expect(all.idOf(text, one).id).not.toBe(first.id);
    const second = all.idOf(text, one);
    clock.ms += impatientMs;
    expect(all.idOf(text, one).id).toBe(second.id);
  });

  it('is the same on another connection for a while after the answer, which may be lost', () => {
    const all = ids();
    const first = all.idOf(text, one);
    first.settle(false);
    clock.ms += lostAnswerMs - 1;
    const again = all.idOf(text, other);
    expect(again.id).toBe(first.id);
    again.settle(false);
    clock.ms += lostAnswerMs;
    expect(all.idOf(text, one).id).not.toBe(first.id);
  });

  it('follows from what the SMSC calls it, where it does', () => {
    const all = ids();
    const first = all.idOf({ ...text, messageId: 'a' }, one);
    first.settle(false);
    expect(all.idOf({ ...text, messageId: 'a', octets: Buffer.from('other') }, one).id).toBe(first.id);
    expect(all.idOf({ ...text, messageId: 'b' }, one).id).not.toBe(first.id);
  });
});

it('A reference is fresh for a minute after it was given out, and any of them while the process is young', () => {
  const references = new MessageReferences('same', clock);
  expect(references.isFresh('of another process')).toBe(true);
  clock.ms += freshMs;
  expect(references.isFresh('of another process')).toBe(false);
  references.ofSubmission('m1');
  clock.ms += freshMs - 1;
  expect(references.isFresh('m1')).toBe(true);
  clock.ms += 1;
  expect(references.isFresh('m1')).toBe(false);
});

// How many messages a network makes of a text, beside the calculator that Twilio publishes.
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { describe, expect, it } from 'vitest';
import { segmentsOf } from '../../shared/sms/index.js';

const gsm = [...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCÄÖÑÜ§¿abcäöñüà^{}\\[~]|€'];
const calculated = (text: string) => {
  const { encodingName, segmentsCount } = new SegmentedMessage(text, 'auto', false);
  return { encoding: encodingName, count: segmentsCount };
};

describe('The segments of a text', () => {
  it.each([
    ['', 'GSM-7', 1],
    ['x'.repeat(160), 'GSM-7', 1],
    ['x'.repeat(161), 'GSM-7', 2],
    ['x'.repeat(306), 'GSM-7', 2],
    ['x'.repeat(307), 'GSM-7', 3],
    ['€'.repeat(80), 'GSM-7', 1],
    ['€'.repeat(81), 'GSM-7', 2],
    // 76 of two septets fit into 153, and the escape is not torn from what it escapes.
    ['€'.repeat(153), 'GSM-7', 3],
    ['ж'.repeat(70), 'UCS-2', 1],
    ['ж'.repeat(71), 'UCS-2', 2],
    ['ж'.repeat(135), 'UCS-2', 3],
    ['\f', 'GSM-7', 1],
    ['ç', 'UCS-2', 1],
    ['😀'.repeat(35), 'UCS-2', 1],
    // 33 pairs fit into 67, and a pair is not torn.
    ['😀'.repeat(67), 'UCS-2', 3],
  ])('of %j are %s, %i', (text, encoding, count) => {
    expect(segmentsOf(text)).toEqual({ encoding, count });
  });

  it('are those of the calculator, of texts in the default alphabet', () => {
    const text = fc.array(fc.constantFrom(...gsm), { maxLength: 700 }).map((characters) => characters.join(''));
    // It counts a carriage return with a line feed as one character that is none of the alphabet.
    fc.assert(
      fc.property(
        text.filter((each) => !each.includes('\r\n')),
        (each) => {
          expect(segmentsOf(each)).toEqual(calculated(each));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are those of the calculator, of texts in other letters', () => {
    const letters = fc.constantFrom(...'жабв中文کלα', ...gsm.slice(60, 90));
    const text = fc.array(letters, { maxLength: 300 }).map((characters) => `ж${characters.join('')}`);
    fc.assert(
      fc.property(text, (each) => {
        expect(segmentsOf(each)).toEqual(calculated(each));
      }),
      { numRuns: 500 },
    );
  });
});

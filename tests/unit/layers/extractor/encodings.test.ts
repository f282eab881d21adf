import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../../layers/extractor/decode-text.ts';
import { encodeAs } from '../../../support/encode-as.ts';

const POLISH = 'Chleb robi się z mąki, wody i drożdży. Piekarz wstaje bardzo wcześnie, żeby zdążyć.';
const CZECH = 'Příliš žluťoučký kůň úpěl ďábelské ódy. Chléb se peče z mouky.';
const HUNGARIAN = 'A kenyér lisztből készül, vízzel és élesztővel. A pék korán kel, hogy időben elkészüljön.';
const TURKISH = 'Ekmek un, su ve mayadan yapılır. Fırıncı sabah çok erken işe başlar, güneş doğmadan.';
const GREEK = 'Το ψωμί γίνεται από αλεύρι, νερό και μαγιά. Ο φούρναρης ξυπνά νωρίς.';

describe('a text that does not tell its encoding', () => {
  test.each([
    ['windows-1250', POLISH],
    ['iso-8859-2', POLISH],
    ['windows-1250', CZECH],
    ['iso-8859-2', CZECH],
    ['windows-1250', HUNGARIAN],
    ['iso-8859-9', TURKISH],
    ['windows-1253', GREEK],
    ['iso-8859-7', GREEK],
    ['windows-1257', 'Duona gaminama iš miltų, vandens ir mielių. Kepėjas keliasi anksti rytą.'],
    ['windows-1252', 'Süße Brötchen heißen auch „Semmeln“ – für 3 €.'],
    ['windows-1252', 'O pão é feito de farinha. A padaria não abre às segundas; amanhã há pão.'],
    ['windows-1252', 'Leib on tehtud jahust. Pagar ärkab väga vara, et jõuda õigeks ajaks tööle.'],
    ['windows-1252', 'Price: £5 ±2%, © 2026 naïve café.'],
    ['windows-1251', 'Хліб роблять з борошна, води та дріжджів. Пекар прокидається дуже рано.'],
    ['big5', '麵包是用麵粉、水和酵母做的。清晨，麵包師已經在揉麵團。這家店每天早上六點開門。'],
  ])('is read in %s', (encoding, text) => {
    expect(decodeText(encodeAs(text, encoding))).toBe(text);
  });

  test.each([
    ['a text of Japanese in UTF-16 without a mark', Buffer.from('パンは小麦粉と水\n酵母で作ります。 朝', 'utf16le')],
    ['the same the other way round', Buffer.from('パンは小麦粉と水\n酵母で作ります。 朝', 'utf16le').swap16()],
  ])('is read where it is %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe('パンは小麦粉と水\n酵母で作ります。 朝');
  });

  test('is read in ISO-2022-JP, which is ASCII to the eye', () => {
    expect(decodeText(Buffer.from('1b2442252f25691b2842', 'hex'))).toBe('クラ');
  });

  test('stays UTF-8 where a byte was lost', () => {
    const bytes = Buffer.from('Süße Brötchen heißen Semmeln. Für Gäste täglich geöffnet.');
    bytes[30] = 0xff;

    expect(decodeText(bytes)).toContain('Für Gäste täglich geöffnet.');
  });

  test('that tells another encoding than it has is read in the one it has', () => {
    expect(decodeText(Buffer.from('Grüße'), 'iso-8859-2')).toBe('Grüße');
    expect(decodeText(Buffer.from('b3b1ea', 'hex'), 'iso-8859-2')).toBe('łąę');
    expect(decodeText(Buffer.from('Gr\xfc\xdfe', 'latin1'), 'no-such-encoding')).toBe('Grüße');
  });
});

import { describe, expect, test } from 'vitest'
import { lettersOf } from '../../src/cli/letters.ts'

const utf8 = { ascii: false, says: null }
const inAscii = (why: string): object => ({
  ascii: true,
  says: `ASCII on the screen, since ${why}. Where the terminal shows UTF-8 all the same: LC_ALL=C.UTF-8 astern ...`,
})

describe('a screen is drawn', () => {
  test.each<[string, boolean, Readonly<Record<string, string>>, object]>([
    ['in UTF-8 where the locale is', false, { LANG: 'en_GB.UTF-8' }, utf8],
    ['in UTF-8 however it is spelt', false, { LC_CTYPE: 'en_US.utf8', LANG: 'C' }, utf8],
    ['in ASCII where no locale is set, and says so', false, { LANG: '' }, inAscii('no locale is set')],
    [
      'in ASCII by the first variable that counts',
      false,
      { LC_ALL: 'POSIX', LANG: 'en_GB.UTF-8' },
      inAscii('LC_ALL=POSIX is no UTF-8 locale'),
    ],
    ['in ASCII on Latin-1', false, { LANG: 'de_DE.ISO-8859-1' }, inAscii('LANG=de_DE.ISO-8859-1 is no UTF-8 locale')],
    ['in ASCII without a word where it was asked for', true, {}, { ascii: true, says: null }],
  ])('%s', (_, ascii, env, expected) => {
    expect(lettersOf({ ascii }, env)).toEqual(expected)
  })
})

import { describe, expect, test } from 'vitest'
import { modeOf, type Around } from '../../src/cli/mode.ts'

const terminal: Around = { stdin: true, stdout: true, stderr: true, term: 'xterm', screenReader: undefined }

describe('whoever acts is given', () => {
  test.each([
    ['a terminal', {}, {}, 'screen', false, null],
    ['--plain', { plain: true }, {}, 'questions', false, null],
    ['--screen-reader', { screenReader: true }, {}, 'questions', true, null],
    ['INK_SCREEN_READER=true', {}, { screenReader: 'true' }, 'questions', true, null],
    ['INK_SCREEN_READER=false', {}, { screenReader: 'false' }, 'screen', false, null],
    [
      'a dumb terminal',
      {},
      { term: 'dumb' },
      'questions',
      false,
      /^Lines in the place of the screen: the terminal is dumb/,
    ],
    ['stdout into a file', {}, { stdout: false }, 'questions', false, /: stdout is no terminal\.$/],
    ['stdin from a pipe', {}, { stdin: false }, 'headless', false, /^Nothing is asked here: stdin is no terminal\./],
    ['--plain with stdin from a pipe', { plain: true }, { stdin: false }, 'headless', false, /stdin is no terminal/],
    ['nowhere to ask', {}, { stdout: false, stderr: false }, 'headless', false, /neither stdout nor stderr/],
    ['--headless', { headless: true }, { stdin: false }, 'headless', false, null],
    ['--json', { json: true }, { stdin: false }, 'headless', false, null],
  ] as const)('%s: %j %j: %s', (_, flags, around, kind, ears, why) => {
    const mode = modeOf(flags, 'helm', { ...terminal, ...around })
    expect([mode.kind, mode.ears]).toEqual([kind, ears])
    if (why === null) expect(mode.why).toBeNull()
    else expect(mode.why).toMatch(why)
  })
})

describe('whoever watches is given', () => {
  test.each([
    ['a terminal', {}, {}, 'screen', null],
    ['--plain', { plain: true }, {}, 'follow', null],
    ['--json', { json: true }, { stdout: false }, 'follow', null],
    ['stdout into a file', {}, { stdout: false }, 'follow', 'Lines in the place of the screen: stdout is no terminal.'],
  ] as const)('%s: %j %j: %s', (_, flags, around, kind, why) => {
    expect(modeOf(flags, 'watch', { ...terminal, ...around })).toEqual({ kind, ears: false, why })
  })
})

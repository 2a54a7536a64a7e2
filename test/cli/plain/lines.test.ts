import { PassThrough, Writable } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import xterm from '@xterm/headless'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openLines, type Lines } from '../../../src/cli/plain/talk/lines.ts'

let open: Lines | null = null
afterEach(() => {
  open?.close()
  vi.unstubAllEnvs()
})

describe('a line', () => {
  test('typed ahead is the answer to the next question, but to none that arms something', async () => {
    const { lines, types, raw } = terminal()
    await types('first\r')
    expect(await lines.ask('One: ', false)).toBe('first')
    await types('shop\rsho')
    const asked = lines.ask('Type shop: ', true)
    await types('shop\r')
    await vi.waitFor(() => expect(raw()).toContain('Type shop:'))
    await types('p\r')
    expect(await asked).toBe('p')
  })

  test('typed while nothing is asked is heard at once, as long as somebody listens', async () => {
    const { lines, types } = terminal()
    const heard: string[] = []
    await types('before\r')
    lines.between(line => heard.push(line))
    await types('hold\r')
    lines.between(null)
    await types('after\r')
    expect([heard, await lines.ask('One: ', false)]).toEqual([['before', 'hold'], 'after'])
  })

  test('stands below whatever is printed while it is typed', async () => {
    const { lines, types, rows } = terminal()
    const asked = lines.ask('Reason: ', false)
    await types('it is sl')
    lines.print('03:12:40 astern  done: stop api')
    await types('ow\r')
    expect(await asked).toBe('it is slow')
    await vi.waitFor(() =>
      expect(rows().slice(0, 2)).toEqual(['03:12:40 astern  done: stop api', 'Reason: it is slow']),
    )
  })

  test('in a dumb terminal it is repeated below what was printed, and nothing moves the cursor', async () => {
    vi.stubEnv('TERM', 'dumb')
    const { lines, types, raw } = terminal()
    const asked = lines.ask('Reason: ', false)
    await types('sl')
    lines.print('done')
    await types('ow\r')
    expect(await asked).toBe('slow')
    expect(raw()).not.toContain('\u001b')
    expect(raw()).toContain('\ndone\nReason: sl')
  })

  test('there is none any more once the terminal has ended, and a question that is withdrawn has none', async () => {
    const { lines, types, ended } = terminal()
    const withdrawn = lines.ask('One: ', false)
    lines.withdraw()
    expect(await withdrawn).toBe('')
    const asked = lines.ask('Two: ', false)
    await types('\u0004')
    expect([await asked, await lines.ask('Three: ', true), ended()]).toEqual([null, null, 1])
  })
})

type Opened = {
  readonly lines: Lines
  readonly types: (text: string) => Promise<void>
  readonly ended: () => number
  readonly raw: () => string
  readonly rows: () => readonly string[]
}

function terminal(): Opened {
  let raw = ''
  const screen = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
  const rows = (): readonly string[] =>
    Array.from({ length: 24 }, (_, row) => screen.buffer.active.getLine(row)?.translateToString(true) ?? '')
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined })
  const output = Object.assign(
    new Writable({
      write(chunk, _, done) {
        raw += String(chunk)
        screen.write(String(chunk).replaceAll('\n', '\r\n'))
        done()
      },
    }),
    { isTTY: true, columns: 80, rows: 24 },
  )
  let ends = 0
  const lines = openLines({
    input: input as unknown as ReadStream,
    output: output as unknown as WriteStream,
    interrupted: () => undefined,
    typed: () => undefined,
    ended: () => {
      ends += 1
    },
  })
  open = lines
  // One turn of the loop, and it has been read.
  const types = async (text: string): Promise<void> => {
    input.write(text)
    await new Promise(done => setImmediate(done))
  }
  return { lines, types, ended: () => ends, raw: () => raw, rows }
}

import { Readable } from 'node:stream'
import { oneLine } from '../../../state/text.ts'
import type { Evidence } from '../../outcome.ts'

/** Layers tell of themselves several times a second: one this long without a word is behind a link that is gone. */
const silentMs = 5 * 60_000

/**
 * The Engine's account of a pull or a load, to the evidence: each layer's turns, and not every percent of them. Gives
 * the words of the error it ended in, or null: what fails half-way was answered with 200 before.
 */
export async function followProgress(
  stream: AsyncIterable<unknown>,
  evidence: Evidence,
  patienceMs = silentMs,
): Promise<string | null> {
  const turns = new Map<string, string>()
  let fault: string | null = null
  for await (const line of linesOf(stream, patienceMs)) {
    if (line === null) return `the Engine said nothing more for ${Math.round(patienceMs / 1000)} s`
    const { id = '', status, stream: said, error } = parse(line)
    if (error !== undefined) fault = oneLine(error, 300)
    const words = oneLine(error ?? status ?? said ?? '', 200)
    if (words === '' || turns.get(id) === words) continue
    turns.set(id, words)
    evidence(id === '' ? words : `${oneLine(id, 80)}: ${words}`)
  }
  return fault
}

/** Null: nothing came for too long. Leaving it ends the connection, and with it what the Engine was doing. */
async function* linesOf(stream: AsyncIterable<unknown>, patienceMs: number): AsyncGenerator<string | null> {
  const chunks = stream[Symbol.asyncIterator]()
  let rest = ''
  try {
    for (;;) {
      const next = await within(chunks.next(), patienceMs)
      if (next === null) return yield null
      if (next.done === true) break
      const lines = `${rest}${String(next.value)}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    if (rest !== '') yield rest
  } finally {
    if (stream instanceof Readable) stream.destroy()
  }
}

async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(() => resolve(null), ms)
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

type Said = {
  readonly id?: string
  readonly status?: string
  readonly stream?: string
  readonly error?: string
}

function parse(line: string): Said {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

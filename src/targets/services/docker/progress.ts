import { oneLine } from '../../../state/text.ts'
import type { Evidence } from '../../outcome.ts'

/**
 * The Engine's account of a pull or a load, to the evidence: each layer's turns, and not every percent of them. Gives
 * the words of the error it ended in, or null: what fails half-way was answered with 200 before.
 */
export async function followProgress(stream: AsyncIterable<unknown>, evidence: Evidence): Promise<string | null> {
  const turns = new Map<string, string>()
  let fault: string | null = null
  for await (const line of linesOf(stream)) {
    const { id = '', status, stream: said, error } = parse(line)
    if (error !== undefined) fault = oneLine(error, 300)
    const words = oneLine(error ?? status ?? said ?? '', 200)
    if (words === '' || turns.get(id) === words) continue
    turns.set(id, words)
    evidence(id === '' ? words : `${oneLine(id, 80)}: ${words}`)
  }
  return fault
}

async function* linesOf(stream: AsyncIterable<unknown>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of stream) {
    const lines = `${rest}${String(chunk)}`.split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
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

import type { Line } from './event.ts'

export type Body = Omit<Line, 'prev' | 'h'>
export type Hash = (text: string) => string
export type Damage = { readonly line: number; readonly why: string }
export type Read = {
  readonly lines: readonly Line[]
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number
  /** Bytes after it: a line that was being written when the writer ended. */
  readonly tornBytes: number
  /** A line that is whole and wrong. Nothing after it can be trusted. */
  readonly damage: Damage | null
}

/** What `prev` is on the first line. */
export const chainStart = '0'.repeat(64)

/** One line, chained to the one before it. `h` stands last and covers the text of everything before it. */
export function sealLine(body: Body, prev: string, hash: Hash): Line {
  const unsealed = { ...body, prev }
  return { ...unsealed, h: hash(JSON.stringify(unsealed)) }
}

export function lineBytes(lines: readonly Line[]): string {
  return lines.map(line => `${JSON.stringify(line)}\n`).join('')
}

/** A whole journal at once. */
export function readLines(bytes: Uint8Array, hash: Hash): Read {
  const reader = new LineReader(hash)
  const lines = reader.push(bytes)
  return { lines, wholeBytes: reader.wholeBytes, tornBytes: bytes.length - reader.wholeBytes, damage: reader.damage }
}

const newline = 10

/** Reads a journal that is still being written, chunk by chunk; each byte is looked at once. */
export class LineReader {
  readonly #hash: Hash
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #rest: Uint8Array = new Uint8Array(0)
  #prev = chainStart
  #seq = 0
  wholeBytes = 0
  damage: Damage | null = null

  constructor(hash: Hash) {
    this.#hash = hash
  }

  /** Lines completed by these bytes. After damage: none. */
  push(chunk: Uint8Array): readonly Line[] {
    const bytes = this.#rest.length === 0 ? chunk : concat(this.#rest, chunk)
    const lines: Line[] = []
    let start = 0
    while (this.damage === null) {
      const end = bytes.indexOf(newline, start)
      if (end === -1) break
      const read = this.#readLine(bytes.subarray(start, end))
      if (typeof read === 'string') {
        this.damage = { line: this.#seq + 1, why: read }
        break
      }
      lines.push(read)
      this.#seq = read.seq
      this.#prev = read.h
      this.wholeBytes += end + 1 - start
      start = end + 1
    }
    this.#rest = bytes.slice(start)
    return lines
  }

  /** The writer cut a torn tail off: what was read of it is forgotten. */
  forgetTail(): void {
    this.#rest = new Uint8Array(0)
  }

  #readLine(bytes: Uint8Array): Line | string {
    let text: string
    let line: Line
    try {
      text = this.#decoder.decode(bytes)
      line = JSON.parse(text) as Line
    } catch {
      return 'it is not JSON'
    }
    if (line === null || typeof line !== 'object' || line.v !== 1)
      return 'it is not of a version that this Astern reads'
    if (line.seq !== this.#seq + 1) return `it is number ${line.seq}, and ${this.#seq + 1} was due`
    if (line.prev !== this.#prev) return 'it does not follow from the line before it'
    const seal = `,"h":"${line.h}"}`
    const fits = text.endsWith(seal) && this.#hash(`${text.slice(0, -seal.length)}}`) === line.h
    return fits ? line : 'its hash does not fit what it says'
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

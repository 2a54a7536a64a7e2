import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chainStart, lineBytes, readLines, sealLine } from '../src/state/chain.ts'
import type { Line } from '../src/state/event.ts'
import { initialState, reduce } from '../src/state/reduce.ts'

/** What a journal of 100,000 events costs to read, check and fold. Budget: under one second. */
async function main(): Promise<void> {
  const bytes = new TextEncoder().encode(lineBytes(longJournal(100_000)))
  const seconds = Array.from({ length: 5 }, () => replaySeconds(bytes)).sort((a, b) => a - b)
  const median = seconds[2] ?? Number.NaN
  process.stdout.write(`replay of 100,000 events, ${(bytes.length / 1e6).toFixed(0)} MB: ${median.toFixed(2)} s\n`)
  process.exitCode = median < 1 ? 0 : 1
}

/** A real run's events, its ten-second aggregates and notes repeated until there are enough. */
function longJournal(events: number): readonly Line[] {
  const file = new URL('../test/journals/0.1.0-rollback.jsonl', import.meta.url)
  const real = readLines(readFileSync(file), sha256).lines
  const steady = real.filter(({ event }) => event.kind === 'step.begun' || event.kind === 'step.settled')
  const lines: Line[] = []
  let prev = chainStart
  for (let seq = 1; seq <= events; seq += 1) {
    const { prev: _, h: __, ...body } = (real[seq - 1] ?? steady[seq % steady.length]) as Line
    const line = sealLine({ ...body, seq }, prev, sha256)
    lines.push(line)
    prev = line.h
  }
  return lines
}

function replaySeconds(bytes: Uint8Array): number {
  const start = performance.now()
  readLines(bytes, sha256).lines.reduce(reduce, initialState)
  return (performance.now() - start) / 1000
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

await main()

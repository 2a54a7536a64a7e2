import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chainStart, lineBytes, readLines, sealLine } from '../src/state/chain.ts'
import type { Line } from '../src/state/event.ts'
import { replay } from '../src/state/reduce.ts'

/** What a journal of 100,000 events costs to read, check and fold, and one of a run of 6,000 steps (50 hosts x 20 services). Budget: under one second. */
async function main(): Promise<void> {
  const kept = [
    measure('100,000 events', longJournal(100_000)),
    measure('6,000 steps, each begun and settled', wideJournal(6_000)),
  ]
  process.exitCode = kept.every(Boolean) ? 0 : 1
}

function measure(what: string, lines: readonly Line[]): boolean {
  const bytes = new TextEncoder().encode(lineBytes(lines))
  const seconds = Array.from({ length: 5 }, () => replaySeconds(bytes)).sort((a, b) => a - b)
  const median = seconds[2] ?? Number.NaN
  process.stdout.write(`replay of ${what}, ${(bytes.length / 1e6).toFixed(0)} MB: ${median.toFixed(2)} s\n`)
  return median < 1
}

/** A real run's events, its ten-second aggregates and notes repeated until there are enough. */
function longJournal(events: number): readonly Line[] {
  const real = realLines()
  const steady = real.filter(({ event }) => event.kind === 'step.begun' || event.kind === 'step.settled')
  return sealed(events, seq => (real[seq - 1] ?? steady[seq % steady.length]) as Line)
}

/** One step of that run again and again, under another name each time. */
function wideJournal(steps: number): readonly Line[] {
  const [opened] = realLines()
  const pair = realLines()
    .filter(({ event }) => 'step' in event && event.step === 'api@local.stop')
    .slice(0, 2)
  return sealed(2 * steps, seq => {
    const line = seq === 1 ? opened : pair[seq % 2 === 0 ? 0 : 1]
    if (line === undefined) throw new Error('the journal has no api@local.stop')
    return 'step' in line.event ? ({ ...line, event: { ...line.event, step: `step-${seq >> 1}` } } as Line) : line
  })
}

function sealed(count: number, lineAt: (seq: number) => Line): readonly Line[] {
  const lines: Line[] = []
  let prev = chainStart
  for (let seq = 1; seq <= count; seq += 1) {
    const { prev: _, h: __, ...body } = lineAt(seq)
    const line = sealLine({ ...body, seq }, prev, sha256)
    lines.push(line)
    prev = line.h
  }
  return lines
}

function realLines(): readonly Line[] {
  return readLines(readFileSync(new URL('../test/journals/0.1.0-rollback.jsonl', import.meta.url)), sha256).lines
}

function replaySeconds(bytes: Uint8Array): number {
  const start = performance.now()
  replay(readLines(bytes, sha256).lines)
  return (performance.now() - start) / 1000
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

await main()

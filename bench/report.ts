import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { incidentHtml } from '../src/reports/html.ts'
import { incidentMarkdown } from '../src/reports/markdown.ts'
import { timelineJson } from '../src/reports/timeline.ts'
import { readLines } from '../src/state/chain.ts'
import type { Line } from '../src/state/event.ts'

const events = 10_000

/** What each document of a run of 10,000 events costs, in time of the processor, since others may be at work. Budget: under one second. */
function main(): void {
  const lines = longRun()
  const documents = { Markdown: incidentMarkdown, HTML: incidentHtml, 'timeline as JSON': timelineJson }
  const medians = Object.entries(documents).map(([name, make]) => {
    const seconds = Array.from({ length: 5 }, () => secondsOf(() => make(lines))).sort((a, b) => a - b)
    const median = seconds[2] ?? Number.NaN
    const size = (make(lines).length / 1e6).toFixed(1)
    process.stdout.write(`${name} of ${lines.length} events, ${size} MB: ${median.toFixed(2)} s\n`)
    return median
  })
  process.exitCode = medians.every(median => median < 1) ? 0 : 1
}

/** A real run, and its steps begun and settled again until there are enough. */
function longRun(): readonly Line[] {
  const file = new URL('../test/journals/0.1.0-rollback.jsonl', import.meta.url)
  const real = readLines(readFileSync(file), text => createHash('sha256').update(text).digest('hex')).lines
  const steady = real.filter(({ event }) => event.kind === 'step.begun' || event.kind === 'step.settled')
  return Array.from({ length: events }, (_, index): Line => {
    const line = real[index] ?? steady[index % steady.length]
    if (line === undefined) throw new Error('the journal has no steps')
    const { event } = line
    if (index < real.length || !('attempt' in event)) return { ...line, seq: index + 1 }
    return { ...line, seq: index + 1, event: { ...event, attempt: index } as Line['event'] }
  })
}

function secondsOf(make: () => unknown): number {
  const began = process.cpuUsage()
  make()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1e6
}

main()

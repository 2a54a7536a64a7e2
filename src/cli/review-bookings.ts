import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { findRuns } from '../client/home.ts'
import { readJournalOf } from '../client/read-run.ts'
import type { Line } from '../state/event.ts'
import type { RunState } from '../state/run-state.ts'

/** The newest word on the post-mortem of a run, by the number of its invitation. */
export type Booked = {
  readonly at: string
  readonly owner: string
  readonly sequence: number
  readonly cancelled: boolean
}

/** What the run itself booked, and what errands made of it since. Null: nothing was ever booked. */
export async function lastBooking(directory: string, { run, review, calledOff }: RunState): Promise<Booked | null> {
  const told = review ?? calledOff?.told ?? null
  const own: readonly Booked[] = told === null ? [] : [{ ...told, cancelled: review === null }]
  const since = await errandsOf(dirname(dirname(directory)), `review ${run?.id ?? ''}`)
  const booked = since.flatMap(({ event }): Booked[] => {
    if (event.kind !== 'review.booked' && event.kind !== 'review.cancelled') return []
    const { at, owner, sequence = 0 } = event
    return [{ at, owner, sequence, cancelled: event.kind === 'review.cancelled' }]
  })
  return [...own, ...booked].toSorted((a, b) => a.sequence - b.sequence).at(-1) ?? null
}

async function errandsOf(home: string, what: string): Promise<readonly Line[]> {
  const lines: Line[] = []
  for (const { directory } of await findRuns(home)) {
    if (!(await firstWords(directory)).includes(JSON.stringify(what))) continue
    const read = await readJournalOf(directory)
    const opening = read.ok ? read.value.lines[0]?.event : undefined
    const isIt = opening?.kind === 'run.opened' && opening.purpose.kind === 'errand' && opening.purpose.what === what
    if (read.ok && isIt) lines.push(...read.value.lines)
  }
  return lines
}

/** Enough to see what a run was opened for, without reading all of every journal. */
async function firstWords(directory: string): Promise<string> {
  const file = await open(join(directory, 'journal.jsonl'))
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4096), position: 0 })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

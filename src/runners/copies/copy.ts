import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalCopies } from '../../targets/services/copies.ts'
import { journalFile } from '../journal/journal.ts'

export type CopyMeans = {
  readonly directory: string
  readonly run: string
  readonly holder: string
  readonly hosts: readonly string[]
  /** A host gets a copy once the run holds its lock. */
  readonly isHeld: (host: string) => boolean
  readonly copies: JournalCopies
  /** A host's copies fail, or work again. */
  readonly onTrouble: (host: string, what: string | null) => void
}

export type Copying = { readonly stop: () => Promise<void> }

const everyMs = 1000
/** A host that is gone is asked less and less often. */
const mostMs = 15_000
/** What a slow link takes within a call's deadline: after a restart a long journal is copied from its beginning. */
const pieceBytes = 1024 * 1024
/** A host that is gone does not keep the end waiting. */
const lastMs = 5000

/** Copies the journal onto the hosts as it grows, each at its own pace. No host's fault is the run's. */
export function copyJournal(means: CopyMeans): Copying {
  const stopping = new AbortController()
  const { signal } = stopping
  const ended = means.hosts.flatMap(host => means.copies.spots(host).map(spot => copyTo(spot, host, means, signal)))
  return {
    stop: async () => {
      stopping.abort()
      const late = sleep(lastMs, undefined, { ref: false })
      await Promise.race([Promise.all(ended), late])
    },
  }
}

async function copyTo(spot: string, host: string, means: CopyMeans, signal: AbortSignal): Promise<void> {
  let sent = 0
  let well = true
  let failures = 0
  const turn = async (): Promise<void> => {
    for (let more = means.isHeld(host); more; ) {
      const bytes = await linesAfter(join(means.directory, journalFile), sent)
      if (bytes.length === 0) return
      const kept = await means.copies.keep(spot, means.run, { at: sent, bytes, holder: means.holder })
      if (kept.ok) sent += bytes.length
      if (kept.ok !== well) means.onTrouble(spot, kept.ok ? null : kept.fault.what)
      well = kept.ok
      failures = kept.ok ? 0 : failures + 1
      more = kept.ok
    }
  }
  const safely = (): Promise<void> =>
    turn().catch((error: unknown) => means.onTrouble(spot, `the journal could not be read: ${String(error)}`))
  while (!signal.aborted) {
    await safely()
    await sleep(Math.min(everyMs * 2 ** failures, mostMs), undefined, { signal }).catch(() => {})
  }
  await safely()
}

/** Whole lines only: what the writer is in the middle of comes with the next. A line longer than a piece is one piece. */
async function linesAfter(file: string, at: number): Promise<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    const left = Math.max(0, (await handle.stat()).size - at)
    for (let most = pieceBytes; ; most *= 2) {
      const bytes = Buffer.alloc(Math.min(left, most))
      await handle.read(bytes, 0, bytes.length, at)
      const lines = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
      if (lines.length > 0 || most >= left) return lines
    }
  } finally {
    await handle.close()
  }
}

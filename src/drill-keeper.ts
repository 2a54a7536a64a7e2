import { writeSync } from 'node:fs'
import { openSecrets } from './runners/secrets.ts'
import { keep } from './targets/faults/keeper/act/keep.ts'
import type { Fault } from './state/fault.ts'

const readyPipe = 3

/** The keeper of one fault of a drill: one process in a session of its own. Its only argument is the fault's file. */
async function main(path: string): Promise<void> {
  const told = new AbortController()
  process.on('SIGTERM', () => told.abort())
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGPIPE'] as const) process.on(signal, () => undefined)
  const { resolve } = openSecrets({ ...process.env })
  const means = { resolve, now: () => new Date(), evidence: () => undefined }
  await keep({ path, means, told: told.signal, ready })
}

function ready(fault: Fault | null): void {
  try {
    writeSync(readyPipe, `${JSON.stringify({ fault })}\n`)
  } catch {
    // Whoever wanted it is gone: it ends at its time all the same.
  }
}

await main(process.argv[2] ?? '')

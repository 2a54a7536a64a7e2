import { closeSync, writeSync } from 'node:fs'
import type { Fault } from '../state/fault.ts'

const readyPipe = 3

/** One line to whoever started this engine, on an inherited pipe whose end may be gone by now. */
export function sayReady(fault: Fault | null): void {
  try {
    writeSync(
      readyPipe,
      `${JSON.stringify(fault === null ? { ready: true, pid: process.pid } : { ready: false, fault })}\n`,
    )
    closeSync(readyPipe)
  } catch {
    // Nobody listens any more: the run goes on all the same.
  }
}

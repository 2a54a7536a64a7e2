import { constants } from 'node:os'

/** What a command's end means to whoever called it. */
export const exitCode = {
  /** The goal was reached. */
  reached: 0,
  /** Ended short of it. */
  short: 1,
  /** Usage, configuration. */
  usage: 2,
  /** A lock, a guard, a missing confirmation. */
  refused: 3,
  /** Holding for a person; the run goes on. */
  holding: 4,
  /** A bug in Astern. */
  bug: 70,
} as const

/** As a shell tells of what a signal ended. */
export function signalCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

/** The last words where what is thrown is nobody's doing but Astern's. */
export function bugWords(error: unknown): string {
  return `astern: a bug in Astern: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`
}

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

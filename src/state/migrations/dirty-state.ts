/** Something is half done, or held by nobody: what, what it means, and three safe ways on, for the operator to choose from. */
export type DirtyState = {
  readonly what: string
  readonly means: string
  readonly ways: readonly [string, string, string]
}

/** Always safe: it writes nothing to the database. */
export const servicesOnly =
  'Leave the database as it is: roll back the services alone (--preserve-data), if the target runs on this schema.'

/** A tool's lock is taken, and whoever took it may not be there any more. */
export function lockHeld(tool: string, whose: string, free: string): DirtyState {
  return {
    what: `${tool} is locked${whose}`,
    means: `Either a migration runs now, or one was killed and left its lock behind. ${tool} waits, or refuses to run, until it is free.`,
    ways: [
      'Look in the list of the server’s sessions (SHOW PROCESSLIST) for a migration that still runs, and let it end.',
      `If none runs: see by the schema what the one that was killed had done, then free the lock: ${free}.`,
      servicesOnly,
    ],
  }
}

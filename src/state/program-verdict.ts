import type { Probed } from './facts.ts'
import type { ProgramCommand } from './program-command.ts'

/** How a database stands before or after a program. `rows`: of all its tables, as one digest. */
export type Standing = {
  /** Versions that the tool's own table lists. */
  readonly applied: readonly string[]
  readonly schema: string
  readonly rows: string
  /** Why the tool would refuse to go on: a lock that one which was killed has left. */
  readonly locks: readonly string[]
}

/** `before`: as its marker has it; null: it was never begun. */
export function judgeProgram(
  command: ProgramCommand,
  now: Standing,
  before: Pick<Standing, 'schema' | 'rows'> | null,
): Pick<Probed, 'verdict' | 'says'> {
  const says = standingWords(command, now, before)
  if (isDone(command, now.applied)) return { verdict: 'holds', says }
  if (before === null || isAsBefore(now, before)) return { verdict: 'not yet', says }
  return { verdict: 'unclear', says }
}

/** By its tool's own word. */
export function isDone({ direction, migration }: ProgramCommand, applied: readonly string[]): boolean {
  return applied.includes(migration) === (direction === 'up')
}

export function isAsBefore(now: Standing, before: Pick<Standing, 'schema' | 'rows'>): boolean {
  return now.schema === before.schema && now.rows === before.rows && now.locks.length === 0
}

/** What the database looks like now, in one sentence. */
export function standingWords(
  { direction, migration }: ProgramCommand,
  now: Standing,
  before: Pick<Standing, 'schema' | 'rows'> | null,
): string {
  const isApplied = now.applied.includes(migration)
  const still = isApplied === (direction === 'down') ? 'still ' : ''
  const applied = `${migration} is ${still}${isApplied ? 'applied' : 'not applied'} by its tool's table`
  const locks = now.locks.map(lock => `; ${lock}`).join('')
  if (before === null) return `${applied}${locks}`
  const how = (one: string, other: string): string => (one === other ? 'as before the program' : 'changed since')
  return `${applied}; its schema is ${how(now.schema, before.schema)}, its rows are ${how(now.rows, before.rows)}${locks}`
}

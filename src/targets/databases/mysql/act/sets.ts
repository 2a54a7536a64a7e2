import type { Session } from '../session.ts'

/** What a script sets for itself counts for its own statements alone: the session that had it set ends with them. */
export async function withSets<T>(session: Session, sets: readonly string[], work: () => Promise<T>): Promise<T> {
  if (sets.length === 0) return work()
  try {
    for (const set of sets) await session.run(set)
    return await work()
  } finally {
    await session.close()
  }
}

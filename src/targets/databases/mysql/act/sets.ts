import type { Session } from '../session.ts'

/** What a script sets for itself counts for its own statements, and for no other script's on this session. */
export async function withSets<T>({ run }: Session, sets: readonly string[], work: () => Promise<T>): Promise<T> {
  for (const set of sets) await run(set)
  // A session that is gone has nothing set any more.
  return work().finally(() => putBack(run, sets).catch(() => undefined))
}

async function putBack(run: Session['run'], sets: readonly string[]): Promise<void> {
  for (const set of sets) for (const statement of defaultsOf(set)) await run(statement)
}

function defaultsOf(set: string): readonly string[] {
  if (/^\s*SET\s+NAMES\b/i.test(set) || /^\s*SET\s+CHAR/i.test(set)) return ['SET NAMES utf8mb4']
  const named = set.matchAll(
    /(?:^\s*SET\s+|,\s*)(?:SESSION\s+|LOCAL\s+|@@(?:SESSION\.|LOCAL\.)?)?([A-Za-z_]\w*)\s*:?=/gi,
  )
  return [...named].map(([, name = '']) => `SET SESSION ${name} = DEFAULT`)
}

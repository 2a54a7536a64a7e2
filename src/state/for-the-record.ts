import type { Facts } from './facts.ts'

const recorded = 3

/** Facts as they are journaled at the assessment: of backups the newest, and not what is in them; a plan looks at all of them itself. */
export function forTheRecord(facts: Facts): Facts {
  const databases = Object.entries(facts.databases).map(([name, fact]) => {
    if (fact.backups === undefined) return [name, fact] as const
    const backups = fact.backups.backups.slice(0, recorded).map(one => ({ ...one, tables: [] }))
    return [name, { ...fact, backups: { ...fact.backups, backups, nextIds: {} } }] as const
  })
  return { ...facts, databases: Object.fromEntries(databases) }
}

import { ageOf, ageText, type Backup } from '../state/backup.ts'
import type { DatabaseFact } from '../state/facts.ts'
import { betweenMs } from '../state/times.ts'
import type { Finding } from './doctor-finding.ts'

export type Judged = Pick<Finding, 'what' | 'ok' | 'next'>

/** What a migration without a way down could be answered with: fresh, whole, and with what loads it. `maxAgeMs`: it should not be older. */
export function restorable(
  name: string,
  { backups }: DatabaseFact,
  at: string,
  maxAgeMs: number | undefined,
): readonly Judged[] {
  if (backups === undefined) return []
  if (backups.amiss !== null)
    return [
      { what: `${name} cannot be restored: ${backups.amiss}`, ok: false, next: 'Set it right while it is quiet.' },
    ]
  const newest = backups.backups.find(backup => amissOf(backup) === null)
  if (newest === undefined)
    return [
      { what: `${name}: no whole backup lies there`, ok: false, next: 'Look why none was made, and take one now.' },
      ...backups.backups.map(backup => broken(name, backup)),
    ]
  return [
    ageFinding(name, newest, at, maxAgeMs),
    ...backups.backups.slice(0, backups.backups.indexOf(newest)).map(backup => broken(name, backup)),
  ]
}

function ageFinding(name: string, newest: Backup, at: string, maxAgeMs: number | undefined): Judged {
  const what = `${name}: the newest whole backup is ${newest.name}, ${ageOf(newest, at) ?? 'of unknown age'}`
  const since = newest.begunAt ?? newest.finishedAt
  if (maxAgeMs === undefined || (since !== null && betweenMs(since, at) <= maxAgeMs))
    return { what, ok: true, next: '' }
  return {
    what: `${what}, and should be at most ${ageText(maxAgeMs)} old`,
    ok: false,
    next: 'Look why none was made since, and take one.',
  }
}

function broken(name: string, backup: Backup): Judged {
  const what = `${name}: backup ${backup.name}: ${amissOf(backup) ?? ''}`
  return { what, ok: false, next: 'Look why it is not whole, and make another.' }
}

function amissOf({ amiss, checksum }: Backup): string | null {
  return amiss ?? (checksum === 'differs' ? 'it is not what its checksum was made of' : null)
}

import { ageOf } from '../state/backup.ts'
import type { DatabaseFact } from '../state/facts.ts'
import type { Manifest } from '../state/manifest.ts'
import { serverBlockers } from '../state/planner/servers.ts'
import type { Finding } from './doctor-finding.ts'

/** Whether a database could be reversed now: reached, with room for what is kept, by an account that may do it. */
export function databaseFindings(name: string, fact: DatabaseFact, manifest: Manifest, at: string): readonly Finding[] {
  const { fault, sizeBytes, freeBytes, server } = fact
  const found = (what: string, ok: boolean, next: string): Finding => ({ requirement: 'backups', what, ok, next })
  if (fault !== null) return [found(fault.what, false, fault.next)]
  if (server === undefined) {
    const fits = sizeBytes !== null && freeBytes !== null && freeBytes > sizeBytes
    const how = `${fits ? 'fits' : 'does not fit'} (${sizeBytes ?? '?'} bytes, ${freeBytes ?? '?'} free)`
    return [found(`a safety copy of ${name} ${how}`, fits, 'Make room on its disk.')]
  }
  const facts = { at, services: {}, records: {}, databases: { [name]: fact } }
  const blocked = serverBlockers(facts, manifest, [name])
  const hidden = fact.unseen ?? []
  const declared = manifest.databases[name]
  return [
    found(
      `${name} on ${server.place}: what a reversal takes away is kept beside it, up to ${sizeBytes ?? '?'} bytes`,
      true,
      '',
    ),
    ...blocked.map(what => found(what, false, 'Set it right while it is quiet.')),
    ...restorable(name, fact, at).map(({ what, ok, next }) => found(what, ok, next)),
    ...(hidden.length === 0
      ? []
      : [
          found(
            `${name}: its account is not shown ${hidden.join(', ')}`,
            false,
            'Grant it that: what is not seen cannot be proven.',
          ),
        ]),
    ...(declared?.kind === 'mysql' && declared.writers.length === 0
      ? [
          found(
            `${name}: nobody is declared under writers`,
            false,
            'Name the accounts that write, so that they can be kept out.',
          ),
        ]
      : []),
  ]
}

/** What a migration without a way down could be answered with. */
function restorable(
  name: string,
  { backups }: DatabaseFact,
  at: string,
): readonly { readonly what: string; readonly ok: boolean; readonly next: string }[] {
  if (backups === undefined) return []
  if (backups.amiss !== null)
    return [
      { what: `${name} cannot be restored: ${backups.amiss}`, ok: false, next: 'Set it right while it is quiet.' },
    ]
  const newest = backups.backups.find(({ amiss }) => amiss === null)
  if (newest === undefined)
    return [{ what: `${name}: no whole backup lies there`, ok: false, next: 'Look why none was made.' }]
  const broken = backups.backups.slice(0, backups.backups.indexOf(newest))
  return [
    {
      what: `${name}: the newest whole backup is ${newest.name}, ${ageOf(newest, at) ?? 'of unknown age'}`,
      ok: true,
      next: '',
    },
    ...broken.map(({ name: backup, amiss }) => ({
      what: `${name}: backup ${backup}: ${amiss ?? ''}`,
      ok: false,
      next: 'Look why it is not whole, and make another.',
    })),
  ]
}

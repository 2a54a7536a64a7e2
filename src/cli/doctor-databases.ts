import type { DatabaseFact, ServerFact } from '../state/facts.ts'
import type { Database, Manifest } from '../state/manifest.ts'
import { serverBlockers } from '../state/planner/servers.ts'
import { restorable, type Judged } from './doctor-backups.ts'
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
    ...followers(name, server, declared?.kind === 'mysql' ? declared.maxLagMs : undefined).map(({ what, ok, next }) =>
      found(what, ok, next),
    ),
    ...restorable(name, fact, at, maxAgeOf(declared)).map(({ what, ok, next }) => found(what, ok, next)),
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

function maxAgeOf(declared: Database | undefined): number | undefined {
  return declared?.kind === 'mysql' ? declared.backups?.maxAgeMs : undefined
}

/** A run waits for each before readers come again: one that is gone is not waited for, and readers there see the old data. */
function followers(name: string, { following = [] }: ServerFact, maxLagMs: number | undefined): readonly Judged[] {
  return following.flatMap(({ place, amiss, seconds }): Judged[] => {
    const next = 'Have it replicate again, or take it out of replicas: in astern.yaml.'
    if (amiss !== null) return [{ what: `${name}: replica ${place}: ${amiss}`, ok: false, next }]
    if (maxLagMs === undefined || seconds === null || seconds * 1000 <= maxLagMs) return []
    const what = `${name}: replica ${place} is ${seconds} s behind, and may be ${maxLagMs / 1000} s: nothing would be written`
    return [{ what, ok: false, next: 'Look what keeps it (SHOW REPLICA STATUS), and let it catch up.' }]
  })
}

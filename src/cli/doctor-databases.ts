import type { DatabaseFact } from '../state/facts.ts'
import type { Manifest } from '../state/manifest.ts'
import { serverBlockers } from '../state/planner/servers.ts'
import type { Finding } from './doctor-finding.ts'

/** Whether a database could be reversed now: reached, with room for what is kept, by an account that may do it. */
export function databaseFindings(name: string, fact: DatabaseFact, manifest: Manifest): readonly Finding[] {
  const { fault, sizeBytes, freeBytes, server } = fact
  const found = (what: string, ok: boolean, next: string): Finding => ({ requirement: 'backups', what, ok, next })
  if (fault !== null) return [found(fault.what, false, fault.next)]
  if (server === undefined) {
    const fits = sizeBytes !== null && freeBytes !== null && freeBytes > sizeBytes
    const how = `${fits ? 'fits' : 'does not fit'} (${sizeBytes ?? '?'} bytes, ${freeBytes ?? '?'} free)`
    return [found(`a safety copy of ${name} ${how}`, fits, 'Make room on its disk.')]
  }
  const facts = { at: '', services: {}, records: {}, databases: { [name]: fact } }
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

import type { Facts } from '../facts.ts'
import type { Manifest } from '../manifest.ts'
import { few } from './few.ts'

/** Why the schema on this server must not be changed: it is the wrong one, or takes no writes. */
export function serverBlockers(facts: Facts, manifest: Manifest, databases: readonly string[]): readonly string[] {
  return databases.flatMap(name => {
    const server = facts.databases[name]?.server
    const declared = manifest.databases[name]
    if (server === undefined || declared?.kind !== 'mysql') return []
    const { place, readOnly, replicaOf, lacks = [], sideDoors = [], missingWriters = [] } = server
    const from = replicaOf === null || replicaOf === 'none' || declared.replica === true ? null : replicaOf
    return [
      ...(lacks.length === 0
        ? []
        : [
            `${name}: the account ${declared.account.user} has no right to keep the writers out: GRANT ${lacks.join(', ')} ON *.* to it, and plan again`,
          ]),
      ...(sideDoors.length === 0
        ? []
        : [
            `${name}: writers would come in again by ${sideDoors.join(', ')}, which nobody declared: lock them (ALTER USER ... ACCOUNT LOCK) or declare them under writers, and plan again`,
          ]),
      ...missingWriters.map(
        account =>
          `${name}: its server has no account ${account}, which is declared as a writer: write it as the server has it`,
      ),
      ...(readOnly ? [`${name}: the server ${place} is read-only. Name the one that takes writes`] : []),
      ...(from === null
        ? []
        : [
            `${name}: the server ${place} is a replica of ${from}. Name that one; or write replica: true, if this one is meant`,
          ]),
    ]
  })
}

/** What a person should know of the servers before their schemas change. */
export function serverWarnings(facts: Facts, manifest: Manifest, databases: readonly string[]): readonly string[] {
  return databases.flatMap(name => {
    const server = facts.databases[name]?.server
    const declared = manifest.databases[name]
    if (server === undefined || declared?.kind !== 'mysql') return []
    const { place, replicaOf, replicas, strangers, long, following = [], cannotEnd } = server
    const without = facts.databases[name]?.withoutTransactions ?? []
    const hidden = facts.databases[name]?.unseen ?? []
    const events = (facts.databases[name]?.schema ?? []).filter(({ kind }) => kind === 'event')
    return [
      ...(hidden.length === 0 ? [] : [`${name}: the account that looked is not shown ${hidden.join(', ')}`]),
      ...(without.length === 0
        ? []
        : [
            `${name}: ${few(without)} ${without.length === 1 ? 'is a table' : 'are tables'} without transactions: what a crash leaves of a statement there has to be looked at by hand`,
          ]),
      ...(replicaOf === null ? [`${name}: whether ${place} is a replica may not be seen by this account`] : []),
      ...following.flatMap(({ place: replica, amiss }) =>
        amiss === null ? [] : [`${name}: replica ${replica}: ${amiss}; it is not waited for`],
      ),
      ...(replicas === 0 ? [] : [`${name}: ${replicas} servers replicate from ${place}, and get every change too`]),
      ...strangers.map(one => `${name}: ${one} is declared nowhere: while it is there, the schema is not touched`),
      ...long.map(one => `${name}: ${one}: a change of the schema may have to wait for it`),
      ...(cannotEnd === undefined
        ? []
        : [`${name}: whoever keeps a statement waiting cannot be ended from here. ${cannotEnd}`]),
      ...(events.length === 0
        ? []
        : [
            `${name}: the fence does not keep out what the server runs by itself: event ${events.map(event => event.name).join(', ')}. Disable it first (ALTER EVENT ... DISABLE)`,
          ]),
      ...(declared.writers.length === 0
        ? [`${name}: no writers are declared, so nobody is locked out: nothing but the stopped services keeps it quiet`]
        : []),
    ]
  })
}

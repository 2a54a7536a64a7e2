import type { Facts, InstanceKey, LedgerEntry, Recorded } from '../facts.ts'

/** So many are looked for elsewhere when their host has lost them: registries count what they are asked. */
const newest = 5

/** Releases of a service on a host that may be gone back to, as any host's ledger has them: the newest, a named one, and `also`. */
export function wantedOf(
  records: Facts['records'],
  key: InstanceKey,
  version: string | null,
  also?: Recorded,
): readonly Recorded[] {
  const byDigest = new Map(also === undefined ? [] : [[also.digest, also] as const])
  for (const { services } of lookedForOf(records, key, version)) {
    const recorded = services[key]
    if (recorded !== undefined && !byDigest.has(recorded.digest)) byDigest.set(recorded.digest, recorded)
  }
  return [...byDigest.values()]
}

/** Those of the ledgers that are looked for beyond their host. */
export function lookedForOf(
  records: Facts['records'],
  key: InstanceKey,
  version: string | null,
): readonly LedgerEntry[] {
  const entries = Object.values(records).flatMap(record => ('fault' in record ? [] : record.ledger))
  const versions = new Map(
    entries
      .filter(entry => entry.services[key] !== undefined && (entry.good || entry.version === version))
      .sort((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1))
      .map(entry => [entry.version, entry] as const),
  )
  const named = version === null ? undefined : versions.get(version)
  return [...new Set([...[...versions.values()].slice(0, newest), ...(named === undefined ? [] : [named])])]
}

import type { Observed } from '../facts.ts'
import type { Manifest } from '../manifest.ts'

type Change = {
  readonly key: string
  readonly service: string
  readonly host: string
  readonly before: Observed
  readonly digest: string
  readonly configuration?: object
}

/**
 * Whether the target may run beside what it replaces: only where the manifest declares that traffic moves so, and nothing
 * is held that only one can hold. What must never run twice at once never does; nor what is made as another container was,
 * which may hold more than today's.
 */
export function startsFirst(
  manifest: Manifest,
  { service, host, before, digest, configuration }: Omit<Change, 'key'>,
): boolean {
  const { kind, traffic } = manifest.services[service] ?? {}
  return (
    traffic?.startFirst === true &&
    kind === 'web' &&
    manifest.hosts[host]?.kind === 'docker' &&
    before.state === 'running' &&
    before.digest !== digest &&
    configuration === undefined &&
    (before.exclusive ?? []).length === 0
  )
}

/** Declared, and not to be had: said, so that nobody counts on it. */
export function stopsFirst(manifest: Manifest, changes: readonly Change[]): readonly string[] {
  return changes.flatMap(({ key, service, before }) => {
    const held = before.exclusive ?? []
    return manifest.services[service]?.traffic?.startFirst === true && held.length > 0
      ? [`${key} is stopped before the target starts, whatever start_first says: only one can hold ${held.join(', ')}`]
      : []
  })
}

import type { ContainerName } from '../../../state/manifest.ts'
import type { Inspected } from './find.ts'
import { baseOf, isOf, type Listed } from './names.ts'

const modes = ['NetworkMode', 'PidMode', 'IpcMode'] as const

/**
 * Whose namespaces a container uses: it is bound to that very container, and without it has no network and cannot start
 * again. Null: nobody's. The name of a service of the manifest where it is one's, else the container's.
 */
export function sharesWith(
  { HostConfig }: Inspected,
  host: readonly Listed[],
  neighbours: Readonly<Record<string, ContainerName>>,
): string | null {
  const id = modes.flatMap(mode => /^container:(.+)$/.exec(HostConfig[mode] ?? '')?.[1] ?? [])[0]
  if (id === undefined) return null
  const parent = host.find(listed => listed.id === id || listed.name === id)
  if (parent === undefined) return id.slice(0, 12)
  const [service] = Object.entries(neighbours).find(([, container]) => isOf(parent, container)) ?? []
  return service ?? baseOf(parent.name)
}

/** Containers of nobody's in the manifest that use this one's network, and would lose it with this one. */
export function strangersOn(
  { Id }: Inspected,
  host: readonly Listed[],
  neighbours: Readonly<Record<string, ContainerName>>,
): readonly string[] {
  return host
    .filter(({ network }) => network === `container:${Id}`)
    .filter(listed => !Object.values(neighbours).some(container => isOf(listed, container)))
    .map(({ name }) => name)
}

/** It is bound to a container that was replaced, and cannot start until it is made anew. */
export function isOrphaned({ HostConfig }: Inspected, host: readonly Listed[]): boolean {
  return Object.keys(sharedAnew(HostConfig, host)).length > 0
}

/** The same modes, a parent that was replaced given up for the container that took its place. */
export function sharedAnew(
  HostConfig: Inspected['HostConfig'],
  host: readonly Listed[],
): Partial<Inspected['HostConfig']> {
  const changed = modes.flatMap(mode => {
    const id = /^container:(.+)$/.exec(HostConfig[mode] ?? '')?.[1]
    const parent = host.find(listed => listed.id === id)
    if (parent === undefined || baseOf(parent.name) === parent.name) return []
    const heir = host.find(({ name }) => name === baseOf(parent.name))
    return heir === undefined ? [] : [[mode, `container:${heir.id}`]]
  })
  return Object.fromEntries(changed) as Partial<Inspected['HostConfig']>
}

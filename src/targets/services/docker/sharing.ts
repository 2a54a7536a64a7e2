import type { ContainerName } from '../../../state/manifest.ts'
import type { Engine } from './engine.ts'
import type { Inspected } from './find.ts'
import { baseOf, isOf, type Listed } from './names.ts'

const modes = ['NetworkMode', 'PidMode', 'IpcMode'] as const
type Neighbours = Readonly<Record<string, ContainerName>>

/**
 * Whose namespaces a container uses: it is bound to those very containers, and cannot start again without them. Names of
 * services of the manifest where they are one's, else of containers.
 */
export function sharesWith(
  { HostConfig }: Inspected,
  host: readonly Listed[],
  neighbours: Neighbours,
): readonly string[] {
  const parents = borrowedBy(HostConfig).map(reference => {
    const parent = meant(host, reference)
    if (parent === undefined) return reference.slice(0, 12)
    const [service] = Object.entries(neighbours).find(([, container]) => isOf(parent, container)) ?? []
    return service ?? baseOf(parent.name)
  })
  return [...new Set(parents)]
}

/** Containers of nobody's in the manifest that use a namespace of this one, and would lose it with this one. */
export async function strangersOn(
  engine: Engine,
  { Id }: Inspected,
  host: readonly Listed[],
  neighbours: Neighbours,
): Promise<readonly string[]> {
  const borrowed = borrowedOn(engine, host)
  const others = host.filter(listed => !Object.values(neighbours).some(container => isOf(listed, container)))
  const bound = await Promise.all(
    others.map(async ({ id }) => (await borrowed(id)).some(reference => meant(host, reference)?.id === Id)),
  )
  return others.filter((_, index) => bound[index]).map(({ name }) => name)
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
    const [reference] = referenceIn(HostConfig[mode])
    const parent = reference === undefined ? undefined : meant(host, reference)
    if (parent === undefined || baseOf(parent.name) === parent.name) return []
    const heir = host.find(({ name }) => name === baseOf(parent.name))
    return heir === undefined ? [] : [[mode, `container:${heir.id}`]]
  })
  return Object.fromEntries(changed) as Partial<Inspected['HostConfig']>
}

/** Of processes and memory the Engine keeps what a person wrote, as it finds containers by it: an id, a name, a short id. */
function meant(host: readonly Listed[], reference: string): Listed | undefined {
  return (
    host.find(({ id }) => id === reference) ??
    host.find(({ name }) => name === reference) ??
    host.find(({ id }) => id.startsWith(reference))
  )
}

function borrowedBy(HostConfig: Inspected['HostConfig']): readonly string[] {
  return modes.flatMap(mode => referenceIn(HostConfig[mode]))
}

function referenceIn(mode: string | undefined): readonly string[] {
  const reference = /^container:(.+)$/.exec(mode ?? '')?.[1]
  return reference === undefined ? [] : [reference]
}

const known = new WeakMap<Engine, Map<string, Promise<readonly string[]>>>()

/** The list of containers tells of networks alone. What one was created with never changes, so it is asked for once. */
function borrowedOn(engine: Engine, host: readonly Listed[]): (id: string) => Promise<readonly string[]> {
  const before = known.get(engine)
  const kept = new Map(host.flatMap(({ id }) => (before?.has(id) === true ? [[id, before.get(id)!] as const] : [])))
  known.set(engine, kept)
  return id => {
    const asking = kept.get(id) ?? ask(engine, id, () => kept.delete(id))
    kept.set(id, asking)
    return asking
  }
}

async function ask(engine: Engine, id: string, forget: () => void): Promise<readonly string[]> {
  const answer = await engine.read({ of: 'container', which: id }, 'look at a container', (docker, abortSignal) =>
    docker.getContainer(id).inspect({ abortSignal }),
  )
  if (answer.ok) return borrowedBy(answer.value.HostConfig)
  forget()
  return []
}

import type { Result } from '../../../state/fault.ts'
import type { Engine } from '../../services/docker/engine.ts'
import { demultiplexed } from '../../services/docker/logs.ts'
import type { FaultSeen } from '../port.ts'
import { keeperLabels, orderIn, type KeeperState, type Order } from './aim.ts'

/** Of a fault what is there: its keeper, or the volume of one that somebody removed; either of them knows all. */
export type Kept = {
  readonly order: Order
  /** By the Engine's clock. */
  readonly since: string
  /** Null: there is only the volume. `created`: nothing was begun. */
  readonly container: { readonly id: string; readonly state: string } | null
}

/** Every fault that any drill has on this Engine. */
export async function keptOn(
  engine: Engine,
  filter: readonly string[] = [keeperLabels.run],
): Promise<Result<readonly Kept[]>> {
  const containers = await engine.call('look for faults of drills', (docker, abortSignal) =>
    docker.listContainers({ all: true, filters: { label: [...filter] }, abortSignal }),
  )
  if (!containers.ok) return containers
  const volumes = await engine.call('look for what faults of drills left', (docker, abortSignal) =>
    docker.listVolumes({ filters: { label: [...filter] }, abortSignal }),
  )
  if (!volumes.ok) return volumes
  const found = new Map<string, Kept>()
  for (const { Labels, ...volume } of volumes.value.Volumes) {
    const since = 'CreatedAt' in volume && typeof volume.CreatedAt === 'string' ? volume.CreatedAt : ''
    add(found, Labels ?? {}, since, null)
  }
  for (const { Id, State, Labels, Created } of containers.value)
    add(found, Labels, new Date(Created * 1000).toISOString(), { id: Id, state: State })
  return { ok: true, value: [...found.values()] }
}

function add(
  found: Map<string, Kept>,
  labels: Readonly<Record<string, string>>,
  since: string,
  container: Kept['container'],
): void {
  const order = orderIn(labels)
  if (order !== null) found.set(`${order.run} ${order.injected.inject}`, { order, since, container })
}

/** Null: nothing of it is there. */
export async function keptOf(engine: Engine, run: string, inject: string): Promise<Result<Kept | null>> {
  const kept = await keptOn(engine, [`${keeperLabels.run}=${run}`, `${keeperLabels.inject}=${inject}`])
  return kept.ok ? { ok: true, value: kept.value[0] ?? null } : kept
}

export function seenOf({ order: { run, injected }, since }: Kept): FaultSeen {
  return { run, injected, expiresAt: new Date(Date.parse(since) + injected.expiresMs).toISOString() }
}

/** How far a keeper is, by its own last word; null: it has not begun. */
export async function stateOf(engine: Engine, id: string): Promise<Result<KeeperState | null>> {
  const read = await engine.call('ask a keeper how far it is', (docker, abortSignal) =>
    docker.getContainer(id).logs({ stdout: true, stderr: false, follow: false, tail: 1, abortSignal }),
  )
  if (!read.ok) return read.status === 404 ? { ok: true, value: null } : read
  const said = demultiplexed(read.value).trim()
  return { ok: true, value: said === '' ? null : (JSON.parse(said) as KeeperState) }
}

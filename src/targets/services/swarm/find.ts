import type { Result } from '../../../state/fault.ts'
import type { Answer } from '../docker/engine.ts'
import type { SwarmNode, SwarmService, SwarmTask } from './api.ts'
import { noManager } from './faults.ts'
import type { Place } from './layout.ts'

/** A service as its Swarm tells it. Tasks that ended are among them, as far back as the Swarm keeps them. */
export type Standing = {
  readonly service: SwarmService
  readonly tasks: readonly SwarmTask[]
  /** By their ids. */
  readonly nodes: ReadonlyMap<string, SwarmNode>
}

/** Null: the Swarm has no service of that name. */
export async function standingOf(place: Place): Promise<Result<Standing | null>> {
  const service = await serviceOf(place)
  if (!service.ok || service.value === null) return service as Result<null>
  const { ID } = service.value
  const [tasks, nodes] = await Promise.all([
    place.engine.call('list its tasks', (docker, abortSignal) =>
      docker.listTasks({ filters: { service: [ID] }, abortSignal }),
    ),
    nodesOf(place),
  ])
  if (!tasks.ok) return managed(place, tasks)
  if (!nodes.ok) return nodes
  return {
    ok: true,
    value: { service: service.value, tasks: tasks.value as readonly SwarmTask[], nodes: nodes.value },
  }
}

export async function serviceOf(place: Place): Promise<Result<SwarmService | null>> {
  const found = await place.engine.call('look at its service', docker => docker.getService(place.swarm).inspect())
  if (found.status === 404) return { ok: true, value: null }
  if (!found.ok) return managed(place, found)
  const service = found.value as SwarmService
  // The Engine takes the beginning of an id for a name too.
  return { ok: true, value: service.Spec.Name === place.swarm ? service : null }
}

async function nodesOf(place: Place): Promise<Result<ReadonlyMap<string, SwarmNode>>> {
  const listed = await place.engine.call('list its nodes', (docker, abortSignal) => docker.listNodes({ abortSignal }))
  if (!listed.ok) return managed(place, listed)
  return { ok: true, value: new Map((listed.value as readonly SwarmNode[]).map(node => [node.ID, node])) }
}

/** 503: the Engine is no manager, or the managers have no majority. */
function managed<T>({ host }: Place, answer: Answer<T>): Result<never> {
  if (answer.ok) throw new Error('it was answered')
  return { ok: false, fault: answer.status === 503 ? noManager(host, answer.fault) : answer.fault }
}

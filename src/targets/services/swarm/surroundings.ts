import { oneLine } from '../../../state/text.ts'
import type { SwarmNode } from './api.ts'
import { standingOf } from './find.ts'
import type { Place } from './layout.ts'
import { isLasting } from './parking.ts'
import { goneFrom, referencesIn } from './references.ts'

/** What stands around a service of a Swarm, and what of it is easily missed. */
export async function surroundingsOf(place: Place): Promise<readonly string[]> {
  const standing = await standingOf(place)
  if (!standing.ok || standing.value === null) return []
  const { service, nodes } = standing.value
  const { Spec } = service
  const stack = Spec.Labels?.['com.docker.stack.namespace']
  const silent = [...nodes.values()].filter(({ Status }) => Status.State !== 'ready')
  const drained = [...nodes.values()].filter(
    ({ Status, Spec: { Availability } }) => Status.State === 'ready' && Availability !== 'active',
  )
  const [gone, amiss] = await Promise.all([
    goneFrom(place.engine, referencesIn(Spec.TaskTemplate.ContainerSpec)),
    managersAmiss(place, [...nodes.values()]),
  ])
  return [
    ...amiss,
    ...(stack === undefined
      ? []
      : [
          `stack ${oneLine(stack, 60)} deploys it, and its next deploy makes it what the file says then: put the release gone back to into the file first`,
        ]),
    ...(Spec.UpdateConfig?.FailureAction === 'rollback'
      ? ['its update_config rolls a failed update back by itself: an update by Astern pauses instead, and leaves it so']
      : []),
    ...(isLasting(Spec) ? [] : ['it is a job, which ends by itself: Astern neither stops nor updates jobs']),
    ...silent.map(
      ({ Description, Status }) => `node ${Description.Hostname} is ${Status.State}: what runs there is not known`,
    ),
    ...drained.map(
      ({ Description, Spec: { Availability } }) => `node ${Description.Hostname} takes no tasks (${Availability})`,
    ),
    ...gone.map(what => `${what}, which it refers to, is gone: a task that is started anew fails`),
  ]
}

/** What keeps the run from going on where a manager is lost. */
async function managersAmiss({ host, managers }: Place, nodes: readonly SwarmNode[]): Promise<readonly string[]> {
  const count = nodes.filter(({ ManagerStatus }) => ManagerStatus !== undefined).length
  const asked = managers.map(async engine => ({
    engine,
    answer: await engine.call('look at its Swarm', docker => docker.swarmInspect(), lookMs),
  }))
  const mute = managers.length === 1 ? [] : (await Promise.all(asked)).filter(({ answer }) => !answer.ok)
  return [
    ...(managers.length === 1 && count > 1
      ? [
          `${host} has ${count} managers, and astern.yaml names one: if that one is lost, the run waits for it. Name the others too: swarm: [ONE, OTHER, ...]`,
        ]
      : []),
    ...mute.map(({ engine }) => `${engine.host} cannot be asked as a manager: the others are asked in its place`),
  ]
}

const lookMs = 5_000

import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { settled, Stopped } from '../../docker/act/hands.ts'
import type { SwarmTask } from '../api.ts'
import type { Standing } from '../find.ts'
import type { Place } from '../layout.ts'
import { isLasting, parked } from '../parking.ts'
import { isAlive, nodesOf, perNode, silentOf } from '../tasks.ts'
import { changeSpec, follow, presentService } from './hands.ts'

type Stop = Extract<ServiceCommand, { kind: 'service.stop' }>

/** What ignores its grace is killed by its node, and the manager is told a moment later. */
const killedMs = 20_000

/** Takes the service's tasks away and remembers how many there were, in a label of the service. */
export function stopService(place: Place, { graceMs }: Stop, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const { Spec } = await presentService(place)
    if (!isLasting(Spec)) throw new Stopped(isJob(place))
    await changeSpec(place, 'take its tasks away', evidence, service => {
      const spec = parked(service.Spec)
      return spec === service.Spec ? null : spec
    })
    const ownMs = (Spec.TaskTemplate.ContainerSpec.StopGracePeriod ?? 10_000_000_000) / 1e6
    return follow(place, Math.max(graceMs, ownMs) + killedMs, (standing, late) => {
      const alive = standing.tasks.filter(isAlive)
      if (alive.length === 0) return stopped(place)
      const silent = silentOf(standing)
      const fault =
        silent.length === alive.length
          ? nodeSilent(place, standing, silent)
          : late
            ? runsOn(place, standing, alive)
            : null
      return fault === null ? null : { ok: false, fault, observed: { running: alive.length } }
    })
  })
}

function stopped({ name, host }: Place): Outcome {
  return { ok: true, observed: { running: 0 }, says: `${name} does not run on ${host}: none of its tasks does` }
}

export function isJob({ swarm, host }: Place): Fault {
  return {
    code: 'service.is-a-job',
    what: `${swarm} on ${host} is a job, and ends by itself`,
    means: 'Astern stops, starts and updates services that keep running. Nothing was changed.',
    next: 'Take it out of astern.yaml, or skip this step with a reason.',
  }
}

function nodeSilent({ name, host }: Place, standing: Standing, silent: readonly SwarmTask[]): Fault {
  const nodes = nodesOf(standing, silent)
  return {
    code: 'swarm.node-silent',
    what: `${name} on ${host} was told to stop, and ${nodes} gives no answer`,
    means: 'Everywhere else it has stopped. There it may still run, and write to what it can reach.',
    next: `Look at ${nodes} itself: end its containers, or cut it off from the database. Then skip this step with that reason, or bring it back and retry.`,
  }
}

function runsOn({ name, host }: Place, standing: Standing, alive: readonly SwarmTask[]): Fault {
  return {
    code: 'service.will-not-stop',
    what: `${name} on ${host} still has tasks that have not ended: ${perNode(standing, alive)}`,
    means: 'They were told to. Their grace is over.',
    next: 'Look with docker service ps and at those nodes. Then retry, skip with a reason, or undo.',
  }
}

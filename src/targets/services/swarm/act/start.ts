import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { settled, Stopped } from '../../docker/act/hands.ts'
import type { SwarmService } from '../api.ts'
import { scaledToNone } from '../faults.ts'
import type { Standing } from '../find.ts'
import { digestIn, namesOf, type Names } from '../images.ts'
import type { Place } from '../layout.ts'
import { lastWordsOf } from '../logs.ts'
import { desiredOf, isParked, restored } from '../parking.ts'
import { failedOf, failureInWords, runningOf, wantedOf } from '../tasks.ts'
import { changeSpec, follow, presentService } from './hands.ts'

type Start = Extract<ServiceCommand, { kind: 'service.start' }>

/** Brings back as many tasks as there were, if the service is the planned release. One that runs already is left alone. */
export function startService(place: Place, command: Start, startMs: number, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const names = await namesOf(place)
    const check = (service: SwarmService): void => {
      const fault = otherStands(place, command, service, names)
      if (fault !== null) throw new Stopped(fault)
      if (!isParked(service.Spec) && desiredOf(service.Spec) === 0) throw new Stopped(scaledToNone(place))
    }
    check(await presentService(place))
    await changeSpec(place, 'bring its tasks back', evidence, service => {
      check(service)
      const spec = restored(service.Spec)
      return spec === service.Spec ? null : spec
    })
    return follow(place, startMs, async (standing, late) => {
      const running = runningOf(standing).length
      const wanted = wantedOf(standing)
      if (wanted > 0 && running >= wanted) return started(place, command, running)
      const [failure] = failedOf(standing)
      if (failure === undefined && !late) return null
      const words = failure === undefined ? '' : await lastWordsOf(place.engine, failure.ID)
      const why = failure === undefined ? notAll(standing) : failureInWords(standing, failure)
      return { ok: false, fault: notStarted(place, command, why, words), observed: { running } }
    })
  })
}

function started({ name, host }: Place, { release }: Start, running: number): Outcome {
  return {
    ok: true,
    observed: { pid: null, release, running },
    says: `${name} ${release} runs on ${host}, ${running === 1 ? 'one task' : `${running} tasks`}`,
  }
}

function notAll(standing: Standing): string {
  const running = runningOf(standing).length
  const waiting = standing.tasks.find(
    ({ DesiredState, Status }) => DesiredState === 'running' && Status.State !== 'running',
  )
  const one = waiting === undefined ? '' : `; ${failureInWords(standing, waiting)}`
  return `${running} of ${wantedOf(standing)} tasks run${one}`
}

function otherStands(place: Place, command: Start, { Spec }: SwarmService, names: Names): Fault | null {
  const image = Spec.TaskTemplate.ContainerSpec.Image
  const { name, host } = place
  if (digestIn(image) === command.digest) return null
  if (names(image) === command.release)
    return {
      code: 'release.changed',
      what: `${name} on ${host} is called ${command.release}, and its image ${digestIn(image)?.slice(0, 19) ?? 'without a digest'} is not the one that was planned`,
      means: 'Nothing was started: a tag was moved to another image since.',
      next: 'Plan again, so that the plan names the image that is meant; or undo.',
    }
  return {
    code: 'release.not-pointed',
    what: `${name} on ${host} was to start ${command.release}, and its spec says ${names(image)}`,
    means: 'Nothing was started.',
    next: 'Find out who changed it; then retry, or undo.',
  }
}

function notStarted({ name, swarm, host }: Place, { release }: Start, why: string, words: string): Fault {
  return {
    code: 'service.will-not-start',
    what: `${name} ${release} did not start on ${host}: ${why}`,
    means: 'The Swarm goes on trying by itself; nothing else was changed.',
    next: `Read docker service ps --no-trunc ${swarm} on ${host}. Then retry, skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
}

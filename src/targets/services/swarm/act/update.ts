import type { ServiceCommand } from '../../../../state/command.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { settled, Stopped } from '../../docker/act/hands.ts'
import type { Spec, SwarmService, UpdateConfig } from '../api.ts'
import type { Standing } from '../find.ts'
import { scaledToNone } from '../faults.ts'
import { digestIn } from '../images.ts'
import type { Place } from '../layout.ts'
import { lastWordsOf } from '../logs.ts'
import { desiredOf, isLasting, isParked, restored } from '../parking.ts'
import { isUpdated, isUpdatedWhereHeard } from '../probe-service.ts'
import { digestOf, failedOf, failureInWords, nodesOf, perNode, runningOf, silentOf, wantedOf } from '../tasks.ts'
import { changeSpec, follow, presentService } from './hands.ts'
import { checkReferences, imageFor, withContent } from './point.ts'
import { isJob } from './stop.ts'
import { nodesSilent, otherWay, paused, rollsBack, tooLong } from './update-faults.ts'

type Update = Extract<ServiceCommand, { kind: 'service.update' }>

/**
 * The Swarm's own rolling update, by one change of the spec, followed to its end. A failure pauses it whatever the
 * service's own update_config says: a rollback that rolls back by itself would bring the bad release up again.
 */
export function updateService(place: Place, command: Update, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const service = await presentService(place)
    if (!isLasting(service.Spec)) throw new Stopped(isJob(place))
    if (desiredOf(restored(service.Spec)) === 0) throw new Stopped(scaledToNone(place))
    const image = await imageFor(place, service, command)
    await checkReferences(place, command)
    await changeSpec(place, `update it to ${image}`, evidence, now => nextSpec(now, image, command))
    const said = { last: '' }
    return follow(place, command.followMs, async (standing, late) => {
      const words = inWords(standing, command.digest)
      if (words !== said.last) evidence(words)
      said.last = words
      return verdictOf(place, command, standing, late)
    })
  })
}

/** Null: it is so already, and goes on or is over. One that paused is sent again as it is, which resumes it. */
function nextSpec({ Spec: spec, UpdateStatus }: SwarmService, image: string, command: Update): Spec | null {
  const next = restored(withContent(spec, image, command))
  const stands = !['paused', 'rollback_paused'].includes(UpdateStatus?.State ?? '')
  if (next === spec && stands && spec.UpdateConfig?.FailureAction === 'pause') return null
  return { ...next, UpdateConfig: careful(next.UpdateConfig, command) }
}

function careful(own: UpdateConfig | undefined, { parallelism, stopFirst, monitorMs }: Update): UpdateConfig {
  const given = own ?? { Parallelism: 1, Order: 'stop-first' }
  return {
    ...given,
    FailureAction: 'pause',
    Parallelism: parallelism ?? given.Parallelism,
    Monitor: Math.max(given.Monitor ?? 5e9, monitorMs * 1e6),
    Order: stopFirst === true ? 'stop-first' : given.Order,
  }
}

async function verdictOf(place: Place, command: Update, standing: Standing, late: boolean): Promise<Outcome | null> {
  const { Spec, UpdateStatus } = standing.service
  const state = UpdateStatus?.State ?? ''
  const observed = { update: state, running: runningOf(standing).length }
  const failing = failedOf(standing).filter(task => digestOf(task) === command.digest)
  const why = failing[0] === undefined ? '' : failureInWords(standing, failing[0])
  const words = async (): Promise<string> => (failing[0] === undefined ? '' : lastWordsOf(place.engine, failing[0].ID))
  const points = digestIn(Spec.TaskTemplate.ContainerSpec.Image) === command.digest
  const wentBack = state === 'rollback_completed' && points
  if (state.startsWith('rollback') && !wentBack)
    return { ok: false, fault: rollsBack(place, command.release), observed }
  if (!points || isParked(Spec)) return { ok: false, fault: otherWay(place, command.release), observed }
  if (state === 'paused')
    return {
      ok: false,
      fault: paused(place, command.release, {
        why,
        said: UpdateStatus?.Message ?? '',
        now: inWords(standing, command.digest),
        words: await words(),
      }),
      observed,
    }
  if (isUpdated(standing, command.digest)) return updated(place, command, standing)
  if (isUpdatedWhereHeard(standing, command.digest))
    return { ok: false, fault: nodesSilent(place, command.release, nodesOf(standing, silentOf(standing))), observed }
  if (!late) return null
  return {
    ok: false,
    fault: tooLong(place, command.release, command.followMs, {
      why: why === '' ? waitingIn(standing) : why,
      now: inWords(standing, command.digest),
      words: await words(),
    }),
    observed,
  }
}

/** A task that no node takes says why. */
function waitingIn(standing: Standing): string {
  const waiting = standing.tasks.find(
    ({ DesiredState, Status }) => DesiredState === 'running' && Status.State !== 'running',
  )
  return waiting === undefined ? '' : failureInWords(standing, waiting)
}

function updated({ name, host }: Place, { release, digest }: Update, standing: Standing): Outcome {
  const running = runningOf(standing)
  return {
    ok: true,
    observed: { digest, running: running.length, tasks: running.map(({ ID }) => ID.slice(0, 12)) },
    says: `every task of ${name} on ${host} is ${release}: ${perNode(standing, running)}`,
  }
}

function inWords(standing: Standing, digest: string): string {
  const running = runningOf(standing)
  const done = running.filter(task => digestOf(task) === digest)
  const where = done.length === 0 ? '' : ` (${perNode(standing, done)})`
  return `${done.length} of ${wantedOf(standing)} tasks are updated${where}, ${running.length - done.length} still run what they ran`
}

import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { standingOf, type Inspected } from '../find.ts'
import { namesOf } from '../images.ts'
import type { Place } from '../layout.ts'
import { lastWords } from '../logs.ts'
import { imageOf } from '../observe.ts'
import { handsOn, settled, Stopped, valueOf } from './hands.ts'

type Start = Extract<ServiceCommand, { kind: 'service.start' }>

/** Starts what stands in the service's place, if it is the planned release. One that runs already is left alone. */
export function startService(place: Place, command: Start, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const { current } = valueOf(await standingOf(place))
    if (current?.Image !== command.digest) throw new Stopped(await otherStands(place, command, current))
    const hands = handsOn(place.engine, evidence)
    if (command.restart !== undefined) await hands.restartPolicy(current, command.restart)
    if (!current.State.Running) {
      const answer = await hands.does('start it', current.Id, docker => docker.getContainer(current.Id).start(), 60_000)
      if (!answer.ok && answer.status !== 304)
        throw new Stopped(notStarted(place, command, answer.fault, ''), answer.status === null)
    }
    return started(place, command, current)
  })
}

/** Seen to run. Whether it stays up is a matter of its health, which watches one life over the stable time. */
async function started(place: Place, command: Start, { Id }: Inspected): Promise<Outcome> {
  const { current } = valueOf(await standingOf(place))
  if (current?.Id === Id && current.State.Running && !current.State.Restarting)
    return {
      ok: true,
      observed: { id: Id.slice(0, 12), pid: current.State.Pid, release: command.release },
      says: `${place.name} ${command.release} runs on ${place.host} as container ${Id.slice(0, 12)}`,
    }
  const words = await lastWords(place.engine, Id)
  return { ok: false, fault: notStarted(place, command, null, words), observed: { id: Id.slice(0, 12) } }
}

async function otherStands(place: Place, { release }: Start, current: Inspected | null): Promise<Fault> {
  if (current === null) return notPointed(place, release, null)
  const called = (await namesOf(place))(await imageOf(place, current))
  return called === release ? notTheRecorded(place, release, current) : notPointed(place, release, current)
}

function notTheRecorded({ name, host }: Place, release: string, { Image }: Inspected): Fault {
  return {
    code: 'release.changed',
    what: `${name} on ${host} is called ${release}, and its image ${Image.slice(0, 19)} is not the one that was planned`,
    means: 'Nothing was started: a tag was moved to another image since.',
    next: 'Plan again, so that the plan names the image that is meant; or undo.',
  }
}

function notPointed({ name, host }: Place, release: string, current: Inspected | null): Fault {
  const is = current === null ? 'nothing' : `image ${current.Image.slice(0, 19)}`
  return {
    code: current === null ? 'container.missing' : 'release.not-pointed',
    what: `${name} on ${host} was to start ${release}, and ${is} stands in its place`,
    means: 'Nothing was started.',
    next: 'Find out who put it there; then retry, or undo.',
  }
}

function notStarted({ name, host }: Place, { release }: Start, refused: Fault | null, words: string): Fault {
  const detail = refused?.detail ?? words
  return {
    code: 'service.will-not-start',
    what: `${name} ${release} did not start on ${host}: ${refused === null ? 'it ended at once' : refused.what}`,
    means: 'The service is down here. What it replaced stands beside it, unharmed.',
    next: `Read docker logs on ${host}. Then retry, skip with a reason, or undo: that puts the previous container back.`,
    ...(detail === '' ? {} : { detail }),
  }
}

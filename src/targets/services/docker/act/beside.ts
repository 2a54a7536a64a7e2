import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { exclusiveOf } from '../exclusive.ts'
import { standingOf, type Inspected } from '../find.ts'
import type { Place } from '../layout.ts'
import { lastWords } from '../logs.ts'
import { suffix } from '../names.ts'
import { handsOn, made, settled, Stopped, valueOf } from './hands.ts'
import { targetFor, wantedFor } from './wanted.ts'

type Beside = Extract<ServiceCommand, { kind: 'service.beside' }>
type Withdraw = Extract<ServiceCommand, { kind: 'service.withdraw' }>

/** Makes the target's container under the name of one that is not yet in place, and starts it. Nothing is stopped. */
export function startBeside(place: Place, command: Beside, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const standing = valueOf(await standingOf(place))
    const { name, current, fresh } = standing
    if (name === null || current === null) throw new Stopped(nothingBeside(place))
    const held = exclusiveOf(current)
    if (held.length > 0) throw new Stopped(cannotShare(place, held))
    const target = await targetFor(place, command)
    const hands = handsOn(place.engine, evidence)
    const wanted = await wantedFor(place, standing, current, target)
    if (fresh !== null && fresh.Image !== command.digest) {
      if (fresh.State.Status !== 'created') throw new Stopped(otherBeside(place, fresh))
      await hands.remove(fresh)
    }
    const own = fresh !== null && fresh.Image === command.digest ? fresh : null
    if (own !== null) await hands.complete(own, wanted)
    const id = own?.Id ?? (await hands.create(`${name}${suffix.fresh}`, wanted))
    const answer = await hands.does('start it', id, docker => docker.getContainer(id).start(), 60_000)
    if (answer.status !== 304) made(answer)
    const after = valueOf(await standingOf(place)).fresh
    if (after?.Id === id && after.State.Running && !after.State.Restarting)
      return {
        ok: true,
        observed: { id: id.slice(0, 12), pid: after.State.Pid },
        says: `${place.name} ${command.release} runs on ${place.host} beside what it replaces, as container ${id.slice(0, 12)}`,
      }
    return { ok: false, fault: endedAtOnce(place, command, await lastWords(place.engine, id)), observed: null }
  })
}

/**
 * What was started beside is stopped and removed: it was made here, and what it replaces was never touched. One of another
 * image is somebody else's, and stays.
 */
export function withdraw(place: Place, { digest, graceMs }: Withdraw, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const { fresh } = valueOf(await standingOf(place))
    const hands = handsOn(place.engine, evidence)
    if (fresh?.Image === digest) {
      const t = Math.ceil(graceMs / 1000)
      const stop = await hands.does(
        'stop it',
        fresh.Id,
        docker => docker.getContainer(fresh.Id).stop({ t }),
        graceMs + 20_000,
      )
      if (stop.status !== 304 && stop.status !== 404) made(stop)
      await hands.remove(fresh)
    }
    return {
      ok: true,
      observed: null,
      says: `nothing that was started of ${place.name} on ${place.host} stands beside what is in place`,
    }
  })
}

function nothingBeside({ name, host }: Place): Fault {
  return {
    code: 'container.missing',
    what: `There is no container of ${name} on ${host} to start another beside`,
    means: 'Nothing was changed.',
    next: 'Plan again: it was there when the plan was made.',
  }
}

function cannotShare({ name, host }: Place, held: readonly string[]): Fault {
  return {
    code: 'service.exclusive',
    what: `${name} on ${host} holds what only one can hold: ${held.join(', ')}`,
    means: 'Nothing was changed.',
    next: 'Plan again: it is stopped first then.',
  }
}

function otherBeside({ name, host }: Place, { Name }: Inspected): Fault {
  return {
    code: 'container.name-taken',
    what: `${Name.replace(/^\//, '')} on ${host} has the name that the new container of ${name} would have, and is of another image`,
    means: 'Nothing was changed.',
    next: 'Find out whose it is, rename or remove it; then retry, or undo.',
  }
}

function endedAtOnce({ name, host }: Place, { release }: Beside, words: string): Fault {
  return {
    code: 'service.will-not-start',
    what: `${name} ${release} did not start on ${host}: it ended at once`,
    means: 'What it was to replace still runs.',
    next: `Read docker logs on ${host}. Then retry, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
}

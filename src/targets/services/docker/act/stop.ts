import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { recreation } from '../config.ts'
import { standingOf, type Inspected, type Standing } from '../find.ts'
import { imageConfig } from '../image-config.ts'
import type { Place } from '../layout.ts'
import { noRestart } from '../restart-policy.ts'
import { displacedName, handsOn, made, settled, valueOf, type Hands } from './hands.ts'

type Stop = Extract<ServiceCommand, { kind: 'service.stop' }>

/** What ignores the grace is killed by the Engine, which takes a moment too. */
const killedMs = 20_000

/** Stops the container and sees to it that nothing but Astern starts it again: a daemon that restarts would. */
export function stopService(place: Place, { graceMs }: Stop, evidence: Evidence): Promise<Outcome> {
  return settled(async () => {
    const hands = handsOn(place.engine, evidence)
    const { name, current, displaced } = await inItsPlace(place, hands, graceMs)
    if (current === null) {
      const twin = displaced.find(({ State: { Status }, HostConfig }) => Status === 'created' && HostConfig.AutoRemove)
      if (twin === undefined || name === null) return stopped(place, null)
      await hands.rename(twin, name)
      return stopped(place, twin)
    }
    if (current.HostConfig.AutoRemove !== true) {
      await hands.restartPolicy(current, noRestart)
      if (!current.State.Running) return stopped(place, current)
      await halt(hands, current, graceMs)
      return confirm(place)
    }
    if (current.State.Status === 'created') return stopped(place, current)
    const twin = await twinOf(place, hands, current)
    if (current.State.Running) await halt(hands, current, graceMs)
    await gone(place, current)
    const again = valueOf(await standingOf(place))
    const copy = again.displaced.find(({ Id }) => Id === twin)
    if (copy !== undefined) await hands.rename(copy, current.Name.replace(/^\//, ''))
    return stopped(place, copy ?? null)
  })
}

/** Whoever starts containers by their labels, as Compose does, starts what was replaced too: beside the service, or as it. */
async function inItsPlace(place: Place, hands: Hands, graceMs: number): Promise<Standing> {
  const standing = valueOf(await standingOf(place))
  const { name, current, displaced } = standing
  for (const kept of displaced) {
    if (!kept.State.Running) continue
    await hands.restartPolicy(kept, noRestart)
    await halt(hands, kept, graceMs)
  }
  if (current === null || name === null || current.Name === `/${name}`) return standing
  await hands.rename(current, name)
  return valueOf(await standingOf(place))
}

/** A container that is removed when it ends leaves nothing to put back: its like is made first, and never started. */
async function twinOf(place: Place, hands: Hands, current: Inspected): Promise<string> {
  const { displaced } = valueOf(await standingOf(place))
  const name = displacedName(current.Name.replace(/^\//, ''), current)
  const before = displaced.find(({ Name }) => Name === `/${name}`)
  const wanted = recreation(current, valueOf(await imageConfig(place.engine, current.Image)), current.Config.Image)
  if (before === undefined) return hands.create(name, wanted)
  await hands.complete(before, wanted)
  return before.Id
}

async function halt(hands: Hands, { Id }: Inspected, graceMs: number): Promise<void> {
  const answer = await hands.does(
    `stop it, ${Math.round(graceMs / 1000)} s of grace`,
    Id,
    docker => docker.getContainer(Id).stop({ t: Math.ceil(graceMs / 1000) }),
    graceMs + killedMs,
  )
  if (answer.status === 304 || answer.status === 404) return
  made(answer)
}

/** The Engine answers a stop before it has removed what it is to remove, and the name with it. */
async function gone({ engine }: Place, { Id }: Inspected): Promise<void> {
  const answer = await engine.call(
    'wait until it is removed',
    docker => docker.getContainer(Id).wait({ condition: 'removed' }),
    killedMs,
  )
  if (answer.status !== 404) valueOf(answer)
}

async function confirm(place: Place): Promise<Outcome> {
  const { current } = valueOf(await standingOf(place))
  if (current?.State.Running === true)
    return { ok: false, fault: runsAgain(place), observed: { id: current.Id.slice(0, 12) } }
  const killed = current?.State.ExitCode === 137 && !current.State.OOMKilled
  return stopped(place, current, killed)
}

function stopped(place: Place, current: Inspected | null, killed = false): Outcome {
  return {
    ok: true,
    observed: { id: current?.Id.slice(0, 12) ?? null, exit: current?.State.ExitCode ?? null, killed },
    says: `${place.name} does not run on ${place.host}${killed ? ', killed after its grace' : ''}`,
  }
}

function runsAgain({ name, host }: Place): Fault {
  return {
    code: 'service.will-not-stop',
    what: `${name} on ${host} runs again moments after it was stopped`,
    means: 'Somebody or something else starts it: a systemd unit, a deployment, another person.',
    next: 'Find out who with: docker events --since 5m. Then retry, skip with a reason, or undo.',
  }
}

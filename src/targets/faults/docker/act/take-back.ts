import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectFault } from '../../../../state/drill/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import { oneLine } from '../../../../state/text.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { made, valueOf } from '../../../services/docker/act/hands.ts'
import type { Engine } from '../../../services/docker/engine.ts'
import { keeperName } from '../aim.ts'
import type { Ground } from '../fleet.ts'
import { keptOf, stateOf } from '../kept.ts'
import { makeKeeper, start } from './keeper.ts'
import { removeImage } from './keeper-image.ts'

const lookMs = 100
/** Within the step's deadline. The keeper goes on after it. */
const patienceMs = 110_000
/** A process that has just begun does not hear yet. */
const earMs = 2000

type Which = { readonly run: string; readonly injected: InjectFault }

/**
 * Tells the keeper to take its fault back, and makes another to do it where that one was killed or removed; then takes
 * away what is left of it. What is not there is taken back.
 */
export async function takeBack(ground: Ground, engine: Engine, which: Which, evidence: Evidence): Promise<Outcome> {
  const { run, injected } = which
  const until = performance.now() + patienceMs
  let says = `nothing of ${injected.inject} is there`
  let toldAt = Number.NEGATIVE_INFINITY
  for (;;) {
    const kept = valueOf(await keptOf(engine, run, injected.inject))
    if (kept === null) break
    const { container, order } = kept
    const state = container === null ? null : valueOf(await stateOf(engine, container.id))
    if (state?.phase === 'over' || state?.phase === 'failed') {
      says = oneLine(state.words)
      break
    }
    // It says that it begins before it does.
    if (state === null && (container?.state === 'created' || container?.state === 'exited')) break
    if (performance.now() > until) {
      const fault = notTakenBack(engine.host, which, state?.words ?? 'its keeper has said nothing')
      return { ok: false, observed: null, fault }
    }
    if (container === null) {
      evidence(`another keeper takes ${injected.inject} back`)
      await start(engine, await makeKeeper(ground, engine, order, evidence, true))
    } else if (container.state === 'paused') {
      made(await engine.call('let a keeper go on', docker => docker.getContainer(container.id).unpause()))
    } else if (container.state === 'restarting' && state === null) {
      const stopped = await engine.call('stop a keeper', docker => docker.getContainer(container.id).stop({ t: 0 }))
      if (stopped.status !== 304 && stopped.status !== 404) made(stopped)
    } else if (container.state === 'exited' || container.state === 'dead') {
      evidence(`the keeper of ${injected.inject} was killed`)
      await removeContainer(engine, container.id)
    } else if (performance.now() - toldAt > earMs) {
      evidence(`tell the keeper of ${injected.inject} to take it back`)
      toldAt = performance.now()
      const told = await engine.call('tell a keeper to end', docker =>
        docker.getContainer(container.id).kill({ signal: 'SIGTERM' }),
      )
      // It may have ended just now.
      if (told.status !== 404 && told.status !== 409) made(told)
    }
    await sleep(lookMs)
  }
  await removeKept(engine, which, evidence)
  return { ok: true, observed: null, says: `${engine.host}: ${says}` }
}

async function removeContainer(engine: Engine, which: string): Promise<void> {
  const removed = await engine.call('remove a keeper', docker => docker.getContainer(which).remove({ force: true }))
  if (!removed.ok && removed.status !== 404 && removed.status !== 409) made(removed)
}

/** Keeper, volume, and the image with the last of them. What is removed at the same moment by the keeper's own end is removed. */
export async function removeKept(engine: Engine, { run, injected }: Which, evidence: Evidence): Promise<void> {
  const name = keeperName(run, injected.inject)
  evidence(`remove the keeper ${name}`)
  for (;;) {
    await removeContainer(engine, name)
    const volume = await engine.call('remove the volume of a keeper', docker => docker.getVolume(name).remove())
    if (!volume.ok && volume.status !== 404 && volume.status !== 409) made(volume)
    if (valueOf(await keptOf(engine, run, injected.inject)) === null) break
    await sleep(lookMs)
  }
  await removeImage(engine, evidence)
}

export function notTakenBack(host: string, { run, injected: { inject } }: Which, detail: string): Fault {
  return {
    code: 'fault.not-taken-back',
    what: `Inject ${inject} is not taken back on ${host} after ${patienceMs / 1000} s`,
    means: 'Its keeper goes on trying, for as long as it takes.',
    next: `Look there what keeps it from it: docker logs ${keeperName(run, inject)}, docker events. It is tried again.`,
    detail: oneLine(detail),
  }
}

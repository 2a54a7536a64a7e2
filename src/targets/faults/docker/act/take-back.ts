import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectFault } from '../../../../state/drill/command.ts'
import { oneLine } from '../../../../state/text.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { made, valueOf } from '../../../services/docker/act/hands.ts'
import type { Engine } from '../../../services/docker/engine.ts'
import { keeperName } from '../aim.ts'
import type { Ground } from '../fleet.ts'
import { keptOf, stateOf } from '../kept.ts'
import { makeKeeper, start, tell } from './keeper.ts'
import { removeImage } from './keeper-image.ts'

const lookMs = 100
/** Within the step's deadline. The keeper goes on after it. */
const patienceMs = 110_000

type Which = { readonly run: string; readonly injected: InjectFault }

/**
 * Tells the keeper to take its fault back, starts it again where it was killed, and makes another where it was removed;
 * then takes away what is left of it. What is not there is taken back.
 */
export async function takeBack(ground: Ground, engine: Engine, which: Which, evidence: Evidence): Promise<Outcome> {
  const { run, injected } = which
  const until = performance.now() + patienceMs
  let says = `nothing of ${injected.inject} is there`
  let told = false
  for (;;) {
    const kept = valueOf(await keptOf(engine, run, injected.inject))
    if (kept === null) break
    const { container, order } = kept
    const state = container === null ? null : valueOf(await stateOf(engine, container.id))
    if (state?.phase === 'over' || state?.phase === 'failed') {
      says = oneLine(state.words)
      break
    }
    if (container !== null && state === null && neverBegan(container.state, told)) break
    if (performance.now() > until) return notYet(engine, injected, state?.words ?? 'its keeper has said nothing')
    if (container === null) {
      evidence(`its keeper was removed: another one takes ${injected.inject} back`)
      await tell(engine, await makeKeeper(ground, engine, order, evidence))
      await start(engine, keeperName(run, injected.inject))
      told = true
    } else if (container.state === 'paused') {
      made(await engine.call('let a keeper go on', docker => docker.getContainer(container.id).unpause()))
    } else {
      if (!told) {
        evidence(`tell the keeper of ${injected.inject} to take it back`)
        await tell(engine, container.id)
        told = true
      }
      if (container.state === 'exited' || container.state === 'dead') await start(engine, container.id)
    }
    await sleep(lookMs)
  }
  await removeKept(engine, which, evidence)
  return { ok: true, observed: null, says: `${engine.host}: ${says}` }
}

/** It writes down that it begins; and one that starts after it was told does not. */
function neverBegan(state: string, told: boolean): boolean {
  return state === 'created' || (told && state !== 'running' && state !== 'paused')
}

/** Keeper, volume, and the image with the last of them. What is removed at the same moment by the keeper's own end is removed. */
export async function removeKept(engine: Engine, { run, injected }: Which, evidence: Evidence): Promise<void> {
  const name = keeperName(run, injected.inject)
  evidence(`remove the keeper ${name}`)
  for (;;) {
    const container = await engine.call('remove a keeper', docker => docker.getContainer(name).remove({ force: true }))
    if (!container.ok && container.status !== 404 && container.status !== 409) made(container)
    const volume = await engine.call('remove the volume of a keeper', docker => docker.getVolume(name).remove())
    if (!volume.ok && volume.status !== 404 && volume.status !== 409) made(volume)
    if (valueOf(await keptOf(engine, run, injected.inject)) === null) break
    await sleep(lookMs)
  }
  await removeImage(engine, evidence)
}

function notYet({ host }: Engine, { inject: id }: InjectFault, detail: string): Outcome {
  return {
    ok: false,
    observed: null,
    fault: {
      code: 'fault.not-taken-back',
      what: `Inject ${id} is not taken back on ${host} after ${patienceMs / 1000} s`,
      means: 'Its keeper goes on trying, for as long as it takes.',
      next: `Look what keeps it from it: docker logs ${id}, docker events. It is tried again.`,
      detail: oneLine(detail),
    },
  }
}

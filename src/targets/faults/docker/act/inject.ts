import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectFault } from '../../../../state/drill/command.ts'
import { oneLine } from '../../../../state/text.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import { valueOf } from '../../../services/docker/act/hands.ts'
import type { Engine } from '../../../services/docker/engine.ts'
import { engineOf } from '../../../services/docker/layout.ts'
import { lastWords } from '../../../services/docker/logs.ts'
import { aimAt } from '../aim-at.ts'
import { keeperName } from '../aim.ts'
import type { Ground } from '../fleet.ts'
import { keptOf, stateOf } from '../kept.ts'
import { hostOf } from '../look.ts'
import { makeKeeper, start } from './keeper.ts'
import { removeKept } from './take-back.ts'

const lookMs = 100
/** Whoever waits longer looks again later: the keeper goes on. */
const patienceMs = 50_000

/** The keeper is there, and carries the fault's end, before the fault is. Put there before, it is only looked at. */
export async function inject(ground: Ground, injected: InjectFault, run: string, evidence: Evidence): Promise<Outcome> {
  const engine = engineOf(ground.fleet, hostOf(injected))
  const before = valueOf(await keptOf(engine, run, injected.inject))
  const state = before?.container?.state ?? 'none'
  if (state === 'none' || state === 'created') {
    const order = before?.order ?? { run, injected, aim: valueOf(await aimAt(ground, injected)) }
    await start(engine, await makeKeeper(ground, engine, order, evidence))
  } else if (state === 'exited' || state === 'dead') {
    evidence('its keeper was killed: it is started again')
    await start(engine, keeperName(run, injected.inject))
  }
  return untilItHolds(engine, { run, injected }, evidence)
}

type Which = { readonly run: string; readonly injected: InjectFault }

async function untilItHolds(engine: Engine, { run, injected }: Which, evidence: Evidence): Promise<Outcome> {
  const until = performance.now() + patienceMs
  for (;;) {
    const kept = valueOf(await keptOf(engine, run, injected.inject))
    const container = kept?.container ?? null
    if (container === null) return failed(engine, injected, 'its keeper was removed')
    const state = valueOf(await stateOf(engine, container.id))
    if (state?.phase === 'holds' && container.state === 'running') {
      evidence(oneLine(state.words))
      return {
        ok: true,
        observed: { keeper: container.id.slice(0, 12) },
        says: `${engine.host}: ${oneLine(state.words)}`,
      }
    }
    const isAtEnd = state?.phase === 'failed' || state?.phase === 'over'
    const words = isAtEnd ? state.words : await whyEnded(engine, container)
    if (words !== null) {
      await removeKept(engine, { run, injected }, evidence)
      return failed(engine, injected, oneLine(words))
    }
    if (performance.now() > until) return notYet(engine, injected)
    await sleep(lookMs)
  }
}

/** One that ends before it has begun says why, and is started again in vain. */
async function whyEnded(
  engine: Engine,
  { id, state }: { readonly id: string; readonly state: string },
): Promise<string | null> {
  if (state !== 'exited' && state !== 'restarting' && state !== 'dead') return null
  const begun = valueOf(await stateOf(engine, id))
  if (begun !== null) return null
  const said = await lastWords(engine, id)
  return said === '' ? 'its keeper ended at once, and said nothing' : said
}

function failed({ host }: Engine, { inject: id }: InjectFault, detail: string): Outcome {
  return {
    ok: false,
    observed: null,
    fault: {
      code: 'fault.not-put',
      what: `Inject ${id} could not be put on ${host}`,
      means: 'Nothing of it is left there.',
      next: 'Read the detail; put it right, and play the drill again.',
      detail,
    },
  }
}

function notYet({ host }: Engine, { inject: id }: InjectFault): Outcome {
  return {
    ok: false,
    observed: null,
    unknown: true,
    fault: {
      code: 'fault.late',
      what: `Inject ${id} is not there after ${patienceMs / 1000} s`,
      means: `Its keeper on ${host} goes on, and ends it at its time all the same.`,
      next: 'It is looked at again.',
    },
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { dirname } from 'node:path'
import { describeFault, type InjectFault } from '../../../../state/drill/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence } from '../../../outcome.ts'
import type { RunContext } from '../../../permit.ts'
import { isAlive, type ProcessId } from '../../../process-id.ts'
import { injectedOf } from '../../by-family.ts'
import { lookedAgain } from '../../looked-again.ts'
import type { FaultMeans } from '../../means.ts'
import type { FaultAct } from '../../port.ts'
import { findKept, readKept } from '../files.ts'
import { isHeld, type Kept } from '../kept.ts'
import { keptLook, type KeptFamily } from '../look.ts'
import type { Task } from '../task.ts'
import { beginKept, inTurn, removeKept } from './files.ts'
import { handsFor } from './hands.ts'
import { launchKeeper } from './launch.ts'
import { guarded, notBegun, stays } from './words.ts'

export type KeptActFamily = KeptFamily & {
  /** All that a keeper has to know of it, looked up before anything is changed. */
  readonly taskOf: (injected: InjectFault, context: RunContext, expiresAt: string) => Promise<Task>
}

export function keptAct(family: KeptActFamily, means: FaultMeans): FaultAct {
  const look = keptLook(family)
  return {
    ...look,
    apply: async (command, permit, context, evidence) => {
      permit.spend(command)
      const injected = injectedOf(command)
      const places = await family.placesOf(injected)
      const fault = await guarded(injected, () =>
        command.kind === 'drill.inject'
          ? put(family, means, { injected, context, places, evidence })
          : takeBack(means, { injected, context, places, evidence }),
      )
      return fault === null
        ? lookedAgain(command, await look.probe(command, context))
        : { ok: false, fault, observed: null }
    },
  }
}

type Asked = {
  readonly injected: InjectFault
  readonly context: RunContext
  readonly places: readonly string[]
  readonly evidence: Evidence
}

async function put(
  family: KeptActFamily,
  means: FaultMeans,
  { injected, context, places, evidence }: Asked,
): Promise<Fault | null> {
  const found = await findKept(places, context.run, injected.inject)
  if (!found.ok) return found.fault
  if (found.value !== null) {
    const { path, kept } = found.value
    if (isHeld(kept)) return null
    if (kept.keeper !== null && isAlive(kept.keeper)) await ended(kept.keeper, 'SIGTERM')
    const left = await readKept(path)
    if (!left.ok) return left.fault
    // What its keeper has left half-way is taken up by another, and ends when it was to end.
    if (left.value !== null) {
      evidence(`taken up again: ${path}`)
      return launchKeeper(means, path, kept)
    }
  }
  const [place = ''] = places
  const expiresAt = new Date(means.now().getTime() + injected.expiresMs).toISOString()
  const task = await family.taskOf(injected, context, expiresAt)
  const { run, environment } = context
  const kept = { run, environment, injected, expiresAt, task, keeper: null, there: false }
  const path = await beginKept(place, kept)
  evidence(`a keeper is to ${describeFault(injected)} until ${expiresAt}: ${path}`)
  return launchKeeper(means, path, kept)
}

/** Whether its keeper is alive or not. */
async function takeBack(means: FaultMeans, { injected, context, places, evidence }: Asked): Promise<Fault | null> {
  const found = await findKept(places, context.run, injected.inject)
  if (!found.ok) return found.fault
  if (found.value === null) return null
  const { path } = found.value
  const kept = await inTurn(dirname(path), async () => {
    const now = await readKept(path)
    // Nobody has taken it up: it will not be put there any more.
    if (now.ok && now.value !== null && now.value.keeper === null) await removeKept(path)
    return now
  })
  if (kept === 'busy') return notBegun(path)
  if (!kept.ok) return kept.fault
  if (kept.value === null || kept.value.keeper === null) return null
  if (await isToldAway(path, kept.value, evidence)) return null
  if (isAlive(kept.value.keeper)) return stays(injected)
  evidence(`without its keeper: ${path}`)
  const left = await handsFor(kept.value.task, { ...means, evidence }).takeBack()
  if (left === null) await removeKept(path)
  return left
}

const toldMs = 60_000
const killedMs = 10_000

/** Told to end, its keeper takes it away first, and its file last. */
async function isToldAway(path: string, { keeper }: Kept, evidence: Evidence): Promise<boolean> {
  if (keeper === null || !isAlive(keeper)) return false
  evidence(`its keeper is told to end: process ${keeper.pid}`)
  if (!(await ended(keeper, 'SIGTERM', toldMs))) await ended(keeper, 'SIGKILL', killedMs)
  const after = await readKept(path)
  return after.ok && after.value === null
}

/** False: it is still there, or may not be told. */
async function ended(keeper: ProcessId, signal: NodeJS.Signals, withinMs = toldMs): Promise<boolean> {
  try {
    process.kill(keeper.pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return false
  }
  const until = performance.now() + withinMs
  while (isAlive(keeper)) {
    if (performance.now() >= until) return false
    await sleep(20)
  }
  return true
}

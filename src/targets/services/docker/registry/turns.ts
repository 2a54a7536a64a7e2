import type { Engine } from '../engine.ts'

const lanes = 2
const silentMs = 30_000

type Turns = { busy: number; readonly waiting: (() => void)[]; readonly silent: Map<string, number> }

const turnsOf = new WeakMap<Engine, Turns>()

/**
 * Few questions at a time go through a host to its registries, and none for a while to one that kept silent: a registry
 * that hangs holds the connections of the Engine's other callers, who would take the host itself for gone.
 */
export async function inTurn<T>(
  engine: Engine,
  registry: string,
  ask: () => Promise<{ readonly silent: boolean; readonly value: T }>,
): Promise<T | 'keeps silent'> {
  const turns = turnsOf.get(engine) ?? { busy: 0, waiting: [], silent: new Map<string, number>() }
  turnsOf.set(engine, turns)
  if (turns.busy >= lanes) await new Promise<void>(go => turns.waiting.push(go))
  else turns.busy += 1
  try {
    if (performance.now() < (turns.silent.get(registry) ?? 0)) return 'keeps silent'
    const { silent, value } = await ask()
    if (silent) turns.silent.set(registry, performance.now() + silentMs)
    return value
  } finally {
    const next = turns.waiting.shift()
    if (next === undefined) turns.busy -= 1
    else next()
  }
}

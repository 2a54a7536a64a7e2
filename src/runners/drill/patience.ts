import type { FaultAct, FaultLook } from '../../targets/faults/port.ts'

/** A target that gives no answer must not keep a drill from its end. */
export const answerMs = 30_000

/** The same hands, and no look that hangs: one without an answer in time has seen nothing. */
export function withPatience(faults: FaultAct, ms = answerMs): FaultAct {
  const probe: FaultLook['probe'] = (command, context) =>
    within(faults.probe(command, context), ms, {
      verdict: 'unclear',
      says: `no answer within ${ms / 1000} s`,
      observed: null,
    })
  return { ...faults, probe }
}

async function within<T>(work: Promise<T>, ms: number, instead: T): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>()
  const timer = setTimeout(() => resolve(instead), ms)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

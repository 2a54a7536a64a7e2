import type { ConsoleStore } from '../state/store.ts'
import { walkTo, type Walk } from '../state/walk.ts'
import { openPast, type PastReader } from './past.ts'

/** How a console is taken through its run. One step after the other: each begins where the one before it led. */
export function openWalk(directory: string, store: ConsoleStore): (to: Walk) => Promise<void> {
  const past = openPast(directory)
  let before: Promise<void> = Promise.resolve()
  return to => (before = before.then(() => step(past, store, to)).catch(error => lost(store, error)))
}

async function step(past: PastReader, store: ConsoleStore, to: Walk): Promise<void> {
  const { run, past: here } = store.getState()
  const of = run.seq
  const phases = to === 'phase back' || to === 'phase on' ? await past.phases(of) : []
  const seq = walkTo(to, here?.seq ?? of, of, phases)
  const seen = seq === null ? null : await past.at(seq)
  store.setState(state => ({
    past: seq === null || seen === null ? null : { seq, of: state.run.seq, since: state.run.seq, ...seen },
  }))
}

function lost(store: ConsoleStore, error: unknown): void {
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
  const reason = `The journal of this run cannot be read again${code}: here is the present. Look at its owner and rights.`
  store.setState(({ now }) => ({ past: null, answer: { at: now, refusal: { code: 'past', reason }, ask: 'walk' } }))
}

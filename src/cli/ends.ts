import type { Session } from '../client/session.ts'
import type { RunOutcome } from '../state/event.ts'
import { exitCode } from './exit-codes.ts'

export function closedCode(outcome: RunOutcome): number {
  switch (outcome) {
    case 'reached':
    case 'not needed':
      return exitCode.reached
    case 'short':
      return exitCode.short
    case 'refused':
      return exitCode.refused
  }
}

/** Resolves once the console's state is like this. */
export function when(
  session: Session,
  is: (state: ReturnType<Session['store']['getState']>) => boolean,
): Promise<void> {
  if (is(session.store.getState())) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const off = session.store.subscribe(state => {
    if (!is(state)) return
    off()
    resolve()
  })
  return promise
}

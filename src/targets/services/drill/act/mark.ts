import type { MarkHost } from '../../../../state/command.ts'
import { isMarked, markGone, markText } from '../../../../state/drill/mark.ts'
import type { Result } from '../../../../state/fault.ts'
import type { Outcome } from '../../../outcome.ts'
import type { Permit, RunContext } from '../../../permit.ts'
import { sightOn, type MarkShelf } from '../shelf.ts'

export type MarkStore = MarkShelf & {
  /** In the place of the mark that is there. */
  readonly write: (environment: string, text: string) => Promise<Result<unknown>>
}

export type MarkMeans = { readonly permit: Permit; readonly context: RunContext; readonly now: string }

/** Writes what the host says it is, and looks again. */
export async function markHost(store: MarkStore, command: MarkHost, means: MarkMeans): Promise<Outcome> {
  means.permit.spend(command)
  const { environment, run } = means.context
  const identity = await store.identity()
  if (!identity.ok) return { ok: false, fault: identity.fault, observed: null }
  const mark = { environment, class: command.class, at: means.now, by: means.permit.who, run, identity: identity.value }
  const written = await store.write(environment, markText(mark))
  if (!written.ok) return { ok: false, fault: written.fault, observed: null }
  const after = await sightOn(store, environment)
  if (!after.ok) return { ok: false, unknown: true, fault: after.fault, observed: null }
  if (!isMarked(after.value, mark)) return { ok: false, fault: markGone(`host ${command.host}`), observed: null }
  return { ok: true, observed: null, says: `${command.host} is marked for drills of ${environment}` }
}

import type { Line } from '../../event.ts'
import type { Signal } from '../../signal.ts'
import { lastSettledAt, stepsDone } from '../../steps.ts'
import { byTime, type Journaled } from './journaled.ts'

/**
 * When users were served again: when the last of what was unhealthy became healthy, and stayed so until the end. What users reach counts
 * before services do, where any of it was hurt. Where no signal told of harm, when the last step of a rollback was settled. Null: never, or nobody saw.
 */
export function mitigatedAt(drill: Journaled, played: readonly Journaled[], from: string, end: string): string | null {
  const seen = byTime([drill, ...played]).flatMap(({ ts, event }: Line) =>
    event.kind === 'signal.changed' && ts <= end ? [{ at: ts, signal: event.signal }] : [],
  )
  const groups = [seen.filter(({ signal }) => isOfUsers(signal)), seen.filter(({ signal }) => signal.key.includes('@'))]
  const hurt = groups.find(group => group.some(({ signal }) => signal.state === 'unhealthy'))
  return hurt === undefined ? settledAt(played, from) : healedAt(hurt, from)
}

/** `users:front`, or a check by its name, as whoever leads the drill asks it. */
function isOfUsers({ key }: Signal): boolean {
  return key.startsWith('users:') || !(key.includes('@') || key.startsWith('database:'))
}

function healedAt(seen: readonly { readonly at: string; readonly signal: Signal }[], from: string): string | null {
  const hurt = new Set<string>()
  let healed: string | null = null
  for (const { at, signal } of seen) {
    if (signal.state === 'unhealthy') {
      hurt.add(signal.key)
      healed = null
    }
    // Unknown is neither: a look that was not answered says nothing about users.
    if (signal.state !== 'healthy' && signal.state !== 'unproven') continue
    if (hurt.delete(signal.key) && hurt.size === 0) healed = at
  }
  return healed !== null && healed >= from ? healed : null
}

function settledAt(played: readonly Journaled[], from: string): string | null {
  const last = played.flatMap(({ state }) => (stepsDone(state) ? (lastSettledAt(state) ?? []) : [])).at(-1)
  return last !== undefined && last >= from ? last : null
}

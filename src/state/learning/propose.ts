import type { Line } from '../event.ts'
import type { Learnt, Never, Proposal, RuleName } from './proposal.ts'
import { flakyCheck, overriddenCheck } from './rules/checks.ts'
import { backupAge, replicaLag, rowsLost, undeclaredWriters } from './rules/databases.ts'
import { healthDeadline } from './rules/health-deadline.ts'
import { checksDeadline, checkTimeout, programTimeout } from './rules/limits.ts'
import { channel, retried } from './rules/retried.ts'
import { artifacts, noHealth } from './rules/services.ts'
import { stopGrace } from './rules/stop-grace.ts'
import { unseen } from './rules/unseen.ts'
import { seenIn, type Seen } from './seen.ts'

type Rule = (now: Seen, past: readonly Seen[]) => readonly Proposal[]

/** Every rule there is; what fires it and how its value is computed stands above each. The order is that of the list a person reads. */
export const rules: Readonly<Record<RuleName, Rule>> = {
  'stop-grace': stopGrace,
  'health-deadline': healthDeadline,
  'checks-deadline': checksDeadline,
  'check-timeout': checkTimeout,
  'program-timeout': programTimeout,
  'flaky-check': flakyCheck,
  'overridden-check': overriddenCheck,
  unseen,
  'no-health': noHealth,
  artifacts,
  'backup-age': backupAge,
  'replica-lag': replicaLag,
  'rows-lost': rowsLost,
  'undeclared-writers': undeclaredWriters,
  channel,
  retried,
}

/**
 * What a run taught, by its own journal and those of earlier runs of its environment (newest first). Null: it is no run. What was
 * turned down for good in any of them is not proposed again.
 */
export function learn(lines: readonly Line[], earlier: readonly (readonly Line[])[]): Learnt | null {
  const now = seenIn(lines)
  if (now === null) return null
  const past = earlier.map(seenIn).filter(seen => seen !== null)
  const never = neverIn(earlier)
  const proposals = Object.values(rules)
    .flatMap(rule => rule(now, past))
    .map(one => ({ ...one, evidence: one.evidence.slice(0, mostEvidence) }))
  return { proposals: proposals.filter(({ id }) => !never.some(one => one.id === id)), never }
}

/** A fleet has thousands of the same; the first tell as much. */
const mostEvidence = 20

/** Of each the newest answer counts: what was turned down for good can be taken after all. */
function neverIn(earlier: readonly (readonly Line[])[]): readonly Never[] {
  const answers = new Map<string, Never | null>()
  for (const { event, actor, ts } of earlier.toReversed().flat()) {
    if (event.kind === 'proposals.made') for (const one of event.never) answers.set(one.id, one)
    if (event.kind !== 'proposal.answered') continue
    const { id, answer, reason } = event
    answers.set(id, answer === 'never' ? { id, by: actor.name, at: ts, reason } : null)
  }
  return [...answers.values()].filter(one => one !== null)
}

import type { Lock } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'

/** `lock` is null when its holder gave it back while it was looked at. */
export function heldBy(host: string, lock: Lock | null): Fault {
  const code = 'lock.held'
  const means = 'Two rollbacks of one environment at once would undo each other. Nothing was done.'
  if (lock === null)
    return { code, what: `Another run held the environment on ${host} a moment ago`, means, next: 'Try again.' }
  const { run, who, on, since, reason } = lock
  return {
    code,
    what: `The environment is held on ${host} by run ${run} of ${who} on ${on}, since ${since} (${reason})`,
    means,
    next: `Look on with: astern watch ${run}. Take it over with: astern attach ${run}. Or ask ${who} to end it: astern stop ${run}. Is its bastion lost? Then: astern rollback --break-lock ${run} --reason WHY`,
  }
}

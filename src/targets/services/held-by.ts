import type { Lock } from '../../state/facts.ts'
import type { Fault } from '../../state/fault.ts'
import { isElsewhere } from './judge-record.ts'

/** `lock` is null when its holder gave it back while it was looked at. */
export function heldBy(host: string, lock: Lock | null, own: string): Fault {
  const code = 'lock.held'
  const means = 'Two rollbacks of one environment at once would undo each other. Nothing was done.'
  if (lock === null)
    return { code, what: `Another run held the environment on ${host} a moment ago`, means, next: 'Try again.' }
  const { run, who, on, since, reason } = lock
  if (run === own && isElsewhere(lock, host)) return oneHost(host, lock.host ?? '')
  return {
    code,
    what: `The environment is held on ${host} by run ${run} of ${who} on ${on}, since ${since} (${reason})`,
    means,
    next: `Look on with: astern watch ${run}. Take it over with: astern attach ${run}. Or ask ${who} to end it: astern stop ${run}. Is its bastion lost? Then go on with it here: astern attach ${run} --from-hosts --reason WHY; or begin anew: astern rollback --break-lock ${run} --reason WHY`,
  }
}

function oneHost(host: string, other: string): Fault {
  return {
    code: 'host.twice',
    what: `${other} and ${host} are one and the same host: this run's own lock is there already`,
    means: 'What is done to one would be done to the other. Nothing was done.',
    next: 'Correct hosts in astern.yaml, so that each stands there once.',
  }
}

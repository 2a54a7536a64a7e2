import type { Fault } from '../../../../state/fault.ts'
import type { Place } from '../layout.ts'

type Told = {
  /** The task that failed, its node, and its own error. */
  readonly why: string
  readonly now: string
  /** What it wrote last. */
  readonly words: string
}

export function paused(
  { name, swarm, host }: Place,
  release: string,
  { why, said, now, words }: Told & { readonly said: string },
): Fault {
  return {
    code: 'service.update-paused',
    what: `The update of ${name} on ${host} to ${release} paused: ${why === '' ? said : why}`,
    means: `Nothing rolls back by itself: ${now}.`,
    next: `Read docker service ps --no-trunc ${swarm}. Retry resumes it; or skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
}

export function tooLong({ name, swarm, host }: Place, release: string, ms: number, { why, now, words }: Told): Fault {
  return {
    code: 'service.update-unfinished',
    what: `The update of ${name} on ${host} to ${release} is not over after ${Math.round(ms / 1000)} s${why === '' ? '' : `: ${why}`}`,
    means: `It goes on by itself: ${now}.`,
    next: `Read docker service ps --no-trunc ${swarm}. Retry to wait on; or skip with a reason, or undo.`,
    ...(words === '' ? {} : { detail: words }),
  }
}

export function rollsBack({ name, swarm, host }: Place, release: string): Fault {
  return {
    code: 'service.rolls-back',
    what: `The update of ${name} on ${host} to ${release} is being rolled back, and not by Astern`,
    means:
      'Somebody asked for it (docker service rollback), or set its update_config so. The bad release comes up again.',
    next: `Find out who: docker service inspect --pretty ${swarm}. Then retry, skip with a reason, or undo.`,
  }
}

export function otherWay({ name, swarm, host }: Place, release: string): Fault {
  return {
    code: 'service.update-replaced',
    what: `While ${name} on ${host} was updated to ${release}, somebody else changed it`,
    means: 'What it becomes now is what they asked for.',
    next: `Find out who: docker service inspect --pretty ${swarm}. Then retry, skip with a reason, or undo.`,
  }
}

export function nodesSilent({ name, host }: Place, release: string, nodes: string): Fault {
  return {
    code: 'swarm.node-silent',
    what: `${name} on ${host} is ${release} on every node that answers, and ${nodes} gives no answer`,
    means: 'There it may still run what it ran before, and be served by whoever reaches that node.',
    next: `Look at ${nodes} itself: end its containers, or cut it off. Then skip this step with that reason, or bring it back and retry.`,
  }
}

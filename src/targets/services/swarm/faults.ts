import type { Fault } from '../../../state/fault.ts'
import type { Place } from './layout.ts'

export function noManager(host: string, told: Fault | null): Fault {
  const detail = told?.detail
  return {
    code: 'swarm.no-manager',
    what: `${host} answers, and not as a manager of a Swarm`,
    means: 'It left the Swarm, was demoted, or the managers have no majority. What runs there is not known.',
    next: `Look with docker node ls on a manager; then correct ${host} in astern.yaml, or bring the managers back.`,
    ...(detail === undefined ? {} : { detail }),
  }
}

export function noService({ swarm, host }: Place): Fault {
  return {
    code: 'service.missing',
    what: `There is no service ${swarm} on ${host}`,
    means: 'How it was made (its environment, mounts, networks, ports) is not known, so none is made in its place.',
    next: 'Deploy it once the way you usually do; then retry, or skip with a reason.',
  }
}

export function noImage({ name, host }: Place, release: string, digest: string): Fault {
  return {
    code: 'release.missing',
    what: `${host} knows no image of ${name} that is called ${release} and is ${digest.slice(0, 19)}`,
    means: 'Nothing was changed.',
    next: 'Record a release with astern record while it runs well; or pull its image by digest on that manager, and retry.',
  }
}

/** What the Swarm was asked for, and somebody else keeps changing. */
export function contended({ swarm, host }: Place, times: number): Fault {
  return {
    code: 'service.contended',
    what: `Others keep changing ${swarm} on ${host}`,
    means: `It was tried ${times} times, and each time the service had changed since it was read. Nothing was changed.`,
    next: 'Find out who deploys there, with: docker events --since 5m. Then retry, or undo.',
  }
}

export function referencesGone({ name, host }: Place, release: string, gone: readonly string[]): Fault {
  return {
    code: 'service.references-gone',
    what: `${name} ${release} needs ${gone.join(' and ')}, which ${gone.length === 1 ? 'is' : 'are'} gone from ${host}`,
    means: 'Its tasks could not start. Nothing was changed.',
    next: 'Create it again under another name and deploy that release once the usual way; or plan for another version.',
  }
}

export function scaledToNone({ swarm, host }: Place): Fault {
  return {
    code: 'service.scaled-to-none',
    what: `${swarm} on ${host} was scaled to no task, and not by Astern`,
    means: 'How many tasks it had is not known. Nothing was started.',
    next: `Scale it: docker service scale ${swarm}=N. Then retry, or skip with a reason.`,
  }
}

export function noJobs(host: string, engine: string): Fault {
  return {
    code: 'swarm.no-jobs',
    what: `The manager of ${host} is Docker ${engine}, and knows no jobs: they came with 20.10`,
    means: 'A service that is started again by itself would run the program twice.',
    next: 'Reverse the migration by hand, then retry: what is reversed is seen.',
  }
}

export function noNode({ host }: Place, err: string): Fault {
  return {
    code: 'program.no-node',
    what: `No node of ${host} has taken the job of the migration's program for a minute${err === '' ? '' : `: ${err}`}`,
    means: 'It has not begun, and begins as soon as a node takes it.',
    next: 'Look at docker service ps and docker node ls. Let a node take it, or remove the job there; then retry, which looks first.',
  }
}

export function programNotBegun({ host }: Place, program: string, fault: Fault): Fault {
  return {
    code: 'program.not-begun',
    what: `${program} was not started as a job on ${host}: ${fault.what}`,
    means: 'The database is as it was.',
    next: `${fault.next} Or reverse by hand and retry: what is reversed is seen.`,
    ...(fault.detail === undefined ? {} : { detail: fault.detail }),
  }
}

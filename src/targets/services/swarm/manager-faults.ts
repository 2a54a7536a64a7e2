import type { Fault } from '../../../state/fault.ts'

/** Several managers are named, and each was asked. */
export function nobodyAnswers(host: string, what: string, faults: readonly Fault[]): Fault {
  return {
    code: 'docker.unreachable',
    what: `None of the managers of ${host} that are named can be asked to ${what}`,
    means: 'Whether it was done is not known; what runs there is not known.',
    next: `Look on each of them with docker node ls: more than half of all managers must be up. Then retry.`,
    detail: faults.map(fault => fault.what).join(' | '),
  }
}

export function otherSwarm(host: string, manager: string): Fault {
  return {
    code: 'swarm.other',
    what: `${manager} manages another Swarm than the managers of ${host} that are named before it`,
    means: 'It was asked nothing further, and nothing was changed there.',
    next: `Name managers of one Swarm alone below ${host} in astern.yaml.`,
  }
}

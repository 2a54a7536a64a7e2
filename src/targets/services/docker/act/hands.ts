import type Docker from 'dockerode'
import type { RestartPolicy } from '../../../../state/facts.ts'
import type { Fault } from '../../../../state/fault.ts'
import type { Evidence, Outcome } from '../../../outcome.ts'
import type { Answer, Engine } from '../engine.ts'
import type { Inspected } from '../find.ts'
import { suffix } from '../names.ts'
import type { Recreation } from '../config.ts'
import { forApi } from '../for-api.ts'
import { policyOf } from '../restart-policy.ts'

/** Raised inside one command's work and turned into its outcome at the command's end. */
export class Stopped extends Error {
  readonly fault: Fault
  readonly unknown: boolean
  constructor(fault: Fault, unknown = false) {
    super(fault.what)
    this.fault = fault
    this.unknown = unknown
  }
}

export async function settled(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Stopped)
      return { ok: false, fault: error.fault, observed: null, ...(error.unknown ? { unknown: true } : {}) }
    throw error
  }
}

export function valueOf<T>(
  answer: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault },
): T {
  if (!answer.ok) throw new Stopped(answer.fault)
  return answer.value
}

/** Of a change: one that nobody answered is unknown, and never failed. */
export function made<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Stopped(answer.fault, answer.status === null)
  return answer.value
}

/** One container's mutations, each said before it is made. */
export function handsOn(engine: Engine, evidence: Evidence) {
  const does = async <T>(
    what: string,
    id: string,
    ask: Parameters<typeof engine.call<T>>[1],
    deadlineMs?: number,
  ): Promise<Answer<T>> => {
    evidence(`${what} (${id.slice(0, 12)})`)
    return engine.call(what, ask, deadlineMs)
  }
  return {
    rename: async (container: Inspected, name: string): Promise<void> => {
      const from = container.Name.replace(/^\//, '')
      if (from === name) return
      const answer = await does(`rename ${from} to ${name}`, container.Id, (docker, abortSignal) =>
        docker.getContainer(container.Id).rename({ name, abortSignal }),
      )
      made(answer)
    },
    restartPolicy: async (container: Inspected, { name, retries }: RestartPolicy): Promise<void> => {
      const now = policyOf(container)
      if (container.HostConfig.AutoRemove === true) return
      if (now.name === name && now.retries === retries) return
      const answer = await does(`set its restart policy to ${name}`, container.Id, docker =>
        docker.getContainer(container.Id).update({ RestartPolicy: { Name: name, MaximumRetryCount: retries } }),
      )
      made(answer)
    },
    create: async (name: string, { body, networks }: Recreation): Promise<string> => {
      const answer = await does(
        `create ${name} from ${body.Image}`,
        '',
        docker => docker.createContainer({ ...forApi(body, versionOf(docker)), name }),
        60_000,
      )
      const { id } = made(answer)
      await join(id, networks)
      return id
    },
    /** One that was created, and its maker ended before it had joined all its networks. */
    complete: (container: Inspected, wanted: Recreation) => join(container.Id, notJoined(container, wanted)),
    remove: async (container: Inspected): Promise<void> => {
      const answer = await does(`remove ${container.Name.replace(/^\//, '')}`, container.Id, docker =>
        docker.getContainer(container.Id).remove({ v: false, force: false }),
      )
      if (answer.status !== 404) made(answer)
    },
    does,
  }

  async function join(id: string, networks: Recreation['networks']): Promise<void> {
    for (const [network, EndpointConfig] of Object.entries(networks)) {
      const answer = await does(`join network ${network}`, id, docker =>
        docker.getNetwork(network).connect({ Container: id, EndpointConfig }),
      )
      made(answer)
    }
  }
}

/** What this client speaks with its Engine. */
function versionOf({ modem }: Docker): string {
  return String((modem as { readonly version?: unknown }).version ?? '')
}

function notJoined({ NetworkSettings: { Networks } }: Inspected, { networks }: Recreation): Recreation['networks'] {
  return Object.fromEntries(Object.entries(networks).filter(([network]) => !(network in Networks)))
}

export type Hands = ReturnType<typeof handsOn>

export function displacedName(name: string, { Id }: Inspected): string {
  return `${name}${suffix.displaced}${Id.slice(0, 12)}`
}

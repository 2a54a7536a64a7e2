import type { Result } from '../../../state/fault.ts'
import type { Answer, Engine } from '../docker/engine.ts'
import type { SwarmNode, SwarmService } from './api.ts'
import { noManager } from './faults.ts'
import { desiredOf, isLasting } from './parking.ts'

/** One service, as its Swarm tells it. */
export type SurveyedService = {
  readonly name: string
  /** The stack it is of, and what it is called in it. */
  readonly stack: { readonly name: string; readonly service: string } | null
  /** Published TCP ports that every node answers, whichever runs its tasks. */
  readonly ports: readonly number[]
  /** A health check is declared in its spec. */
  readonly checked: boolean
  /** Null: one on each node. */
  readonly tasks: number | null
}

export type SurveyedSwarm = {
  readonly services: readonly SurveyedService[]
  /** Those that end by themselves, by their names: nothing is rolled back of them. */
  readonly jobs: readonly string[]
  /** Where its managers talk to each other, without the port. */
  readonly managers: readonly string[]
}

type Published = { readonly Protocol?: string; readonly PublishedPort?: number; readonly PublishMode?: string }
type Listed = SwarmService & { readonly Endpoint?: { readonly Ports?: readonly Published[] } }
type Manager = SwarmNode & { readonly ManagerStatus?: { readonly Addr?: string } }

/** What one Swarm runs, looked at once. */
export async function surveySwarm(engine: Engine): Promise<Result<SurveyedSwarm>> {
  const listed = await engine.call('list its services', (docker, abortSignal) => docker.listServices({ abortSignal }))
  if (!listed.ok) return managed(engine, listed)
  const nodes = await engine.call('list its nodes', (docker, abortSignal) => docker.listNodes({ abortSignal }))
  if (!nodes.ok) return managed(engine, nodes)
  const all = (listed.value as unknown as readonly Listed[]).toSorted((a, b) => (a.Spec.Name < b.Spec.Name ? -1 : 1))
  return {
    ok: true,
    value: {
      services: all.filter(({ Spec }) => isLasting(Spec)).map(surveyed),
      jobs: all.filter(({ Spec }) => !isLasting(Spec)).map(({ Spec }) => Spec.Name),
      managers: (nodes.value as readonly Manager[])
        .flatMap(({ ManagerStatus }) => (ManagerStatus === undefined ? [] : [addressIn(ManagerStatus.Addr ?? '')]))
        .sort(),
    },
  }
}

function surveyed({ Spec, Endpoint }: Listed): SurveyedService {
  const stack = Spec.Labels?.['com.docker.stack.namespace']
  const { Healthcheck } = Spec.TaskTemplate.ContainerSpec
  const published = (Endpoint?.Ports ?? []).flatMap(({ Protocol, PublishedPort, PublishMode }) =>
    Protocol === 'tcp' && PublishMode !== 'host' && PublishedPort !== undefined ? [PublishedPort] : [],
  )
  return {
    name: Spec.Name,
    stack: stack === undefined ? null : { name: stack, service: withoutPrefix(Spec.Name, `${stack}_`) },
    ports: published,
    checked: (Healthcheck?.Test?.[0] ?? 'NONE') !== 'NONE',
    tasks: desiredOf(Spec),
  }
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : name
}

/** `10.0.0.21:2377`, `[fd00::1]:2377` */
function addressIn(address: string): string {
  return address.replace(/:\d+$/, '')
}

function managed({ host }: Engine, answer: Extract<Answer<unknown>, { readonly ok: false }>): Result<never> {
  return { ok: false, fault: answer.status === 503 ? noManager(host, answer.fault) : answer.fault }
}

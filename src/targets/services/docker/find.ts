import type { ContainerInspectInfo, ContainerInfo } from 'dockerode'
import type { Result } from '../../../state/fault.ts'
import type { Engine } from './engine.ts'
import type { Place } from './layout.ts'

export type Inspected = ContainerInspectInfo

/** A service's containers on one host, told apart by their names alone: what they are called is the state of a recreation. */
export type Standing = {
  /** The name that counts. Null: no container of this service was ever seen here. */
  readonly name: string | null
  readonly current: Inspected | null
  /** Created, not yet in place. */
  readonly fresh: Inspected | null
  /** Replaced by Astern and kept, the newest first. */
  readonly displaced: readonly Inspected[]
}

export const suffix = { fresh: '.astern-new', displaced: '.astern-was-' } as const

export async function standingOf({ engine, container }: Place): Promise<Result<Standing>> {
  const listed = await engine.call('list its containers', (docker, abortSignal) =>
    docker.listContainers({ all: true, abortSignal }),
  )
  if (!listed.ok) return listed
  const named = listed.value.map(info => ({ info, name: (info.Names[0] ?? '').replace(/^\//, '') }))
  const own =
    container.kind === 'name'
      ? named.filter(({ name }) => baseOf(name) === container.name)
      : named.filter(({ info }) => isComposed(info, container))
  const name = container.kind === 'name' ? container.name : (own.map(one => baseOf(one.name)).sort()[0] ?? null)
  if (name === null || own.length === 0) return { ok: true, value: { name, current: null, fresh: null, displaced: [] } }
  const inspected = await inspectAll(
    engine,
    own.filter(one => baseOf(one.name) === name),
  )
  if (!inspected.ok) return inspected
  const called = (test: (name: string) => boolean): readonly Inspected[] =>
    inspected.value.filter(({ Name }) => test(Name.replace(/^\//, '')))
  return {
    ok: true,
    value: {
      name,
      current: called(one => one === name)[0] ?? null,
      fresh: called(one => one === `${name}${suffix.fresh}`)[0] ?? null,
      displaced: [...called(one => one.startsWith(`${name}${suffix.displaced}`))].sort((a, b) =>
        a.Created < b.Created ? 1 : -1,
      ),
    },
  }
}

/** `shop-api-1.astern-was-0123456789ab` -> `shop-api-1` */
function baseOf(name: string): string {
  return name.replace(/\.astern-(new|was-[0-9a-f]{12})$/, '')
}

function isComposed(
  { Labels }: ContainerInfo,
  { project, service, number }: { readonly project: string; readonly service: string; readonly number: number },
): boolean {
  return (
    Labels['com.docker.compose.project'] === project &&
    Labels['com.docker.compose.service'] === service &&
    Labels['com.docker.compose.container-number'] === String(number) &&
    Labels['com.docker.compose.oneoff'] !== 'True'
  )
}

/** One that was removed since it was listed is left out. */
async function inspectAll(
  engine: Engine,
  own: readonly { readonly info: ContainerInfo }[],
): Promise<Result<readonly Inspected[]>> {
  const answers = await Promise.all(
    own.map(({ info }) =>
      engine.call('look at a container', (docker, abortSignal) =>
        docker.getContainer(info.Id).inspect({ abortSignal }),
      ),
    ),
  )
  const broken = answers.find(answer => !answer.ok && answer.status !== 404)
  if (broken !== undefined && !broken.ok) return broken
  return { ok: true, value: answers.flatMap(answer => (answer.ok ? [answer.value] : [])) }
}

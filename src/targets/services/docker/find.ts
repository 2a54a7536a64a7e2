import type { ContainerInspectInfo } from 'dockerode'
import type { Result } from '../../../state/fault.ts'
import type { Engine } from './engine.ts'
import type { Place } from './layout.ts'
import { baseOf, isOf, listedOf, suffix, type Listed } from './names.ts'
import { secretValues } from './secret-env.ts'

export type Inspected = ContainerInspectInfo

/** A service's containers on one host, told apart by their names alone: what they are called is the state of a recreation. */
export type Standing = {
  /** The name that counts. Null: no container of this service was ever seen here. */
  readonly name: string | null
  /** What has that name; if nothing has, what was replaced and runs again, since somebody started it. */
  readonly current: Inspected | null
  /** Created, not yet in place. */
  readonly fresh: Inspected | null
  /** Replaced by Astern and kept, the newest first. */
  readonly displaced: readonly Inspected[]
  /** Every container of the host. */
  readonly host: readonly Listed[]
}

export async function standingOf({ engine, container }: Place): Promise<Result<Standing>> {
  const listed = await engine.read({ of: 'containers', which: 'all' }, 'list its containers', (docker, abortSignal) =>
    docker.listContainers({ all: true, abortSignal }),
  )
  if (!listed.ok) return listed
  const host = listed.value.map(listedOf)
  const own = host.filter(listed => isOf(listed, container))
  const name = container.kind === 'name' ? container.name : (own.map(one => baseOf(one.name)).sort()[0] ?? null)
  if (name === null || own.length === 0)
    return { ok: true, value: { name, current: null, fresh: null, displaced: [], host } }
  const inspected = await inspectAll(
    engine,
    own.filter(one => baseOf(one.name) === name),
  )
  if (!inspected.ok) return inspected
  for (const secret of inspected.value.flatMap(secretValues)) engine.hide(secret)
  const called = (test: (name: string) => boolean): readonly Inspected[] =>
    inspected.value.filter(({ Name }) => test(Name.replace(/^\//, '')))
  const replaced = [...called(one => one.startsWith(`${name}${suffix.displaced}`))].sort((a, b) =>
    a.Created < b.Created ? 1 : -1,
  )
  const current = called(one => one === name)[0] ?? replaced.find(({ State }) => State.Running) ?? null
  const fresh = called(one => one === `${name}${suffix.fresh}`)[0] ?? null
  const displaced = replaced.filter(one => one !== current)
  return { ok: true, value: { name, current, fresh, displaced, host } }
}

/** One that was removed since it was listed is left out. */
export async function inspectAll(engine: Engine, own: readonly Listed[]): Promise<Result<readonly Inspected[]>> {
  const answers = await Promise.all(
    own.map(({ id }) =>
      engine.read({ of: 'container', which: id }, 'look at a container', (docker, abortSignal) =>
        docker.getContainer(id).inspect({ abortSignal }),
      ),
    ),
  )
  const broken = answers.find(answer => !answer.ok && answer.status !== 404)
  if (broken !== undefined && !broken.ok) return broken
  return { ok: true, value: answers.flatMap(answer => (answer.ok ? [answer.value] : [])) }
}

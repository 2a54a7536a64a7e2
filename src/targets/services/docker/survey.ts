import type { Result } from '../../../state/fault.ts'
import type { Engine } from './engine.ts'
import { inspectAll } from './find.ts'
import { baseOf, listedOf } from './names.ts'

export type Surveyed = {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly ports: readonly number[]
  readonly checked: boolean
  /** Name of the container whose network it uses. */
  readonly sharesWith: string | null
}

/** What runs on one Engine, looked at once. What Astern replaced and one-off containers are left out. */
export async function survey(engine: Engine): Promise<Result<readonly Surveyed[]>> {
  const listed = await engine.call('list its containers', (docker, abortSignal) =>
    docker.listContainers({ abortSignal }),
  )
  if (!listed.ok) return listed
  const host = listed.value.map(listedOf)
  const names = new Map(host.map(({ id, name }) => [id, name]))
  const own = host.filter(({ name, labels }) => baseOf(name) === name && labels['com.docker.compose.oneoff'] !== 'True')
  const inspected = await inspectAll(engine, own)
  if (!inspected.ok) return inspected
  const found = inspected.value.map((container): Surveyed => {
    const { Name, Config, HostConfig, NetworkSettings, State } = container
    const bindings = Object.entries(NetworkSettings.Ports ?? {}).filter(([port]) => port.endsWith('/tcp'))
    const parent = /^container:(.+)$/.exec(HostConfig.NetworkMode ?? '')?.[1]
    return {
      name: Name.replace(/^\//, ''),
      labels: Config.Labels ?? {},
      ports: [...new Set(bindings.flatMap(([, at]) => (at ?? []).map(({ HostPort }) => Number(HostPort))))],
      checked: State.Health !== undefined,
      sharesWith: parent === undefined ? null : (names.get(parent) ?? parent),
    }
  })
  return { ok: true, value: found }
}

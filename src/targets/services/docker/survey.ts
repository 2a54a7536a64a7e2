import type { Result } from '../../../state/fault.ts'
import type { Engine } from './engine.ts'
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
  const names = new Map(listed.value.map(info => [info.Id, listedOf(info).name]))
  const own = listed.value.filter(info => {
    const { name, labels } = listedOf(info)
    return baseOf(name) === name && labels['com.docker.compose.oneoff'] !== 'True'
  })
  const inspected = await Promise.all(
    own.map(({ Id }) =>
      engine.call('look at a container', (docker, abortSignal) => docker.getContainer(Id).inspect({ abortSignal })),
    ),
  )
  const broken = inspected.find(answer => !answer.ok && answer.status !== 404)
  if (broken !== undefined && !broken.ok) return broken
  const found = inspected.flatMap((answer): readonly Surveyed[] => {
    if (!answer.ok) return []
    const { Name, Config, HostConfig, NetworkSettings, State } = answer.value
    const bindings = Object.entries(NetworkSettings.Ports ?? {}).filter(([port]) => port.endsWith('/tcp'))
    const parent = /^container:(.+)$/.exec(HostConfig.NetworkMode ?? '')?.[1]
    return [
      {
        name: Name.replace(/^\//, ''),
        labels: Config.Labels ?? {},
        ports: [...new Set(bindings.flatMap(([, at]) => (at ?? []).map(({ HostPort }) => Number(HostPort))))],
        checked: State.Health !== undefined,
        sharesWith: parent === undefined ? null : (names.get(parent) ?? parent),
      },
    ]
  })
  return { ok: true, value: found }
}

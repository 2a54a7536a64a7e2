import type { Result } from '../../../state/fault.ts'
import type { Engine } from './engine.ts'
import { inspectAll, type Inspected } from './find.ts'
import { baseOf, listedOf } from './names.ts'
import { sharesWith } from './sharing.ts'

export type Surveyed = {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly ports: readonly number[]
  readonly checked: boolean
  /** Names of the containers whose network, processes or memory it uses. */
  readonly sharesWith: readonly string[]
  /** Of one that does not run: what it is instead. */
  readonly stopped: string | null
}

/**
 * What one Engine has, looked at once: what runs, and what stands still and is Compose's. What Astern replaced and one-off
 * containers are left out.
 */
export async function survey(engine: Engine): Promise<Result<readonly Surveyed[]>> {
  const listed = await engine.call('list its containers', (docker, abortSignal) =>
    docker.listContainers({ all: true, abortSignal }),
  )
  if (!listed.ok) return listed
  const host = listed.value.map(listedOf)
  const own = host.filter(
    ({ name, labels, state }) =>
      baseOf(name) === name &&
      labels['com.docker.compose.oneoff'] !== 'True' &&
      (state === 'running' || labels['com.docker.compose.project'] !== undefined),
  )
  const inspected = await inspectAll(engine, own)
  if (!inspected.ok) return inspected
  const found = inspected.value.map(
    (container): Surveyed => ({
      name: container.Name.replace(/^\//, ''),
      labels: container.Config.Labels ?? {},
      ports: portsOf(container),
      checked: isChecked(container),
      sharesWith: sharesWith(container, host, {}),
      stopped: inWords(container),
    }),
  )
  return { ok: true, value: found }
}

/** Of one that does not run, as they were asked for. */
function portsOf({ NetworkSettings, HostConfig, State }: Inspected): readonly number[] {
  const bindings: unknown = State.Running ? NetworkSettings.Ports : HostConfig.PortBindings
  const published = Object.entries((bindings ?? {}) as Readonly<Record<string, readonly { HostPort: string }[] | null>>)
  const ports = published
    .filter(([port]) => port.endsWith('/tcp'))
    .flatMap(([, at]) => (at ?? []).map(({ HostPort }) => Number(HostPort)))
  return [...new Set(ports.filter(port => port > 0))]
}

function isChecked({ Config, State }: Inspected): boolean {
  const [how = 'NONE'] = Config.Healthcheck?.Test ?? []
  return State.Running ? State.Health !== undefined : how !== 'NONE'
}

function inWords({ State: { Running, Status, ExitCode } }: Inspected): string | null {
  if (Running) return null
  return Status === 'exited' ? `it had ended with ${ExitCode}` : `it was ${Status}`
}

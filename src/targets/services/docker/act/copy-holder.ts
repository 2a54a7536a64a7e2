import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import type { Result } from '../../../../state/fault.ts'
import type { Answer, Engine } from '../engine.ts'

const label = 'com.github.astern.journal'
/** An image with nothing in it, so that the container that is never started holds no other image. */
const empty = { repo: 'astern/journal', tag: '1' }
const runsKept = 3

/** A volume, and a container through which it is written and read. Each step that is done already is passed over. */
export async function makeHolder(
  engine: Engine,
  environment: string,
  name: string,
  path: string,
): Promise<Result<null>> {
  const Labels = { [label]: environment }
  const volume = await engine.call('make room for the journal', docker =>
    docker.createVolume({ Name: name, Labels: { ...Labels } }),
  )
  if (!volume.ok) return volume
  const image = await engine.call('make an empty image', async docker => {
    const archive = pack()
    archive.finalize()
    const progress = await docker.importImage(Readable.from([await buffer(archive)]), empty)
    await buffer(progress as unknown as Readable)
  })
  if (!image.ok) return image
  const container: Answer<unknown> = await engine.call('make a holder for the journal', docker =>
    docker.createContainer({
      name,
      Image: `${empty.repo}:${empty.tag}`,
      Cmd: ['never started'],
      Labels,
      HostConfig: { Binds: [`${name}:${path}`], NetworkMode: 'none' },
    }),
  )
  return container.ok || container.status === 409 ? { ok: true, value: null } : container
}

/** Copies of runs before the last few only take room; one that cannot be removed now is removed with the next. */
export async function removeHolders(engine: Engine, environment: string): Promise<void> {
  const listed = await engine.call('list copies of journals', (docker, abortSignal) =>
    docker.listVolumes({ filters: { label: [`${label}=${environment}`] }, abortSignal }),
  )
  if (!listed.ok) return
  const madeAt = (volume: object): number =>
    'CreatedAt' in volume && typeof volume.CreatedAt === 'string' ? Date.parse(volume.CreatedAt) : 0
  const old = listed.value.Volumes.toSorted((a, b) => madeAt(b) - madeAt(a)).slice(runsKept)
  for (const { Name } of old) {
    await engine.call('remove an old holder', docker => docker.getContainer(Name).remove({ force: false, v: false }))
    await engine.call('remove an old copy', (docker, abortSignal) => docker.getVolume(Name).remove({ abortSignal }))
  }
}

import type { Endpoint } from '../../../../state/manifest.ts'
import type { Evidence } from '../../../outcome.ts'
import { made, Stopped } from '../../../services/docker/act/hands.ts'
import type { Engine } from '../../../services/docker/engine.ts'
import { lookAtImage } from '../../../services/docker/image-config.ts'
import { importNode } from '../../../services/docker/node-image.ts'
import { keeperLabels } from '../aim.ts'

const label = 'com.github.astern.keeper'
const longestMs = 10 * 60_000

export const keeperImage = `astern/keeper:${process.version}`

/** Once per Engine: whichever drill comes first brings it, and the last keeper takes it away. */
export async function ensureImage(engine: Engine, endpoint: Endpoint, evidence: Evidence): Promise<void> {
  const before = await lookAtImage(engine, keeperImage)
  if (before.ok && before.value.Config.Labels?.[label] === process.version) return
  if (!before.ok && before.status !== 404) throw new Stopped(before.fault)
  evidence(`bring the image of keepers there, made of this Node (${process.version})`)
  const brought = await engine.call(
    'bring the image of keepers there',
    docker =>
      importNode(docker, { name: keeperImage, labels: { [label]: process.version }, packed: endpoint.kind !== 'unix' }),
    longestMs,
  )
  const words = made(brought)
  if (words === null) return
  throw new Stopped({
    code: 'fault.no-keeper',
    what: `The image of keepers could not be brought onto ${engine.host}`,
    means: 'No fault was put there.',
    next: 'Look whether that host has room (docker system df); then try again.',
    detail: words,
  })
}

/** Where no keeper is left. One that is in use after all stays, and goes with the next. */
export async function removeImage(engine: Engine, evidence: Evidence): Promise<void> {
  const keepers = await engine.call('look for other keepers', docker =>
    docker.listContainers({ all: true, filters: { label: [keeperLabels.run] } }),
  )
  if (!keepers.ok || keepers.value.length > 0) return
  const images = await engine.call('look for images of keepers', docker =>
    docker.listImages({ filters: { label: [label] } }),
  )
  if (!images.ok) return
  for (const { Id } of images.value) {
    const gone = await engine.call('remove the image of keepers', docker => docker.getImage(Id).remove({ force: true }))
    evidence(gone.ok ? 'remove the image of keepers' : gone.fault.what)
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { imagesIn } from '../../../src/targets/services/docker/archives/archives.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'astern-archives-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const config = 'c'.repeat(64)
const manifest = 'd'.repeat(64)

/** As Engines of version 25 and later write them, whatever keeps their images. */
const layout = {
  [`blobs/sha256/${config}`]: '{}',
  [`blobs/sha256/${manifest}`]: '{}',
  'index.json': JSON.stringify({ schemaVersion: 2, manifests: [{ digest: `sha256:${manifest}`, size: 2 }] }),
  'manifest.json': JSON.stringify([{ Config: `blobs/sha256/${config}`, RepoTags: ['shop/api:1.2.2'], Layers: [] }]),
}

test('an archive in an OCI layout holds its image by its configuration, and by its manifest as containerd’s store calls it', async () => {
  const file = await archive(layout)
  expect(await imagesIn(file)).toEqual([
    { file, id: `sha256:${config}`, tags: ['shop/api:1.2.2'] },
    { file, id: `sha256:${manifest}`, tags: [] },
  ])
})

test('an archive that breaks off after its layers holds nothing', async () => {
  const { 'manifest.json': _, ...rest } = layout
  expect(await imagesIn(await archive(rest))).toEqual([])
})

async function archive(files: Readonly<Record<string, string>>): Promise<string> {
  const tar = pack()
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text)
  tar.finalize()
  const file = join(directory, 'image.tar')
  writeFileSync(file, await buffer(tar))
  return file
}

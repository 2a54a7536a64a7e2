import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Fault, Result } from '../../../state/fault.ts'
import { savedIn } from './archives/archives.ts'
import type { Engine } from './engine.ts'
import { lookAtImage } from './image-config.ts'

const longestMs = 60 * 60_000

export type ToSave = { readonly digest: string; readonly name: string | null; readonly directory: string }

/** Writes one image of a host into the directory of saved images, whole or not at all. Gives its file. */
export async function saveImage(engine: Engine, { digest, name, directory }: ToSave): Promise<Result<string>> {
  const before = (await savedIn(directory)).find(({ id }) => id === digest)
  if (before !== undefined) return { ok: true, value: before.file }
  const named = name === null ? null : await lookAtImage(engine, name)
  const reference = named?.ok === true && named.value.Id === digest ? (name ?? digest) : digest
  const file = join(directory, fileName(name, digest))
  const partial = `${file}.partial`
  const saved = await engine.call(
    `save image ${reference.slice(0, 80)}`,
    async docker => {
      const stream = await docker.getImage(reference).get()
      await writeWhole(Readable.from(stream), partial, file)
      return file
    },
    longestMs,
  )
  if (!saved.ok) {
    await rm(partial, { force: true })
    return { ok: false, fault: notSaved(engine.host, reference, file, saved.fault) }
  }
  const holds = (await savedIn(directory)).some(({ id }) => id === digest)
  return holds ? saved : { ok: false, fault: notSaved(engine.host, reference, file, null) }
}

async function writeWhole(stream: Readable, partial: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await pipeline(stream, createWriteStream(partial, { mode: 0o600 }))
  const handle = await open(partial)
  await handle.sync().finally(() => handle.close())
  await rename(partial, file)
}

function fileName(name: string | null, digest: string): string {
  const hex = digest.replace(/^sha256:/, '').slice(0, 12)
  return `${(name ?? 'image').replaceAll(/[^\w.-]+/g, '_')}-${hex}.tar`
}

function notSaved(host: string, reference: string, file: string, fault: Fault | null): Fault {
  return {
    code: 'image.not-saved',
    what: `Image ${reference} of ${host} was not saved to ${file}`,
    means: 'If its host loses it and no registry has it, there is no way back to it.',
    next: 'Look whether there is room and the directory may be written, then record again with --save.',
    detail: fault === null ? 'what was written does not hold the image' : (fault.detail ?? fault.what),
  }
}

import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { inside, type Aim } from '../aim.ts'
import { done, Refused, type Daemon } from './daemon.ts'
import type { KeptFault } from './kept-fault.ts'
import { lookAtImage, nameImage, short } from './tag.ts'
import { namesAnImage } from './tar.ts'

type ImageAim = Extract<Aim, { readonly kind: 'image' }>

/** A registry that asks for an account, or cannot be reached, does not keep anybody waiting. */
const fetchMs = 15_000

/** Saved before it is removed, and loaded again: nothing is destroyed. */
export function imageFault(daemon: Daemon, { id, names, digests }: ImageAim): KeptFault {
  return {
    put: async ended => {
      if ((await lookAtImage(daemon, id)) === null) return `image ${short(id)} is gone`
      if (!existsSync(inside.archive)) await save(daemon, id, ended)
      const path = `/images/${encodeURIComponent(id)}?force=1&noprune=1`
      done(await daemon.ask('DELETE', path), `remove image ${short(id)}`, [404])
      if ((await lookAtImage(daemon, id)) !== null)
        throw new Refused(`image ${short(id)} cannot be removed: it is in use`)
      return `image ${short(id)} is gone`
    },
    takeBack: async () => {
      if ((await lookAtImage(daemon, id)) === null) await load(daemon, id)
      const elsewhere: string[] = []
      for (const name of names) {
        const led = await lookAtImage(daemon, name)
        if (led === null) await nameImage(daemon, id, name)
        else if (led.Id !== id) elsewhere.push(`somebody has led ${name} to ${short(led.Id)} meanwhile: it stays so`)
      }
      const unknown = await withoutDigests(daemon, id, digests)
      return [`image ${short(id)} is there`, ...elsewhere, ...unknown].join('; ')
    },
  }
}

/** Whole or not at all; by its id, so that loading it takes no name from another. */
async function save(daemon: Daemon, id: string, ended: AbortSignal): Promise<void> {
  const partial = `${inside.archive}.partial`
  try {
    const archive = await daemon.stream('GET', `/images/${encodeURIComponent(id)}/get`)
    if (archive.statusCode !== 200) throw new Refused(`image ${short(id)} cannot be saved: ${await text(archive)}`)
    await pipeline(archive, createWriteStream(partial), { signal: ended })
    if (!(await namesAnImage(partial, id))) throw new Refused(`image ${short(id)} was not saved whole`)
    const file = await open(partial)
    await file.sync().finally(() => file.close())
    await rename(partial, inside.archive)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

async function load(daemon: Daemon, id: string): Promise<void> {
  if (!existsSync(inside.archive)) throw new Refused(`image ${short(id)} is gone, and was not saved here`)
  const answer = await daemon.stream('POST', '/images/load?quiet=1', createReadStream(inside.archive))
  const words = await text(answer)
  if (answer.statusCode !== 200 || (await lookAtImage(daemon, id)) === null)
    throw new Refused(`image ${short(id)} cannot be loaded again: ${words.slice(0, 200)}`)
}

/** What a registry calls it is no part of an archive; only the registry can say it again. */
async function withoutDigests(daemon: Daemon, id: string, digests: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = []
  for (const digest of digests) {
    const [fromImage = '', tag = ''] = digest.split('@')
    const isThere = async (): Promise<boolean> => (await lookAtImage(daemon, digest))?.Id === id
    if (await isThere()) continue
    await ask(daemon, `/images/create?${new URLSearchParams({ fromImage, tag }).toString()}`)
    if (!(await isThere())) missing.push(digest)
  }
  return missing.map(digest => `it is known as ${digest} again when somebody pulls that`)
}

async function ask(daemon: Daemon, path: string): Promise<void> {
  const answer = await daemon.stream('POST', path)
  const late = setTimeout(() => answer.destroy(), fetchMs)
  await text(answer).catch(() => '')
  clearTimeout(late)
}

import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGzip } from 'node:zlib'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { followProgress } from './progress.ts'

export type NodeImage = {
  /** `astern/keeper:24` */
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  /** Over a link the time of packing it is won back. */
  readonly packed?: boolean
}

/** An image of the very Node this runs under: no registry is asked, and nothing is built. Null: it is there; otherwise the Engine's words. */
export async function importNode(
  docker: Docker,
  { name, labels = {}, packed = false }: NodeImage,
): Promise<string | null> {
  const [repo = '', tag = ''] = name.split(/:(?=[^/]*$)/)
  const changes = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${JSON.stringify(value)}`)
  const archive = await nodeArchive()
  const body = packed ? archive.pipe(createGzip({ level: 1 })) : archive
  const begun: unknown = docker.importImage(Readable.from(body), { repo, tag, changes } as never)
  return followProgress((await begun) as AsyncIterable<unknown>, () => {})
}

/** Rejects where ldd cannot tell which libraries that are. */
export async function nodeLibraries(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ldd', [process.execPath])
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
}

async function nodeArchive(): Promise<Readable> {
  const files = [{ from: process.execPath, to: '/bin/node' }]
  for (const path of await nodeLibraries()) files.push({ from: path, to: path })
  const archive = pack()
  const fill = async (): Promise<void> => {
    for (const directory of ['tmp', 'srv']) archive.entry({ name: directory, type: 'directory', mode: 0o755 })
    for (const { from, to } of files) {
      const { size } = await stat(from)
      await pipeline(createReadStream(from), archive.entry({ name: to.slice(1), size, mode: 0o755 }))
    }
    archive.finalize()
  }
  fill().catch((error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))))
  return Readable.from(archive)
}

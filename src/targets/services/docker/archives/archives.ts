import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileInTar } from './skim.ts'

/** One image in a file that `docker save` wrote. */
export type Saved = { readonly file: string; readonly id: string; readonly tags: readonly string[] }

/** Every image saved in a directory, by the archives' own word. One that is broken off, or is something else, holds nothing. */
export async function savedIn(directory: string | undefined): Promise<readonly Saved[]> {
  if (directory === undefined) return []
  const names = await readdir(directory).catch((): string[] => [])
  const files = names.filter(name => name.endsWith('.tar')).sort()
  const saved = await Promise.all(files.map(name => imagesIn(join(directory, name))))
  return saved.flat()
}

/**
 * An Engine calls an image by its configuration, one with containerd's image store by its manifest; an archive of a newer
 * Engine holds both, the manifest in an OCI layout.
 */
export async function imagesIn(file: string): Promise<readonly Saved[]> {
  const [own, oci] = await Promise.all(['manifest.json', 'index.json'].map(name => jsonIn(file, name)))
  // It stands last: without it the archive breaks off.
  if (own === null) return []
  const byConfig = entriesOf<Entry>(own).flatMap(({ Config, RepoTags }): readonly Saved[] => {
    const [, hex] = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(Config ?? '') ?? []
    return hex === undefined ? [] : [{ file, id: `sha256:${hex}`, tags: RepoTags ?? [] }]
  })
  const byManifest = entriesOf<Manifest>((oci as { readonly manifests?: unknown } | null)?.manifests).flatMap(
    ({ digest = '' }): readonly Saved[] =>
      /^sha256:[0-9a-f]{64}$/.test(digest) ? [{ file, id: digest, tags: [] }] : [],
  )
  return [...byConfig, ...byManifest]
}

type Entry = { readonly Config?: string; readonly RepoTags?: readonly string[] | null }
type Manifest = { readonly digest?: string }

async function jsonIn(file: string, name: string): Promise<unknown> {
  const text = await fileInTar(file, name).catch(() => null)
  try {
    return JSON.parse(text ?? '') as unknown
  } catch {
    return null
  }
}

function entriesOf<T>(value: unknown): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : []
}

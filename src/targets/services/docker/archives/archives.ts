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

export async function imagesIn(file: string): Promise<readonly Saved[]> {
  const text = await fileInTar(file, 'manifest.json').catch(() => null)
  return entriesOf(text).flatMap(({ Config, RepoTags }): readonly Saved[] => {
    const [, hex] = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(Config ?? '') ?? []
    return hex === undefined ? [] : [{ file, id: `sha256:${hex}`, tags: RepoTags ?? [] }]
  })
}

type Entry = { readonly Config?: string; readonly RepoTags?: readonly string[] | null }

function entriesOf(text: string | null): readonly Entry[] {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return Array.isArray(value) ? (value as readonly Entry[]) : []
  } catch {
    return []
  }
}

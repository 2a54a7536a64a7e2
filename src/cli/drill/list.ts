import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../../client/sha256.ts'
import { asternHome } from '../../client/home.ts'
import { parseList, type ListRead } from '../../state/drill/production.ts'
import type { Manifest } from '../../state/manifest.ts'
import { systemWords } from '../system-words.ts'

/** Where production is published, for whoever has this manifest. */
export function listFile({ drill }: Pick<Manifest, 'drill'>): string {
  return drill?.production ?? join(asternHome(process.env), 'production.json')
}

export async function readList(file: string): Promise<ListRead> {
  try {
    const production = parseList(await readFile(file, 'utf8'), sha256)
    return production === null ? { ok: false, file, why: 'damaged', words: '' } : { ok: true, file, production }
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return { ok: false, file, why: missing ? 'missing' : 'unreadable', words: systemWords(error) }
  }
}

import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Output } from '../../state/event.ts'
import { plain } from '../../state/text.ts'
import type { Evidence } from '../../targets/outcome.ts'
import type { Desk } from './desk.ts'

export type EvidenceFile = {
  readonly line: Evidence
  /** Writes the file, 0600, and tells its size and hash; null when there was nothing to keep. */
  readonly close: () => Promise<Output | null>
}

/** Lines of one attempt at one step, stripped and masked. Kept in memory until it settles: they are few. */
export async function openEvidence(
  desk: Pick<Desk, 'context' | 'mask'>,
  step: string,
  attempt: number,
): Promise<EvidenceFile> {
  const lines: string[] = []
  const path = join('evidence', `${step.replaceAll(/[^\w.@-]/g, '_')}.${attempt}.log`)
  const close = async (): Promise<Output | null> => {
    if (lines.length === 0) return null
    const text = `${lines.join('\n')}\n`
    await mkdir(join(desk.context.directory, 'evidence'), { recursive: true, mode: 0o700 })
    const file = await open(join(desk.context.directory, path), 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.datasync()
    } finally {
      await file.close()
    }
    return { path, bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
  }
  return { line: line => lines.push(desk.mask(plain(line))), close }
}

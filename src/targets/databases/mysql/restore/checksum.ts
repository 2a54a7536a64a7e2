import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Backup } from '../../../../state/backup.ts'

/** Against `FILE.sha256`, or a SHA256SUMS beside or inside it. A listed file that is not there differs. */
export async function judgeChecksum({ path, tool }: Pick<Backup, 'path' | 'tool'>): Promise<Backup['checksum']> {
  const directory = tool === 'mydumper' ? path : dirname(path)
  const own = tool === 'mydumper' ? null : basename(path)
  const lists = [own === null ? `${path}.sha256` : join(directory, `${own}.sha256`), join(directory, 'SHA256SUMS')]
  const lines = (await Promise.all(lists.map(file => readFile(file, 'utf8').catch(() => '')))).join('\n').split('\n')
  const sums = lines.flatMap(line => {
    const [, sum, name] = /^([0-9a-f]{64})(?:\s+\*?(.+))?$/i.exec(line.trim()) ?? []
    return sum === undefined ? [] : [{ sum: sum.toLowerCase(), name: basename(name ?? own ?? '') }]
  })
  const due = sums.filter(({ name }) => own === null || name === own)
  if (due.length === 0) return 'none'
  const there = await readdir(directory)
  for (const { sum, name } of due)
    if (!there.includes(name) || (await sha256(join(directory, name))) !== sum) return 'differs'
  return 'matches'
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(part as Buffer)
  return hash.digest('hex')
}

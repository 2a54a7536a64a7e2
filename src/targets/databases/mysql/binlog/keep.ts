import { createHash } from 'node:crypto'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { BinlogRead } from '../../../../state/binlog/fact.ts'
import { placeText } from '../../../../state/binlog/place.ts'
import { ownSql, type Own } from './own.ts'
import type { Said } from './text.ts'

const heapBytes = 1 << 20

/** Rows as SQL in a file that only this account can read: values of rows are data. Whole transactions at a time. */
export class KeptSql {
  readonly #path: string
  readonly #file: FileHandle
  readonly #own: Own
  #heap: Buffer[] = []
  #heapBytes = 0
  #written = 0
  #begun = 0

  private constructor(path: string, file: FileHandle, own: Own) {
    this.#path = path
    this.#file = file
    this.#own = own
  }

  static async open(path: string, own: Own): Promise<KeptSql> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'w+', 0o600)
    await file.chmod(0o600)
    return new KeptSql(path, file, own)
  }

  begin(): void {
    this.#begun = this.#written + this.#heapBytes
  }

  async take({ sql, place, at }: Said): Promise<void> {
    const lines = ownSql(sql, this.#own)
    if (lines.length === 0) return
    const text = [`-- ${placeText(place)} ${at}`, ...lines.map(line => line.slice('### '.length)), '', '']
    const bytes = Buffer.from(text.join('\n'), 'latin1')
    this.#heap.push(bytes)
    this.#heapBytes += bytes.length
    if (this.#heapBytes > heapBytes) await this.#flush()
  }

  /** `whole` false: without the transaction that was being read. */
  async close(whole: boolean): Promise<NonNullable<BinlogRead['sql']>> {
    try {
      await this.#flush()
      if (!whole) await this.#file.truncate(this.#begun)
      await this.#file.datasync()
      const hash = createHash('sha256')
      let bytes = 0
      for await (const part of this.#file.createReadStream({ start: 0, autoClose: false })) {
        hash.update(part as Buffer)
        bytes += (part as Buffer).length
      }
      return { path: this.#path, bytes, sha256: hash.digest('hex') }
    } finally {
      await this.#file.close()
    }
  }

  async #flush(): Promise<void> {
    const all = Buffer.concat(this.#heap)
    this.#heap = []
    this.#heapBytes = 0
    await this.#file.write(all, 0, all.length, this.#written)
    this.#written += all.length
  }
}

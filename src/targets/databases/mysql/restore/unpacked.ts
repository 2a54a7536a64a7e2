import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

/** A file's content, unpacked by what its name ends with. What it cannot unpack ends the stream with an error. */
export function unpacked(file: string): Readable {
  const raw = createReadStream(file, { highWaterMark: 1 << 20 })
  const unpack = file.endsWith('.gz') ? createGunzip() : file.endsWith('.zst') ? createZstdDecompress() : null
  if (unpack === null) return raw
  pipeline(raw, unpack, () => undefined)
  return unpack
}

export async function textOf(file: string): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of unpacked(file)) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

/** `shop.orders.sql.gz` -> `shop.orders.sql` */
export function bareName(name: string): string {
  return name.replace(/\.(?:gz|zst)$/, '')
}

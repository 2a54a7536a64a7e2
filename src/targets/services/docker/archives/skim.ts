import { open, stat, type FileHandle } from 'node:fs/promises'

const block = 512
const largest = 8 * 1024 * 1024

/**
 * One small file out of a tar archive, by its headers alone: what an image archive says of itself stands at its end,
 * behind gigabytes of layers that need not be read for it. Null: it is not there, or the archive breaks off before it.
 */
export async function fileInTar(path: string, wanted: string): Promise<string | null> {
  const { size } = await stat(path)
  const handle = await open(path)
  try {
    for (let at = 0; at + block <= size; ) {
      const header = await read(handle, at, block)
      const entry = parse(header)
      if (entry === null) return null
      const begin = at + block
      if (entry.name === wanted && entry.size <= largest)
        return begin + entry.size > size ? null : (await read(handle, begin, entry.size)).toString('utf8')
      at = begin + Math.ceil(entry.size / block) * block
    }
    return null
  } finally {
    await handle.close()
  }
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** Null: the end of the archive, or no archive at all. */
function parse(header: Buffer): { readonly name: string; readonly size: number } | null {
  if (header.length < block || header.toString('latin1', 257, 262) !== 'ustar') return null
  const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
  const size = sizeIn(header.subarray(124, 136))
  return Number.isSafeInteger(size) && size >= 0 ? { name, size } : null
}

/** Octal digits, or for more than 8 GiB a number in base 256. */
function sizeIn(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4))
  return Number.parseInt(field.toString('latin1').replace(/[\0 ]/g, '') || '0', 8)
}

import { open } from 'node:fs/promises'

const block = 512

/** Is this archive of an image whole, and of that very image? Its last blocks are empty, and its table of contents names the id. */
export async function namesAnImage(file: string, id: string): Promise<boolean> {
  const hex = id.replace(/^sha256:/, '')
  const handle = await open(file)
  try {
    const header = Buffer.alloc(block)
    let named = false
    for (let at = 0; ; ) {
      const { bytesRead } = await handle.read(header, 0, block, at)
      if (bytesRead < block) return false
      if (header.every(byte => byte === 0)) return named
      const name = textAt(header, 0, 100)
      const size = sizeOf(header)
      if (name === 'manifest.json' || name === 'index.json') {
        const content = Buffer.alloc(size)
        await handle.read(content, 0, size, at + block)
        named ||= content.includes(hex)
      }
      at += block + Math.ceil(size / block) * block
    }
  } finally {
    await handle.close()
  }
}

/** Octal; of what is too large for that, binary with the first bit set. */
function sizeOf(header: Buffer): number {
  const [first = 0] = header.subarray(124)
  if ((first & 0x80) === 0) return Number.parseInt(textAt(header, 124, 12).trim(), 8) || 0
  return Number(header.readBigUInt64BE(128))
}

function textAt(header: Buffer, from: number, length: number): string {
  return header.toString('latin1', from, from + length).replace(/\0.*$/s, '')
}

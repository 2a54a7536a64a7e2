/** CRC-32 over the lines of a text without their ends, as a signed number: what Flyway keeps (its ChecksumCalculator). */
export function crc32OfLines(text: string): number {
  let crc = -1
  for (const byte of new TextEncoder().encode(text.replace(/^\ufeff/, '').replaceAll(/\r\n|\r|\n/g, ''))) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320
  }
  return ~crc
}

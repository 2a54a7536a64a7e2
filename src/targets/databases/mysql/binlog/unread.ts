/** A binlog that cannot be read, or is not what it ought to be. */
export class BinlogUnread extends Error {}

/** Reads what lies on this machine: that it cannot be, or is cut off in the middle of something, is the file's and not Astern's fault. */
export async function readingOf<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new BinlogUnread(`${what} cannot be read (${String(error.code)})`)
  }
}

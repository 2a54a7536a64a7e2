import { readFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'

/** Does an engine answer on the run's socket? A path left by one that was killed does not. */
export async function isEngineAlive(directory: string): Promise<boolean> {
  const path = await readFile(join(directory, 'socket'), 'utf8').catch(() => null)
  if (path === null) return false
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = createConnection(path)
  socket.setTimeout(5000, () => resolve(false))
  socket.on('connect', () => resolve(true))
  socket.on('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}

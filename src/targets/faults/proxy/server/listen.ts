import { once } from 'node:events'
import { chmod, rm } from 'node:fs/promises'
import { createConnection, type Server } from 'node:net'
import type { Address } from '../../../../state/drill/proxy.ts'

/** A socket's file that a proxy which was killed has left is nobody's; one that answers is somebody's. */
export async function listenAt(server: Server, address: Address): Promise<void> {
  if (address.kind === 'tcp') {
    server.listen(address.port, address.host)
    await once(server, 'listening')
    return
  }
  const { path } = address
  if (!(await answers(path))) await rm(path, { force: true })
  server.listen(path)
  await once(server, 'listening')
  await chmod(path, 0o600)
}

async function answers(path: string): Promise<boolean> {
  const socket = createConnection(path)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

export async function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  await promise
}

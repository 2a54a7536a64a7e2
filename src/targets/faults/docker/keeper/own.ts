import { hostname } from 'node:os'
import { join } from 'node:path'
import { inside } from '../aim.ts'
import { lookAt, type Container } from './containers.ts'
import { openDaemon, Refused, type Daemon } from './daemon.ts'

/** The Engine that a keeper runs on, itself as that Engine has it, and the socket's place on the host. */
export type Own = { readonly daemon: Daemon; readonly self: Container; readonly source: string }

/** A socket may lead to another Engine than the one this runs on: there is nobody of this name and this id there. */
export async function ownEngine(name: string): Promise<Own> {
  const called = JSON.parse(process.env[inside.socketsVariable] ?? '[]') as readonly string[]
  let why = 'nobody answers at the socket that it was given'
  for (const [nth, file] of called.entries())
    for (const path of [join(inside.run(nth), file), inside.socket(nth)]) {
      const daemon = await openDaemon(path).catch(() => null)
      if (daemon === null) continue
      const self = await lookAt(daemon, name)
      const mount = self?.Mounts.find(({ Destination }) => Destination === inside.socket(nth))
      if (self?.Id.startsWith(hostname()) === true && mount !== undefined) return { daemon, self, source: mount.Source }
      why = 'the socket that it was given leads to another Engine than the one it runs on'
    }
  throw new Refused(why)
}

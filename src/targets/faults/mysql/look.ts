import type { InjectTarget } from '../../../state/drill/scenario.ts'
import type { Result } from '../../../state/fault.ts'
import type { Manifest } from '../../../state/manifest.ts'
import type { MysqlConfig } from '../../databases/mysql/config.ts'
import { databaseFault } from '../../databases/mysql/faults.ts'
import { lookSession } from '../../databases/mysql/sessions.ts'
import type { Session } from '../../databases/mysql/session.ts'
import { LinkLost, Refused } from '../../databases/mysql/trouble.ts'
import type { Query } from '../../databases/query.ts'
import { each } from '../../looks.ts'
import { injectedOf } from '../by-family.ts'
import type { FaultMeans } from '../means.ts'
import type { FaultLook } from '../port.ts'
import { ableOnMysql } from './able.ts'
import type { Marked } from './marker.ts'
import { foundIn, type Found } from './seen.ts'

export type Server = { readonly config: MysqlConfig; readonly session: Session }

/** Asked as the account that hurts it: another may not see its sessions. */
export function serversOf({ databases }: Manifest, { resolve, now }: FaultMeans): Readonly<Record<string, Server>> {
  const own = Object.fromEntries(
    Object.entries(databases).flatMap(([name, one]) => (one.kind === 'mysql' ? [[name, one] as const] : [])),
  )
  return each(own, (database, name) => {
    const config = { name, database, resolve, now, lookSeconds: 20 }
    return { config, session: lookSession(config, database.account) }
  })
}

export function mysqlFaultLook(manifest: Manifest, servers: Readonly<Record<string, Server>>): FaultLook {
  const { name: environment } = manifest.environment
  return {
    able: async inject => {
      const server = serverOf(servers, inject.target)
      const read = await reading(server, query => ableOnMysql(inject, query, server.config))
      return read.ok ? read.value : read
    },
    seen: () =>
      Promise.all(
        Object.values(servers).map(async server => {
          const found = await reading(server, query => foundIn(query, server.config))
          return found.ok ? { ok: true, value: once(found.value, environment) } : found
        }),
      ),
    probe: async (command, { run }) => {
      const injected = injectedOf(command)
      const server = serverOf(servers, injected.target)
      const found = await reading(server, query => foundIn(query, server.config))
      if (!found.ok) return { verdict: 'unclear', observed: null, says: found.fault.what }
      const own = found.value.filter(isOf(run, injected.inject))
      const [first] = own
      const isInject = command.kind === 'drill.inject'
      if (first === undefined)
        return { verdict: isInject ? 'not yet' : 'holds', observed: null, says: 'nothing of it is at the server' }
      const { expiresAt } = first.marked
      const isThere = own.filter(({ isOver }) => !isOver).length >= partsOf(injected)
      const says = `${own.map(({ what }) => (what.kind === 'session' ? `session ${what.id}` : `trigger ${what.name}`)).join(', ')}, until ${expiresAt}`
      return { verdict: isInject && isThere ? 'holds' : 'not yet', observed: { expiresAt }, says }
    },
    close: async () => {
      await Promise.all(Object.values(servers).map(({ session }) => session.close()))
    },
  }
}

/** Where a scenario does not say how many. */
const sessions = 4

/** Sessions or triggers that it is made of. */
export function partsOf({ fault, settings }: Marked['injected']): number {
  if (fault === 'statement_failure') return 3
  return fault === 'slow_queries' ? (settings.sessions ?? sessions) : 1
}

export function isOf(run: string, inject: string): (found: Found) => boolean {
  return ({ marked }) => marked.run === run && marked.injected.inject === inject
}

export function serverOf(servers: Readonly<Record<string, Server>>, target: InjectTarget): Server {
  const server = target.kind === 'database' ? servers[target.database] : undefined
  if (server === undefined) throw new Error('no such database of a server')
  return server
}

export async function reading<T>({ config, session }: Server, read: (query: Query) => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await read(session.rows) }
  } catch (error) {
    if (error instanceof Refused || error instanceof LinkLost)
      return { ok: false, fault: databaseFault(config.name, error, 'It was only read; nothing was changed.') }
    throw error
  }
}

/** A fault of several sessions is one. */
function once(found: readonly Found[], environment: string) {
  const own = found.filter(({ marked }) => marked.environment === environment)
  const seen = new Map(own.map(({ marked }) => [`${marked.run} ${marked.injected.inject}`, marked]))
  return [...seen.values()].map(({ run, injected, expiresAt }) => ({ run, injected, expiresAt }))
}

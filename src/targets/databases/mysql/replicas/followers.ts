import type { Follower } from '../../../../state/database-facts.ts'
import type { Account, MysqlServer } from '../../../../state/manifest.ts'
import type { Query } from '../../query.ts'
import type { MysqlConfig } from '../config.ts'
import { replicationOf } from '../replication.ts'
import { lookSession } from '../sessions.ts'
import { LinkLost, Refused } from '../trouble.ts'

/** How far each declared replica is behind, all asked at once; one that cannot tell says why. */
export async function followers(config: MysqlConfig, account?: Account): Promise<readonly Follower[]> {
  return atReplicas(config, account, async (query, place) => followerOf(place, await replicationOf(query)))
}

/** Something asked of each replica; one that cannot be asked is told as a follower with a reason. */
export async function atReplicas<T>(
  config: MysqlConfig,
  account: Account | undefined,
  ask: (query: Query, place: string) => Promise<T>,
): Promise<readonly (T | Follower)[]> {
  const servers = config.database.replicas ?? []
  return Promise.all(
    servers.map(async server => {
      const place = placeOf(server)
      const session = lookSession({ ...config, database: { ...config.database, server } }, account)
      try {
        return await ask(session.rows, place)
      } catch (error) {
        if (!(error instanceof Refused || error instanceof LinkLost)) throw error
        return { place, seconds: null, amiss: error.message }
      } finally {
        await session.close()
      }
    }),
  )
}

function followerOf(place: string, { replicaOf, lagSeconds }: Awaited<ReturnType<typeof replicationOf>>): Follower {
  if (replicaOf === null) return { place, seconds: null, amiss: 'its account may not see how far it is' }
  if (replicaOf === 'none') return { place, seconds: null, amiss: 'it replicates from nobody' }
  return lagSeconds === null
    ? { place, seconds: null, amiss: 'its replication stands still' }
    : { place, seconds: lagSeconds, amiss: null }
}

export function placeOf(server: MysqlServer): string {
  return server.kind === 'socket' ? server.path : `${server.host}:${server.port}`
}

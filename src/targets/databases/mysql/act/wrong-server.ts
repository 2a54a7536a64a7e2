import type { Fault } from '../../../../state/fault.ts'
import type { MysqlConfig } from '../config.ts'
import { replicationOf } from '../replication.ts'
import { placeNow } from '../server.ts'
import type { Session } from '../session.ts'

/**
 * The plan looked at the server, and a failover since may have made it one whose writes are lost. Asked on the very session that
 * is about to write, since an account with SUPER may write where a server is read-only. Null: it takes writes.
 */
export async function wrongServer({ name, database }: MysqlConfig, { rows }: Session): Promise<Fault | null> {
  const { place, readOnly } = await placeNow(rows)
  if (readOnly) return wrong(`The server ${place} of database ${name} is read-only`)
  if (database.replica === true) return null
  const { replicaOf } = await replicationOf(rows)
  return replicaOf === null || replicaOf === 'none'
    ? null
    : wrong(`The server ${place} of database ${name} is a replica of ${replicaOf}`)
}

function wrong(what: string): Fault {
  return {
    code: 'database.wrong-server',
    what,
    means: 'What is written there is lost, or ends its replication. Nobody was locked out, and nothing was begun.',
    next: 'Look where writes go now (was there a failover?). Name that server in astern.yaml and plan again; or retry once this one takes writes.',
  }
}

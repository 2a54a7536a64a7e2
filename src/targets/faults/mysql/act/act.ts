import type { Manifest } from '../../../../state/manifest.ts'
import { databaseFault } from '../../../databases/mysql/faults.ts'
import { openSession } from '../../../databases/mysql/session.ts'
import { LinkLost, Refused } from '../../../databases/mysql/trouble.ts'
import { injectedOf } from '../../by-family.ts'
import { lookedAgain } from '../../looked-again.ts'
import type { FaultMeans } from '../../means.ts'
import type { FaultAct } from '../../port.ts'
import { isOf, mysqlFaultLook, reading, serverOf, serversOf, type Server } from '../look.ts'
import { foundIn, type Found } from '../seen.ts'
import type { Put } from './put.ts'
import { burn, endSession, lockRows, untilGone, untilSeen, type Held } from './sessions.ts'
import { dropTriggers, makeTriggers } from './triggers.ts'

/**
 * Sessions stay open in this process; that it ends ends them as well, at the latest when the server's own clock does. Triggers
 * stay, and do nothing any more after their time.
 */
export function mysqlFaultAct(manifest: Manifest, means: FaultMeans): FaultAct {
  const servers = serversOf(manifest, means)
  const look = mysqlFaultLook(manifest, servers)
  const held: Held[] = []
  return {
    ...look,
    apply: async (command, permit, context, evidence) => {
      permit.spend(command)
      const injected = injectedOf(command)
      const server = serverOf(servers, injected.target)
      const found = await reading(server, query => foundIn(query, server.config))
      if (!found.ok) return { ok: false, fault: found.fault, observed: null }
      const own = found.value.filter(isOf(context.run, injected.inject))
      try {
        // What was begun and is not there whole begins anew.
        const isThere = command.kind === 'drill.inject' && (await look.probe(command, context)).verdict === 'holds'
        if (!isThere) await takeBack(server, own)
        if (!isThere && command.kind === 'drill.inject') {
          const put = { fault: injected, run: context.run, environment: context.environment }
          held.push(...(await putThere(server, put)))
          if (injected.fault !== 'statement_failure') await untilSeen(server, context.run, injected)
        }
      } catch (error) {
        if (!(error instanceof Refused || error instanceof LinkLost)) throw error
        const means = 'Rows are as they were. What was begun of it ends by the clock of the server.'
        return { ok: false, fault: databaseFault(server.config.name, error, means), observed: null }
      }
      const probed = await look.probe(command, context)
      evidence(probed.says)
      return lookedAgain(command, probed)
    },
    close: async () => {
      for (const { end } of held) end()
      await look.close()
    },
  }
}

async function putThere(server: Server, put: Put): Promise<readonly Held[]> {
  const { fault } = put.fault
  if (fault === 'row_locks') return [await lockRows(server.config, put)]
  if (fault === 'slow_queries') return burn(server.config, put)
  if (fault !== 'statement_failure') throw new Error(`no fault of a database: ${fault}`)
  await makeTriggers(server.config, put)
  return []
}

async function takeBack(server: Server, own: readonly Found[]): Promise<void> {
  if (own.length === 0) return
  const session = openSession(server.config, server.config.database.account, async ask => {
    await ask('SET SESSION lock_wait_timeout = 10')
  })
  try {
    for (const { what } of own) if (what.kind === 'session') await endSession(session, what.id)
    await dropTriggers(session, own)
    await untilGone(server, own)
  } finally {
    await session.close()
  }
}

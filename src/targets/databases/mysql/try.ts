import { describe, type TryCommand } from '../../../state/command.ts'
import { isRehearsal } from '../../../state/rehearsal-command.ts'
import type { Account } from '../../../state/manifest.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import type { DatabaseTry } from '../port.ts'
import { proveWhole, type Prove } from '../proof.ts'
import { countEach } from './at-risk.ts'
import type { MysqlConfig } from './config.ts'
import { openLook, type MysqlLook } from './look.ts'
import { openHand, type Hand, type Say } from './hand.ts'
import { follow } from './replicas/follow.ts'
import { mysqlRehearsals } from './rehearsal/rehearse.ts'
import { orphanCounts } from './orphans.ts'
import { unchanged } from './unchanged.ts'
import type { Session } from './session.ts'
import { longSession } from './sessions.ts'

type Attempt = Extract<TryCommand, { kind: `database.${string}` }>

export function mysqlTry(
  given: MysqlConfig,
  account?: Account,
  hand: Hand = openHand(),
): DatabaseTry & { readonly sessions: Session['rows'] } {
  const config = { ...given, doing: hand.now }
  const look = openLook(config, account)
  const rehearsals = mysqlRehearsals(config)
  return {
    ...look,
    attempt: (command, context, evidence, signal) =>
      hand.during({ what: describe(command), of: describe(command) }, async say => {
        const own = { ...config, say }
        if (isRehearsal(command)) return rehearsals.attempt(command, context, evidence, signal)
        switch (command.kind) {
          case 'database.count':
            return atLength(own, account, long => count(long, command, evidence))
          case 'database.unchanged':
            return unchanged(own, account, command, context, evidence, signal)
          case 'database.follow':
            return follow(own, account, look, context, evidence, signal)
          case 'database.prove':
            return atLength(own, account, long => prove(own, long, command, landing(say, evidence)))
        }
      }),
    close: async () => {
      await Promise.all([look.close(), rehearsals.close()])
    },
  }
}

/** What is found out one after another is seen one after another. */
function landing(say: Say, evidence: Evidence): Evidence {
  const landed: string[] = []
  return line => {
    evidence(line)
    landed.push(line)
    say({ landed: [...landed] })
  }
}

/** Large tables are counted for longer than a look may take. */
async function atLength<T>(
  config: MysqlConfig,
  account: Account | undefined,
  use: (look: MysqlLook) => Promise<T>,
): Promise<T> {
  const look = openLook(config, account, longSession)
  return use(look).finally(() => look.close())
}

async function count(
  look: MysqlLook,
  { of }: Extract<Attempt, { kind: 'database.count' }>,
  evidence: Evidence,
): Promise<Outcome> {
  const counted = await look.reading((query, config) => countEach(query, config, of))
  if (!counted.ok) return { ok: false, fault: counted.fault, observed: null }
  for (const { table, column, rows } of counted.value)
    evidence(`${rows} ${column === null ? `rows of ${table}` : `values of ${table}.${column}`}`)
  const total = counted.value.reduce((sum, { rows }) => sum + rows, 0)
  const observed = counted.value.map(risk => ({ ...risk }))
  return { ok: true, observed, says: `${total} rows and values at risk, with the writers out` }
}

/** References are looked at row by row: a server does not look again at what came in unchecked. */
function prove(config: MysqlConfig, look: MysqlLook, command: Prove, evidence: Evidence): Promise<Outcome> {
  return proveWhole(config, look, command, evidence, async expect => {
    const orphans = await look.reading(orphanCounts)
    if (!orphans.ok) return orphans
    for (const { what, rows } of orphans.value) expect(what, rows, 0)
    return { ok: true, value: `${orphans.value.length} references` }
  })
}

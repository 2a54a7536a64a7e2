import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../../../state/fault.ts'
import type { Json } from '../../../../state/json.ts'
import { childGone, databaseFault } from '../../../databases/sqlite/faults.ts'
import { quoteName } from '../../../databases/sqlite/names.ts'
import type { Reply } from '../../../databases/sqlite/protocol.ts'
import { ChildGone, openSession, type Session } from '../../../databases/sqlite/session.ts'
import type { Hands } from '../../keeper/hand.ts'
import type { SqliteFault, SqliteTask } from '../task.ts'

const busyMs = 5_000
const lockedMs = 800
const freeMs = 200

export function sqliteHands(task: SqliteTask): Hands {
  const { file, childEntry, does } = task
  const session = openSession({ entry: childEntry, lockFd: null, file, readOnly: false, busyMs })
  const hands = does.kind === 'statement_failure' ? triggers(task, does, session) : locks(task, does.kind, session)
  const asked = async (work: () => Promise<Fault | null>): Promise<Fault | null> => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ChildGone) return childGone(task.database)
      throw error
    }
  }
  return {
    ...hands,
    put: () => asked(hands.put),
    takeBack: () => asked(hands.takeBack).finally(session.close),
  }
}

/** A lock that is held by a transaction which changes nothing. It ends with whoever holds it. */
function locks(task: SqliteTask, kind: 'row_locks' | 'slow_queries', session: Session): Hands {
  const begin = kind === 'row_locks' ? 'BEGIN IMMEDIATE' : 'BEGIN EXCLUSIVE'
  return {
    put: async () => faultOf(task, await exec(session, begin)),
    ...(kind === 'row_locks' ? {} : { hold: (signal: AbortSignal) => again(session, begin, signal) }),
    takeBack: async () => {
      await exec(session, 'ROLLBACK')
      // A keeper that was killed has left a child that ends a moment later: until then it is not gone.
      await exec(session, 'BEGIN IMMEDIATE')
      await exec(session, 'ROLLBACK')
      return null
    },
  }
}

async function again(session: Session, begin: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(lockedMs, undefined, { signal }).catch(() => undefined)
    await exec(session, 'ROLLBACK')
    await sleep(freeMs, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await exec(session, begin)
  }
}

function triggers(
  task: SqliteTask,
  { table, name, until }: Extract<SqliteFault, { readonly kind: 'statement_failure' }>,
  session: Session,
): Hands {
  const each = ['INSERT', 'UPDATE', 'DELETE'].map(on => ({ on, called: quoteName(`${name}_${on.toLowerCase()}`) }))
  const write = (statements: readonly string[]): Promise<Reply> =>
    session.ask({
      ask: 'write',
      statements: statements.map(sql => ({ sql, args: [] })),
      checkForeignKeys: false,
    })
  return {
    put: async () => {
      const made = each.map(
        ({ on, called }) =>
          `CREATE TRIGGER IF NOT EXISTS ${called} BEFORE ${on} ON ${quoteName(table)}
           WHEN strftime('%Y-%m-%dT%H:%M:%fZ', 'now') < '${until}'
           BEGIN SELECT RAISE(ABORT, 'a drill makes this statement fail'); END`,
      )
      return faultOf(task, await write(made))
    },
    takeBack: async () => {
      const sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND substr(name, 1, ?) = ?"
      const there = await exec(session, sql, name.length, name)
      if (!there.ok || there.rows.length === 0) return faultOf(task, there)
      return faultOf(task, await write(each.map(({ called }) => `DROP TRIGGER IF EXISTS ${called}`)))
    },
  }
}

function exec(session: Session, sql: string, ...args: Json[]): Promise<Reply> {
  return session.ask({ ask: 'exec', sql, args })
}

function faultOf({ database }: SqliteTask, reply: Reply): Fault | null {
  return reply.ok ? null : databaseFault(database, reply, 'Nothing of its rows was changed.')
}

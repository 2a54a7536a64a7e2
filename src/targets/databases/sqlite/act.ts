import { chmod, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Evidence, Outcome } from '../../outcome.ts'
import type { RunContext } from '../../permit.ts'
import type { DatabaseAct } from '../port.ts'
import { actSession, lookSession, type SqliteConfig } from './config.ts'
import { childGone, databaseFault, notForFiles } from './faults.ts'
import { copyName } from './names.ts'
import { ChildGone, type Session } from './session.ts'
import { markFile } from './act/mark.ts'
import { isWriting, write } from './act/write.ts'
import { sqliteTry } from './try.ts'

export function sqliteAct(config: SqliteConfig): DatabaseAct {
  const tries = sqliteTry(config)
  const session = actSession(config)
  return {
    ...tries,
    apply: async (command, permit, context, evidence) => {
      permit.spend(command)
      const lost = await permit.stillOurs()
      if (lost !== null) return { ok: false, fault: lost, observed: null }
      if (command.kind === 'database.copy') return copy(config, session, context, evidence)
      if (command.kind === 'database.mark') return markFile(config, session, command, permit, context)
      return isWriting(command)
        ? write(config, session, command, context, evidence)
        : { ok: false, fault: notForFiles(config.name, command), observed: null }
    },
    close: async () => {
      await Promise.all([tries.close(), session.close()])
    },
  }
}

/** A whole copy beside the database, checked, and only then under its name. */
async function copy(config: SqliteConfig, session: Session, context: RunContext, evidence: Evidence): Promise<Outcome> {
  const { file } = config.database
  const target = copyName(file, context.run)
  const partial = `${target}.partial`
  const means = 'There is no safety copy; nothing else was begun.'
  const room = await statfs(dirname(file))
  const need = (await stat(file).catch(() => ({ size: 0 }))).size
  if (room.bavail * room.bsize < need) {
    return {
      ok: false,
      fault: databaseFault(
        config.name,
        { id: 0, ok: false, code: null, reason: 'full', text: `${need} bytes are needed beside it` },
        means,
      ),
      observed: null,
    }
  }
  await rm(partial, { force: true })
  try {
    const reply = await session.ask({ ask: 'exec', sql: 'VACUUM INTO ?', args: [partial] })
    if (!reply.ok) return { ok: false, fault: databaseFault(config.name, reply, means), observed: null }
    await chmod(partial, 0o600)
    const checking = lookSession({ ...config, database: { ...config.database, file: partial } })
    const checked = await checking.ask({ ask: 'read', sql: 'PRAGMA integrity_check', args: [] }).finally(checking.close)
    if (!checked.ok || checked.rows[0]?.['integrity_check'] !== 'ok') {
      return {
        ok: false,
        fault: databaseFault(
          config.name,
          { id: 0, ok: false, code: null, reason: 'corrupt', text: 'the copy does not pass its integrity check' },
          means,
        ),
        observed: null,
      }
    }
  } catch (error) {
    if (error instanceof ChildGone) return { ok: false, fault: childGone(config.name), observed: null }
    throw error
  }
  await rename(partial, target)
  const { size } = await stat(target)
  evidence(`${target}: ${size} bytes, integrity checked`)
  return { ok: true, observed: { file: target, bytes: size }, says: `safety copy of ${size} bytes at ${target}` }
}

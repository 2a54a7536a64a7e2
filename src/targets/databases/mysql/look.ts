import type { Account } from '../../../state/manifest.ts'
import type { DatabaseLook } from '../port.ts'
import { askBinlog } from './binlog/ask.ts'
import { askStretch } from './binlog/stretch.ts'
import { backupsOf } from './backups.ts'
import { countAtRisk } from './at-risk.ts'
import type { MysqlConfig } from './config.ts'
import { drillSight } from './drill.ts'
import { databaseFault } from './faults.ts'
import { observe } from './observe.ts'
import { findClones } from './rehearsal/clones.ts'
import { prechecks } from './prechecks/prechecks.ts'
import { probe } from './probe.ts'
import { readArchives, readConflicts } from './returns.ts'
import { pulse } from './pulse.ts'
import type { Reading } from './reading.ts'
import type { Session } from './session.ts'
import { lookSession } from './sessions.ts'
import { loadReader } from './sql/read.ts'
import { LinkLost, Refused } from './trouble.ts'

export type MysqlLook = DatabaseLook & { readonly reading: Reading; readonly sessions: Session['rows'] }

/** A session that the server lets only read. */
export function mysqlLook(config: MysqlConfig): DatabaseLook {
  return openLook(config)
}

export function openLook(config: MysqlConfig, account?: Account, open = lookSession): MysqlLook {
  const session = open(config, account)
  const reading: Reading = async read => {
    try {
      return { ok: true, value: await read(session.rows, config) }
    } catch (error) {
      if (error instanceof Refused || error instanceof LinkLost)
        return { ok: false, fault: databaseFault(config.name, error, 'It was only read; nothing was changed.') }
      throw error
    }
  }
  return {
    reading,
    sessions: session.rows,
    observe: () => observe(reading, config),
    drill: () => reading(drillSight),
    reader: () => loadReader(config.database.database),
    atRisk: migrations => reading(query => countAtRisk(query, config, migrations)),
    prechecks: statements => reading(query => prechecks(statements, query, config.database.database)),
    probe: async (command, context) => {
      const probed = await reading(query => probe(query, config, command, context))
      return probed.ok ? probed.value : { verdict: 'unclear', observed: null, says: probed.fault.what }
    },
    pulse: () => reading(pulse),
    cell: sql => reading(async query => Object.values((await query(sql))[0] ?? {})[0] ?? null),
    conflicts: context => reading(query => readConflicts(query, config, context)),
    archives: () => reading(query => readArchives(query, config)),
    backups: whole => backupsOf(reading, config, whole),
    clones: environment => findClones(config, environment),
    binlog: asked => askBinlog(config, asked),
    stretch: asked => askStretch(config, asked),
    close: session.close,
  }
}

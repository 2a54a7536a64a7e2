import type { Manifest } from '../../../../state/manifest.ts'
import { drillTrigger } from '../../../databases/names.ts'
import { keptAct } from '../../keeper/act/act.ts'
import type { FaultMeans } from '../../means.ts'
import type { FaultAct } from '../../port.ts'
import { sqliteFamily, sqliteOf } from '../look.ts'
import type { SqliteFault } from '../task.ts'

export function sqliteFaultAct(manifest: Manifest, means: FaultMeans): FaultAct {
  return keptAct(
    {
      ...sqliteFamily(manifest, means),
      taskOf: ({ inject, fault, target, settings }, { run }, until) => {
        const { file } = sqliteOf(manifest, target)
        const does: SqliteFault =
          fault === 'statement_failure'
            ? { kind: fault, table: settings.table ?? '', name: drillTrigger(run, inject), until }
            : { kind: fault === 'slow_queries' ? fault : 'row_locks' }
        const database = target.kind === 'database' ? target.database : ''
        return Promise.resolve({ family: 'sqlite', database, file, childEntry: means.databaseChild, does })
      },
    },
    means,
  )
}

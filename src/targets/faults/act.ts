import type { Manifest } from '../../state/manifest.ts'
import { actByFamily } from './by-family.ts'
import { commandFaultAct } from './command/act/act.ts'
import { dockerFaultAct } from './docker/act/act.ts'
import type { FaultMeans } from './means.ts'
import type { FaultAct } from './port.ts'
import { mysqlFaultAct } from './mysql/act/act.ts'
import { operatorFaultAct } from './operator/act/act.ts'
import { proxyFaultAct } from './proxy/act/act.ts'
import { releasesFaultAct } from './releases/act/act.ts'
import { sqliteFaultAct } from './sqlite/act/act.ts'

/** What a drill's director and its watchdog alone hold. */
export function openFaultAct(manifest: Manifest, means: FaultMeans): FaultAct {
  return actByFamily(manifest, {
    command: commandFaultAct(manifest, means),
    operator: operatorFaultAct(manifest, means),
    releases: releasesFaultAct(manifest, means),
    mysql: mysqlFaultAct(manifest, means),
    proxy: proxyFaultAct(manifest),
    docker: dockerFaultAct(manifest, means),
    sqlite: sqliteFaultAct(manifest, means),
  })
}

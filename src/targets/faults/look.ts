import type { Manifest } from '../../state/manifest.ts'
import { lookByFamily } from './by-family.ts'
import { commandFamily } from './command/look.ts'
import { keptLook } from './keeper/look.ts'
import { dockerFaultLook } from './docker/look.ts'
import type { FaultMeans } from './means.ts'
import type { FaultLook } from './port.ts'
import { mysqlFaultLook, serversOf } from './mysql/look.ts'
import { operatorFaultLook } from './operator/look.ts'
import { proxyFaultLook } from './proxy/look.ts'
import { releasesFamily } from './releases/look.ts'
import { sqliteFamily } from './sqlite/look.ts'

/** Faults of drills at all targets of an environment, seen and not touched. */
export function openFaultLook(manifest: Manifest, means: FaultMeans): FaultLook {
  return lookByFamily(manifest, {
    command: keptLook(commandFamily(manifest, means)),
    operator: operatorFaultLook(manifest, means),
    releases: keptLook(releasesFamily(manifest, means)),
    mysql: mysqlFaultLook(manifest, serversOf(manifest, means)),
    proxy: proxyFaultLook(manifest),
    docker: dockerFaultLook(manifest, means),
    sqlite: keptLook(sqliteFamily(manifest, means)),
  })
}

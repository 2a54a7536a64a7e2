import type { ServiceCommand } from '../../../state/command.ts'
import type { Outcome, Evidence } from '../../outcome.ts'
import { markHost } from '../drill/act/mark.ts'
import { notHere } from '../not-here.ts'
import type { ServiceAct } from '../port.ts'
import { keepSchema } from '../record/act/keep-schema.ts'
import { placeOf, recordPath, type ReleasesConfig } from './layout.ts'
import { isService } from './look.ts'
import { markFileStore } from './mark-write.ts'
import { pointAt } from './point.ts'
import { writeRecord } from './record-write.ts'
import { schemaFileStore } from './schemas-write.ts'
import { startService } from './start.ts'
import { stopService } from './stop.ts'
import { releasesTry } from './try.ts'

export function releasesAct(config: ReleasesConfig): ServiceAct {
  return {
    ...releasesTry(config),
    apply: async (command, permit, context, evidence) => {
      if (!isService(command)) {
        const directory = recordPath(config, command.host)
        const means = { permit, context, now: config.now().toISOString() }
        if (command.kind === 'drill.mark') return markHost(markFileStore(directory, command.host), command, means)
        return command.kind === 'schema.keep'
          ? keepSchema(schemaFileStore(directory, command.host), command, permit)
          : writeRecord(directory, command, means)
      }
      permit.spend(command)
      const lost = await permit.stillOurs()
      if (lost !== null) return { ok: false, fault: lost, observed: null }
      return applyService(config, command, evidence)
    },
  }
}

async function applyService(config: ReleasesConfig, command: ServiceCommand, evidence: Evidence): Promise<Outcome> {
  const place = placeOf(config, command)
  switch (command.kind) {
    case 'service.stop':
      return stopService(place, command.graceMs, evidence)
    case 'service.point':
      return pointAt(place, command.release, command.digest)
    case 'service.start':
      return startService(config, place, command, evidence)
    case 'service.beside':
    case 'service.withdraw':
    case 'service.update':
      return notHere(command)
  }
}

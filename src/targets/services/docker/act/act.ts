import type { ServiceAct } from '../../port.ts'
import { markHost } from '../../drill/act/mark.ts'
import { notHere } from '../../not-here.ts'
import { keepSchema } from '../../record/act/keep-schema.ts'
import { engineOf, placeOf, type Fleet } from '../layout.ts'
import { isService } from '../look.ts'
import { dockerTry } from '../try.ts'
import { startBeside, withdraw } from './beside.ts'
import { ensureKey } from './key.ts'
import { markVolumeStore } from './mark.ts'
import { enginesWhileOurs } from './ours.ts'
import { pointAt } from './point.ts'
import { writeRecord } from './record.ts'
import { schemaVolumeStore } from './schemas.ts'
import { startService } from './start.ts'
import { stopService } from './stop.ts'

export function dockerAct(fleet: Fleet): ServiceAct {
  return {
    ...dockerTry(fleet),
    apply: async (command, permit, context, evidence) => {
      const ours = { ...fleet, engines: enginesWhileOurs(fleet.engines, permit) }
      if (!isService(command)) {
        const now = fleet.now().toISOString()
        const engine = engineOf(ours, command.host)
        if (command.kind === 'drill.mark') return markHost(markVolumeStore(engine), command, { permit, context, now })
        if (command.kind === 'schema.keep')
          return keepSchema(schemaVolumeStore(engine, context.environment), command, permit)
        const written = await writeRecord(engine, command, { permit, context, now })
        if (written.ok && command.kind === 'ledger.add') await ensureKey(engine, context.environment)
        return written
      }
      permit.spend(command)
      const place = placeOf(ours, command)
      switch (command.kind) {
        case 'service.stop':
          return stopService(place, command, evidence)
        case 'service.point':
          return pointAt(place, command, evidence)
        case 'service.start':
          return startService(place, command, evidence)
        case 'service.beside':
          return startBeside(place, command, evidence)
        case 'service.withdraw':
          return withdraw(place, command, evidence)
        case 'service.update':
          return notHere(command)
      }
    },
  }
}

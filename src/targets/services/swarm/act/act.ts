import { enginesWhileOurs } from '../../docker/act/ours.ts'
import { isService } from '../../docker/look.ts'
import { markHost } from '../../drill/act/mark.ts'
import { notHere } from '../../not-here.ts'
import type { ServiceAct } from '../../port.ts'
import { keepSchema } from '../../record/act/keep-schema.ts'
import { engineOf, placeOf, type Swarms } from '../layout.ts'
import { swarmTry } from '../try.ts'
import { markConfigStore } from './mark.ts'
import { pointAt } from './point.ts'
import { writeRecord } from './record.ts'
import { schemaConfigStore } from './schemas.ts'
import { startService } from './start.ts'
import { stopService } from './stop.ts'
import { updateService } from './update.ts'

export function swarmAct(swarms: Swarms): ServiceAct {
  return {
    ...swarmTry(swarms),
    apply: async (command, permit, context, evidence) => {
      const ours = { ...swarms, engines: enginesWhileOurs(swarms.engines, permit) }
      if (!isService(command)) {
        const now = swarms.now().toISOString()
        const engine = engineOf(ours, command.host)
        if (command.kind === 'drill.mark') return markHost(markConfigStore(engine), command, { permit, context, now })
        return command.kind === 'schema.keep'
          ? keepSchema(schemaConfigStore(engine, context.environment), command, permit)
          : writeRecord(engine, command, { permit, context, now })
      }
      permit.spend(command)
      const place = placeOf(ours, command)
      switch (command.kind) {
        case 'service.stop':
          return stopService(place, command, evidence)
        case 'service.point':
          return pointAt(place, command, evidence)
        case 'service.start':
          return startService(place, command, swarms.timing.healthDeadlineMs, evidence)
        case 'service.beside':
        case 'service.withdraw':
          return notHere(command)
        case 'service.update':
          return updateService(place, command, evidence)
      }
    },
  }
}

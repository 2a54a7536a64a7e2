import type { ServiceCommand } from '../../../state/command.ts'
import type { Standing } from './find.ts'
import { isOrphaned } from './sharing.ts'

type Point = Extract<ServiceCommand, { kind: 'service.point' }>

/** Does a container stand in the service's place that is of the target's image, and configured as the plan asks for? */
export function isPointed({ current, host }: Standing, { digest, configuration }: Point): boolean {
  if (current?.Image !== digest || isOrphaned(current, host)) return false
  if (configuration === undefined) return true
  const { of, instead } = configuration
  return of === instead ? current.Id.startsWith(of) : !current.Id.startsWith(instead)
}

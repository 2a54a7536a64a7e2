import type { ServiceCommand } from '../../../../state/command.ts'
import type { Fault } from '../../../../state/fault.ts'
import { inspectAll, type Inspected, type Standing } from '../find.ts'
import type { Place } from '../layout.ts'
import { todaysData } from '../todays-data.ts'
import { Stopped, valueOf } from './hands.ts'

type Point = Extract<ServiceCommand, { kind: 'service.point' }>

/** What is replaced. It may have been renamed already. */
export function ownOf({ current, displaced }: Standing, { configuration }: Point): Inspected | null {
  if (configuration === undefined || configuration.of === configuration.instead) return current ?? displaced[0] ?? null
  return [current, ...displaced].find(one => one?.Id.startsWith(configuration.instead)) ?? null
}

/** Whose configuration the new one gets: that of the one it replaces, or of the one that the plan names. */
export async function sourceFor(
  place: Place,
  { host }: Standing,
  own: Inspected,
  { configuration }: Point,
): Promise<Inspected> {
  if (configuration === undefined) return own
  const { of, secrets } = configuration
  const named = valueOf(
    await inspectAll(
      place.engine,
      host.filter(({ id }) => id.startsWith(of)),
    ),
  )[0]
  if (named === undefined) throw new Stopped(configurationGone(place, of))
  return todaysData(named, own, secrets)
}

function configurationGone({ name, host }: Place, of: string): Fault {
  return {
    code: 'configuration.gone',
    what: `Container ${of} on ${host}, which ${name} was to be configured as, is gone`,
    means: 'Its values were nowhere else. What was to be replaced stands as it was, stopped.',
    next: "Undo, and plan again with today's configuration: leave --configuration out.",
  }
}

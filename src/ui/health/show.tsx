import type { Streams } from '../terminal/ways-out.ts'
import { takeTerminal, type Shown } from '../show.tsx'
import { Health, type HealthProps } from './health.tsx'

/** The screen of an environment in which no run is open. */
export function showHealth({ stdin, stdout, ...health }: Streams & Omit<HealthProps, 'suspend'>): Shown {
  return takeTerminal(({ suspend }) => <Health {...health} suspend={suspend} />, {
    stdin,
    stdout,
    slowLink: health.options.slowLink,
  })
}

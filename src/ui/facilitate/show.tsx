import { takeTerminal, type Shown } from '../show.tsx'
import type { Streams } from '../terminal/ways-out.ts'
import { Facilitate, type FacilitateProps } from './facilitate.tsx'

/** The screen of whoever leads a drill. */
export function showFacilitate({ stdin, stdout, ...facilitate }: Streams & Omit<FacilitateProps, 'suspend'>): Shown {
  return takeTerminal(({ suspend }) => <Facilitate {...facilitate} suspend={suspend} />, {
    stdin,
    stdout,
    slowLink: facilitate.options.slowLink,
  })
}

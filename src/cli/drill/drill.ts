import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { talk } from '../talk.ts'

/** Of these, one at a time. */
const alone = ['mark', 'halt', 'cleanUp', 'debrief', 'check'] as const

export async function drill(flags: Flags, named?: string): Promise<number> {
  const [what = 'play', other] = alone.filter(flag => flags[flag] === true)
  if (other !== undefined) return usage(`${optionOf(what)} and ${optionOf(other)} do not go together`)
  switch (what) {
    case 'mark':
      return named === undefined
        ? (await import('./mark.ts')).markForDrills(flags)
        : usage('--mark goes alone: it marks what astern.yaml names, for every scenario')
    case 'halt':
      return (await import('./halt.ts')).haltDrill(flags, named)
    case 'cleanUp':
      return named === undefined ? (await import('./clean-up.ts')).cleanUpDrills() : usage('--clean-up goes alone')
    case 'debrief':
      return (await import('./debrief.ts')).debrief(flags, named)
    case 'check':
      return named === undefined
        ? usage('--check wants a scenario: astern drill FILE --check')
        : (await import('./check.ts')).checkDrill(flags, named)
    case 'play':
      return named === undefined
        ? usage('it wants a scenario: astern drill FILE, or FILE --check, --mark, --halt, --clean-up, --debrief')
        : (await import('./play.ts')).playDrill(flags, named)
  }
}

function optionOf(flag: string): string {
  return flag === 'cleanUp' ? '--clean-up' : `--${flag}`
}

function usage(what: string): number {
  talk(`astern drill: ${what}. docs/drill.example.yaml shows a scenario.`)
  return exitCode.usage
}

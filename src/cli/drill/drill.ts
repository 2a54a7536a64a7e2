import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { talk } from '../talk.ts'

export async function drill(flags: Flags, scenario?: string): Promise<number> {
  if (flags.debrief === true)
    return flags.mark === true || flags.check === true
      ? usage('--debrief goes alone, or with the run of a drill')
      : (await import('./debrief.ts')).debrief(flags, scenario)
  if (flags.mark === true && (flags.check === true || scenario !== undefined))
    return usage('--mark goes alone: it marks what astern.yaml names, for every scenario')
  if (flags.mark === true) return (await import('./mark.ts')).markForDrills(flags)
  if (flags.check === true && scenario !== undefined) return (await import('./check.ts')).checkDrill(flags, scenario)
  return usage(
    flags.check === true
      ? '--check wants a scenario: astern drill FILE --check'
      : 'it wants FILE --check, --mark, or --debrief',
  )
}

function usage(what: string): number {
  talk(`astern drill: ${what}. docs/drill.example.yaml shows a scenario.`)
  return exitCode.usage
}

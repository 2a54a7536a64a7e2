import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { talk } from '../talk.ts'

/** Of these, one at a time. */
const alone = ['mark', 'facilitate', 'halt', 'cleanUp', 'debrief', 'list', 'check'] as const

export async function drill(flags: Flags, named?: string): Promise<number> {
  if (flags.proxy !== undefined)
    return named === undefined && alone.every(flag => flags[flag] !== true)
      ? (await import('./proxy.ts')).runProxy(flags.proxy)
      : usage('--proxy goes alone: it stands until it is ended')
  const [what = 'play', other] = alone.filter(flag => flags[flag] === true)
  if (other !== undefined) return usage(`${optionOf(what)} and ${optionOf(other)} do not go together`)
  switch (what) {
    case 'mark':
      return named === undefined
        ? (await import('./mark.ts')).markForDrills(flags)
        : usage('--mark goes alone: it marks what astern.yaml names, for every scenario')
    case 'facilitate':
      return (await import('./facilitate/facilitate.ts')).facilitate(flags, named)
    case 'halt':
      return (await import('./halt.ts')).haltDrill(flags, named)
    case 'cleanUp':
      return named === undefined ? (await import('./clean-up.ts')).cleanUpDrills(flags) : usage('--clean-up goes alone')
    case 'debrief':
      return (await import('./debrief.ts')).debrief(flags, named)
    case 'list':
      return (await import('./scenarios.ts')).listScenarios(flags)
    case 'check':
    case 'play':
      return flags.sandbox === undefined ? play(flags, named) : sandboxed(flags, named)
  }
}

async function sandboxed(flags: Flags, scenario?: string): Promise<number> {
  const { inSandbox, standSandbox } = await import('./sandbox/sandbox.ts')
  if (scenario === undefined) return standSandbox(flags)
  if (flags.config !== undefined || flags.sandbox === 'end')
    return usage('a scenario is played in a sandbox or by --config FILE, and not after its end')
  return inSandbox(flags, given => play(given, scenario))
}

async function play(flags: Flags, scenario?: string): Promise<number> {
  if (scenario === undefined)
    return usage(
      flags.check === true
        ? '--check wants a scenario: astern drill FILE --check'
        : 'it wants a scenario: astern drill FILE, or one of --list; or --mark, --halt, --clean-up, --debrief',
    )
  if (flags.check === true) return (await import('./check.ts')).checkDrill(flags, scenario)
  return (await import('./play.ts')).playDrill(flags, scenario)
}

function optionOf(flag: string): string {
  return flag === 'cleanUp' ? '--clean-up' : `--${flag}`
}

function usage(what: string): number {
  talk(`astern drill: ${what}. docs/drill.example.yaml shows a scenario.`)
  return exitCode.usage
}

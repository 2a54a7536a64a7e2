import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { asternHome } from '../../client/home.ts'
import { describeFault } from '../../state/drill/command.ts'
import { briefingLines } from '../../state/drill/play/progress.ts'
import type { Scenario } from '../../state/drill/scenario.ts'
import type { Environment } from '../environment.ts'
import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { launch } from '../launch.ts'
import { liveRun } from '../live-run.ts'
import { modeHere } from '../mode.ts'
import { writeOpening } from '../opening.ts'
import { newRunId, whoAmI } from '../person.ts'
import { talk, talkProse } from '../talk.ts'
import { proofOf, readDrill, tellRefusals } from './check.ts'
import { conduct } from './conduct.ts'
import { catchSignals } from './halting.ts'
import { isConfirmed } from './confirm.ts'
import { playAtTerminal } from './at-terminal.ts'
import { forDrills, hasDrillSecrets } from './played-in.ts'
import { faultsThere } from './faults-there.ts'
import { takeBackUnfinished } from './unfinished.ts'

/** Plays a scenario: proves that it may be, tells whoever plays what they may know, and has it led to its end. */
export async function playDrill(flags: Flags, file: string): Promise<number> {
  const read = await readDrill(flags, file)
  if (read === null) return exitCode.usage
  const { scenario, opened: environment } = read
  // What an earlier drill has left would be in the way of the proof as well.
  const left = 'refusals' in environment ? null : await takeBackUnfinished(environment.manifest)
  if (left !== null) return left
  const found = await proofOf(read)
  if ('refusals' in environment || found.refusals.length > 0) {
    tellRefusals(`${scenario.id} is not played here; nothing was touched`, found)
    return exitCode.refused
  }
  if (!(await hasDrillSecrets(environment))) return exitCode.usage
  const inTheWay = (await whyNotNow(environment)) ?? (await whyHurt(environment))
  if (inTheWay !== null) return inTheWay
  for (const line of briefingLines(scenario)) talkProse(line)
  const { name } = environment.manifest.environment
  if (!(await isConfirmed(name, flags, '', 'begin'))) {
    talkProse(`astern: the drill was not begun. It wants the name typed: without a terminal --confirm ${name}`)
    return exitCode.refused
  }
  const { kind, why } = modeHere(flags, 'helm')
  if (why !== null) talk(why)
  if (kind !== 'headless') {
    const directory = await newDrill(environment, scenario, flags)
    return (await launch(directory, 'director')) ?? playAtTerminal(directory, flags)
  }
  const signals = catchSignals()
  const directory = await newDrill(environment, scenario, flags)
  const code = (await launch(directory, 'director')) ?? (await conduct(directory, flags, signals))
  signals.forget()
  return code
}

/** What runs in earnest is left alone. Null: nothing does. */
async function whyNotNow(environment: Environment): Promise<number | null> {
  const live = await liveRun(environment)
  if (live === null) return null
  talk(
    `astern: run ${live.run} of ${live.who} is live since ${live.since}, and no part of this drill. Nothing was begun. End it first: astern stop ${live.run} --reason WHY`,
  )
  return exitCode.refused
}

/** A drill of another home may be played there, or was left. Null: nothing of any drill is there. */
async function whyHurt(environment: Environment): Promise<number | null> {
  const { found, troubles } = await faultsThere(environment)
  for (const { what } of troubles) talk(`astern: ${what}`)
  for (const { run, injected, expiresAt } of found)
    talkProse(`astern: drill ${run} has put a fault there: ${describeFault(injected)}, until ${expiresAt}`)
  if (found.length + troubles.length === 0) return null
  talk('  Nothing was begun. Wait for it, or take it back if nobody is at it: astern drill --clean-up')
  return exitCode.refused
}

async function newDrill({ manifest, file }: Environment, scenario: Scenario, flags: Flags): Promise<string> {
  const run = newRunId(new Date(), true)
  const directory = join(asternHome(process.env), 'runs', run)
  await mkdir(directory, { recursive: true, mode: 0o2770 })
  const { name, class: environmentClass } = manifest.environment
  const event = {
    kind: 'run.opened',
    purpose: { kind: 'drill', scenario },
    environment: name,
    class: environmentClass,
    manifest: forDrills(manifest),
    manifestFile: file,
    options: { version: null, emergency: false, preserveData: false, services: [] },
    confirmed: { names: flags.confirm ?? [], planHash: null },
    headless: modeHere(flags, 'helm').kind === 'headless',
    version: process.env['ASTERN_VERSION'] ?? '0.0.0',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  } as const
  await writeOpening(directory, { run, actor: whoAmI(), event })
  return directory
}

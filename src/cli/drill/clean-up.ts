import { asternHome } from '../../client/home.ts'
import { openDrills } from '../../client/open-runs.ts'
import { runStep } from '../../runners/engine/step.ts'
import { describeFault } from '../../state/drill/command.ts'
import { undoStep } from '../../state/drill/play/steps.ts'
import { sentence, type Fault } from '../../state/fault.ts'
import type { FaultSeen } from '../../targets/faults/port.ts'
import type { Environment } from '../environment.ts'
import { openErrand } from '../errand.ts'
import { exitCode } from '../exit-codes.ts'
import { exists } from '../files.ts'
import type { Flags } from '../flags.ts'
import { answer, talk, tell } from '../talk.ts'
import { tellRefusals } from './check.ts'
import { openForDrill } from './environment.ts'
import { faultsThere } from './faults-there.ts'
import { openFaults } from './open-faults.ts'
import { takeBack } from './unfinished.ts'

/**
 * Takes back what drills of this home have left that nobody leads any more, and whatever drills have left at the targets of this
 * environment. Exit 0: nothing is left.
 */
export async function cleanUpDrills(flags: Flags): Promise<number> {
  const open = await openDrills(asternHome(process.env))
  const left = open.filter(({ isLed }) => !isLed)
  const done: string[] = []
  for (const drill of left) if (await takeBack(drill)) done.push(`drill ${drill.run}`)
  const isAll = done.length === left.length
  const led = new Set(open.filter(({ isLed }) => isLed).map(({ run }) => run))
  const found = await cleanUpTargets(flags, led)
  if (found === null) return exitCode.usage
  for (const fault of found.faults) tell(fault)
  const isClean = isAll && found.faults.length === 0
  answer(cleanedText([...done, ...found.takenBack], isClean))
  return isClean ? exitCode.reached : exitCode.short
}

/** Where something may be left, nobody says that nothing is. */
function cleanedText(done: readonly string[], isClean: boolean): string {
  if (done.length > 0) return `taken back: ${done.join(', ')}`
  return isClean ? 'nothing is left of any drill' : 'nothing was taken back, and something may be left'
}

type Cleaned = { readonly takenBack: readonly string[]; readonly faults: readonly Fault[] }

const nothing: Cleaned = { takenBack: [], faults: [] }

/** `led`: drills that somebody leads; what they have put there is theirs. Null: what is wrong with astern.yaml was told. */
async function cleanUpTargets(flags: Flags, led: ReadonlySet<string>): Promise<Cleaned | null> {
  if (flags.config === undefined && !(await exists('astern.yaml'))) {
    talk('astern: there is no astern.yaml here, and no --config FILE: no target was asked what is left there')
    return nothing
  }
  const environment = await openForDrill(flags)
  if (environment === null) return null
  if ('refusals' in environment) {
    tellRefusals('no target was asked', environment)
    return null
  }
  const { found, troubles } = await faultsThere(environment)
  const cleaned = await takeAway(
    environment,
    found.filter(({ run }) => !led.has(run)),
  )
  return { ...cleaned, faults: [...cleaned.faults, ...troubles] }
}

/** By permit, in a journal of its own, each as what the drill that put it there had called it. */
async function takeAway(environment: Environment, seen: readonly FaultSeen[]): Promise<Cleaned> {
  if (seen.length === 0) return nothing
  const opened = await openErrand(environment, 'drill clean-up', openFaults)
  if (!opened.ok) return { takenBack: [], faults: [opened.fault] }
  const { desk, end } = opened.value
  const faults: Fault[] = []
  const takenBack: string[] = []
  for (const { run, injected } of seen) {
    const step = { ...undoStep(injected), id: `undo.${run}.${injected.inject}` }
    await runStep({ ...desk, context: { ...desk.context, run } }, step)
    const is = desk.state().steps[step.id]
    const what = `${describeFault(injected)} (${run})`
    if (is?.status === 'ok' || is?.status === 'already') takenBack.push(what)
    else faults.push(is?.fault ?? inDoubt(what))
  }
  const [first] = faults
  await end(first === undefined ? 'reached' : 'short', first === undefined ? 'drill clean-up' : sentence(first))
  return { takenBack, faults }
}

function inDoubt(what: string): Fault {
  return {
    code: 'step.unknown',
    what: `${what} was to be taken back, and nobody answered`,
    means: 'It may still be there; it goes by itself at its time.',
    next: 'Clean up once more: astern drill --clean-up',
  }
}

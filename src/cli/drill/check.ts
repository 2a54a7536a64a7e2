import { readFile } from 'node:fs/promises'
import { sha256 } from '../../client/sha256.ts'
import { printFaults } from '../../manifest/faults.ts'
import { loadScenario } from '../../manifest/scenario/load.ts'
import { referencesIn } from '../../runners/secrets.ts'
import type { Found } from '../../state/drill/facts.ts'
import { proveDrill } from '../../state/drill/proof.ts'
import { secretRules } from '../../state/drill/rules/secrets.ts'
import type { Scenario } from '../../state/drill/scenario.ts'
import type { Environment } from '../environment.ts'
import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { answer, answerJson, talk } from '../talk.ts'
import { openForDrill } from './environment.ts'
import { listFile, readList } from './list.ts'
import { pastProduction } from './past.ts'
import { scenarioFile } from './scenarios.ts'
import { seeTargets } from './see.ts'

/** Whether a scenario may be played here, and on what proof. Looked at alone: nothing is injected. */
export async function checkDrill(flags: Flags, file: string): Promise<number> {
  const read = await readDrill(flags, file)
  if (read === null) return exitCode.usage
  const found = await proofOf(read)
  const { scenario } = read
  if (flags.json === true) answerJson({ scenario: scenario.id, accepted: found.refusals.length === 0, ...found })
  else tellFound(scenario, found)
  return found.refusals.length === 0 ? exitCode.reached : exitCode.refused
}

/** `opened`: its environment, or why that is none for a drill by its file alone. */
export type ReadDrill = { readonly scenario: Scenario; readonly opened: Environment | Found }

/** Null: the scenario or its environment cannot be read, and that is told. */
export async function readDrill(flags: Flags, file: string): Promise<ReadDrill | null> {
  const loaded = await loadScenario(scenarioFile(file), path => readFile(path, 'utf8'))
  if (!loaded.ok) {
    talk(printFaults(file, loaded.faults))
    return null
  }
  const opened = await openForDrill(flags)
  return opened === null ? null : { scenario: loaded.scenario, opened }
}

export async function proofOf({ scenario, opened }: ReadDrill): Promise<Found> {
  return 'refusals' in opened ? opened : prove(opened, scenario)
}

async function prove(environment: Environment, scenario: Scenario): Promise<Found> {
  const { manifest } = environment
  const [list, past] = await Promise.all([readList(listFile(manifest)), pastProduction()])
  const known = { manifest, scenario, references: referencesIn(manifest), list, past, hash: sha256 }
  const isForeign = secretRules(known).refusals.length > 0
  return proveDrill({ ...known, seen: isForeign ? null : await seeTargets(environment, scenario.injects) })
}

function tellFound({ id, title }: Scenario, { refusals, proven }: Found): void {
  if (refusals.length === 0) {
    answer([`${id} (${title}) may be played here:`, ...proven.map(line => `  ${line}`)].join('\n'))
    return
  }
  tellRefusals(`${id} is not played here; nothing was touched`, { refusals })
}

export function tellRefusals(what: string, { refusals }: Pick<Found, 'refusals'>): void {
  const lines = refusals.map(one => `  ${one.code}: ${one.what}\n    next: ${one.next}`)
  talk([`astern: ${what}:`, ...lines].join('\n'))
}

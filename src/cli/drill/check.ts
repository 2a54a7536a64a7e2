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
  const asked = await askDrill(flags, file)
  if (asked === null) return exitCode.usage
  const { scenario, found } = asked
  if (flags.json === true) answerJson({ scenario: scenario.id, accepted: found.refusals.length === 0, ...found })
  else tellFound(scenario, found)
  return found.refusals.length === 0 ? exitCode.reached : exitCode.refused
}

export type Asked = {
  readonly scenario: Scenario
  readonly found: Found
  /** Null: it is refused by its file alone. */
  readonly environment: Environment | null
}

/** A scenario and its environment, and what the proof found. Null: one of them cannot be read, and that is told. */
export async function askDrill(flags: Flags, file: string): Promise<Asked | null> {
  const loaded = await loadScenario(scenarioFile(file), path => readFile(path, 'utf8'))
  if (!loaded.ok) {
    talk(printFaults(file, loaded.faults))
    return null
  }
  const { scenario } = loaded
  const opened = await openForDrill(flags)
  if (opened === null) return null
  if ('refusals' in opened) return { scenario, found: opened, environment: null }
  return { scenario, found: await prove(opened, scenario), environment: opened }
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

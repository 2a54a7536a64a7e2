import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printFaults } from '../../manifest/faults.ts'
import { loadScenario } from '../../manifest/scenario/load.ts'
import type { Scenario } from '../../state/drill/scenario.ts'
import { exitCode } from '../exit-codes.ts'
import type { Flags } from '../flags.ts'
import { answer, answerJson, talk } from '../talk.ts'
import { shippedFile, shippedScenarios } from './shipped.ts'

/** The file of a scenario: as it was named, or one of Astern's own by its id. */
export function scenarioFile(named: string): string {
  const own = shippedFile(named)
  return !existsSync(named) && /^[\w-]+$/.test(named) && existsSync(own) ? own : resolve(named)
}

export async function listScenarios(flags: Flags): Promise<number> {
  const listed: Listed[] = []
  for (const id of await shippedScenarios()) {
    const file = shippedFile(id)
    const loaded = await loadScenario(file, path => readFile(path, 'utf8'))
    if (!loaded.ok) {
      talk(printFaults(file, loaded.faults))
      return exitCode.usage
    }
    listed.push(listedAs(loaded.scenario, file))
  }
  listed.sort((a, b) => Number(b.id === first) - Number(a.id === first))
  if (flags.json === true) answerJson(listed)
  else answer(textOf(listed))
  return exitCode.reached
}

/** What whoever plays it may know beforehand. */
type Listed = {
  readonly id: string
  readonly title: string
  readonly objectives: readonly string[]
  readonly minutes: number
  readonly file: string
}

/** The one to begin with. */
const first = 'dropped-column'

function listedAs({ id, title, objectives, deadlineMs }: Scenario, file: string): Listed {
  return { id, title, objectives, minutes: Math.round((deadlineMs ?? 0) / 60_000), file }
}

function textOf(listed: readonly Listed[]): string {
  const width = Math.max(...listed.map(({ id }) => id.length))
  return [
    ...listed.map(({ id, title, minutes }) => `${id.padEnd(width)}  ${title} (${minutes} min at most)`),
    '',
    `Begin with ${first}: astern drill ${first} --sandbox --guided`,
  ].join('\n')
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Actor, RunEvent } from '../state/event.ts'
import { writeWhole } from './files.ts'

/** What a console leaves for the engine it starts: the run's first event, and who opened it. Holds no secret. */
export type Opening = {
  readonly run: string
  readonly actor: Actor
  readonly event: Extract<RunEvent, { kind: 'run.opened' }>
}

const file = 'opening.json'

export async function writeOpening(directory: string, opening: Opening): Promise<void> {
  await writeWhole(join(directory, file), JSON.stringify(opening), 0o600)
}

export async function readOpening(directory: string): Promise<Opening> {
  return JSON.parse(await readFile(join(directory, file), 'utf8')) as Opening
}

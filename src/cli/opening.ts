import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Actor, RunEvent } from '../state/event.ts'
import { writeWhole } from './files.ts'

/** What a console leaves for the engine it starts: the run's first event, and who opened it. Holds no secret. */
export type Opening = {
  readonly run: string
  readonly actor: Actor
  readonly event: Extract<RunEvent, { kind: 'run.opened' }>
}

/** What a person said who goes on here with another bastion's run. */
export type Move = {
  readonly actor: Actor
  readonly reason: string
  /** Of which copies. */
  readonly took?: string
  readonly to: { readonly on: string; readonly directory: string }
}

const file = 'opening.json'
const moveFile = 'move.json'

export async function writeOpening(directory: string, opening: Opening): Promise<void> {
  await writeWhole(join(directory, file), JSON.stringify(opening), 0o600)
}

export async function readOpening(directory: string): Promise<Opening> {
  return JSON.parse(await readFile(join(directory, file), 'utf8')) as Opening
}

export async function writeMove(directory: string, move: Move): Promise<void> {
  await writeWhole(join(directory, moveFile), JSON.stringify(move), 0o600)
}

/** Null: the run was opened here, or its move is in the journal. */
export async function readMove(directory: string): Promise<Move | null> {
  const text = await readFile(join(directory, moveFile), 'utf8').catch(() => null)
  return text === null ? null : (JSON.parse(text) as Move)
}

/** Once it is in the journal. Read twice, it would only take the locks once more. */
export async function forgetMove(directory: string): Promise<void> {
  await rm(join(directory, moveFile), { force: true })
}

import type { Inject } from '../../../state/drill/scenario.ts'
import type { Result } from '../../../state/fault.ts'
import type { DrillCommand, Manifest } from '../../../state/manifest.ts'
import { isProgram } from '../../may.ts'
import { placeAtHome } from '../keeper/home.ts'
import type { KeptFamily } from '../keeper/look.ts'
import type { FaultMeans } from '../means.ts'
import { unable } from '../unable.ts'
import { runOf } from './run.ts'

/** What a team does to itself in its own way: drill.commands. */
export function commandFamily(manifest: Manifest, means: FaultMeans): KeptFamily {
  const places = [placeAtHome(means)]
  return {
    environment: manifest.environment.name,
    able: inject => able(manifest, means, inject),
    placesOf: () => Promise.resolve(places),
    places: () => Promise.resolve(places),
    isOwn: ({ task }) => task.family === 'command',
    isSo: async ({ task }) => (task.family === 'command' ? runOf(task.command, 'probe') : null),
  }
}

export function commandOf({ drill }: Manifest, target: Inject['target']): DrillCommand | null {
  return target.kind === 'command' ? (drill?.commands?.[target.command] ?? null) : null
}

async function able(manifest: Manifest, { env }: FaultMeans, inject: Inject): Promise<Result<string>> {
  const command = commandOf(manifest, inject.target)
  const name = inject.target.kind === 'command' ? inject.target.command : ''
  if (command === null)
    return unable(inject, `there is no drill.commands.${name}`, 'Add it to astern.yaml, with run, undo and probe.')
  for (const [program = ''] of [command.run, command.undo, command.probe])
    if (!(await isProgram(program, env['PATH'] ?? '')))
      return unable(
        inject,
        `${program} of drill.commands.${name} is no program that is found here`,
        'Install it, or correct its path.',
      )
  return { ok: true, value: `a keeper on this machine runs ${name}, and its undo by itself` }
}

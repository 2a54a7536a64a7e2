import { createHash } from 'node:crypto'
import { programMark, type ProgramCommand } from '../../../../state/program-command.ts'
import type { RunContext } from '../../../permit.ts'
import type { Given } from '../../../programs/port.ts'

const label = 'com.github.astern.program'

/** Labels by which what a run's programs left is found. */
export function ofRun({ run, environment }: RunContext): string[] {
  return [`${label}.environment=${environment}`, `${label}.run=${run}`]
}

export function programLabels({ context, permit }: Given): Record<string, string> {
  return {
    [`${label}.environment`]: context.environment,
    [`${label}.run`]: context.run,
    [`${label}.step`]: permit.step,
  }
}

/** What tells one program of a run from another. */
export function whichProgram(command: ProgramCommand): string {
  return createHash('sha256')
    .update(`${command.database} ${programMark(command)}`)
    .digest('hex')
    .slice(0, 8)
}

/** Their own variables, and what was declared for the command in the place of those of the same name. */
export function withEnv(own: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const kept = own.filter(entry => !((entry.split('=')[0] ?? '') in env))
  return [...kept, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
}

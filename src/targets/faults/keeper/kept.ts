import type { InjectFault } from '../../../state/drill/command.ts'
import { isAlive, type ProcessId } from '../../process-id.ts'
import type { Task } from './task.ts'

/** A fault of this machine as its file has it: whose it is, what it is, and who holds it. */
export type Kept = {
  readonly run: string
  readonly environment: string
  readonly injected: InjectFault
  readonly expiresAt: string
  readonly task: Task
  /** Null: nobody has taken it up yet, and nothing is changed by then. */
  readonly keeper: ProcessId | null
  /** It was put there whole. */
  readonly there: boolean
}

export function isHeld({ there, keeper }: Kept): boolean {
  return there && keeper !== null && isAlive(keeper)
}

export function keptName(run: string, inject: string): string {
  return `${run}.${inject}${keptEnding}`
}

export const keptEnding = '.json'

export function parseKept(text: string): Kept | null {
  try {
    const value = JSON.parse(text) as Partial<Kept> | null
    const whole =
      typeof value?.run === 'string' &&
      typeof value.environment === 'string' &&
      typeof value.expiresAt === 'string' &&
      typeof value.injected?.inject === 'string' &&
      typeof value.task?.family === 'string' &&
      typeof value.there === 'boolean'
    return whole ? (value as Kept) : null
  } catch {
    return null
  }
}

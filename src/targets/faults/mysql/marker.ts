import { drillComment } from '../../databases/names.ts'
import type { InjectFault } from '../../../state/drill/command.ts'

/** What a server keeps of a fault: in a comment of the statement that a session runs, or of a trigger's body. */
export type Marked = {
  readonly run: string
  readonly environment: string
  readonly injected: InjectFault
  /** ISO time, by the server's clock. */
  readonly expiresAt: string
}

export function markerOf(marked: Marked): string {
  return `${drillComment}${Buffer.from(JSON.stringify(marked)).toString('base64url')} */`
}

/** Null: it is none of a drill's. */
export function markedIn(text: string): Marked | null {
  const packed = /\/\* astern-drill ([\w-]+) \*\//.exec(text)?.[1]
  if (packed === undefined) return null
  try {
    const value = JSON.parse(Buffer.from(packed, 'base64url').toString('utf8')) as Partial<Marked>
    return typeof value.run === 'string' && typeof value.injected?.inject === 'string' ? (value as Marked) : null
  } catch {
    return null
  }
}

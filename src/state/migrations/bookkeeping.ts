import type { MigratedBy } from '../manifest.ts'
import type { Booking, Sql } from './tool.ts'
import { toolOf } from './tools.ts'

/** What puts the tool's own table right after one migration went down, or up again: statements, their values bound. */
export function bookkeeping(tool: MigratedBy, booking: Booking): readonly Sql[] {
  return toolOf(tool).book(booking)
}

import type { MigrationTool } from '../manifest.ts'
import type { Booking, Sql } from './tool.ts'
import { tools } from './tools.ts'

/** What puts the tool's own table right after one migration went down, or up again: statements, their values bound. */
export function bookkeeping(tool: MigrationTool, booking: Booking): readonly Sql[] {
  return tools[tool].book(booking)
}

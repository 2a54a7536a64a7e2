import type { CommandTask } from '../command/task.ts'
import type { OperatorTask } from '../operator/task.ts'
import type { ReleasesTask } from '../releases/task.ts'
import type { SqliteTask } from '../sqlite/task.ts'

/** All a keeper has to know of what it does: plain data, with references in the place of secrets. */
export type Task = CommandTask | OperatorTask | ReleasesTask | SqliteTask

import { atWork } from './databases/at-work.ts'
import { binlog } from './databases/binlog.ts'
import { ending } from './databases/ending.ts'
import { fence } from './databases/fence.ts'
import { plan } from './databases/plan.ts'
import { prechecked } from './databases/prechecks.ts'
import { programs } from './databases/programs.ts'
import { rehearsing } from './databases/rehearsal.ts'
import { loading } from './databases/restore-load.ts'
import { swapping } from './databases/restore-swap.ts'
import { returning } from './databases/return.ts'
import { servers } from './databases/servers.ts'
import { files } from './databases/sqlite.ts'
import type { Guard } from './guard.ts'

/** Rows of the edge cases that concern databases. */
export const databases: readonly Guard[] = [
  ...plan,
  ...prechecked,
  ...servers,
  ...fence,
  ...atWork,
  ...ending,
  ...programs,
  ...rehearsing,
  ...loading,
  ...swapping,
  ...binlog,
  ...returning,
  ...files,
]

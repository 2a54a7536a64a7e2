import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest, so that no worker is left alone with one of these at the end. What is not here comes after. */
const longest = [
  'crash/mysql-restore.test.ts',
  'crash/mysql.test.ts',
  'live/programs.test.ts',
  'live/drills-docker.test.ts',
  'live/drills.test.ts',
  'crash/drill.test.ts',
  'contract/faults.docker.test.ts',
  'live/sandbox.test.ts',
  'live/restore-mariadb.test.ts',
  'live/demo-mariadb.test.ts',
  'live/pull.test.ts',
  'live/swarm.test.ts',
  'contract/services.docker.crash.test.ts',
  'live/mysql-restore-trouble.test.ts',
  'live/learning.test.ts',
  'live/programs-docker.test.ts',
  'live/swarm-lost-manager.test.ts',
  'live/swarm-rollback.test.ts',
  'live/fleet.test.ts',
  'contract/services.swarm.test.ts',
  'live/reach-ssh.test.ts',
  'live/rehearsal-docker.test.ts',
  'live/migration-tools-npm.test.ts',
  'live/migration-tools-debian.test.ts',
  'live/mysql-edges.test.ts',
]

/** Then those with servers and programs of their own; among themselves as Vitest would have them. */
const heavy = ['crash/', 'live/', 'contract/', 'targets/', 'runners/']

export default class extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const file = relative(import.meta.dirname, moduleId)
  const slow = longest.indexOf(file)
  if (slow >= 0) return slow
  const at = heavy.findIndex(start => file.startsWith(start))
  return longest.length + (at < 0 ? heavy.length : at)
}

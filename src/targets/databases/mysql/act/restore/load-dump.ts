import { runProgram, type Ended } from './program.ts'
import { unpacked } from '../../restore/unpacked.ts'
import { onlyOf } from './dump-filter.ts'
import type { Loading } from './load-directory.ts'

/**
 * A dump through the server's own client. `--one-database` is the second fence: should a line lead into another schema
 * in spite of the filter, the client leaves out what follows.
 */
export async function loadDump({ backup, side, defaults, evidence }: Loading): Promise<Ended> {
  const argv = [
    'mariadb',
    `--defaults-extra-file=${defaults}`,
    '--batch',
    // It would leave them out of the bodies of routines.
    '--comments',
    '--one-database',
    '--max-allowed-packet=1G',
    '--init-command=SET SESSION foreign_key_checks = 0, unique_checks = 0',
    side,
  ]
  const source = unpacked(backup.path)
  const filtered = onlyOf(backup.schema)
  source.on('error', error => filtered.destroy(error))
  source.pipe(filtered)
  const ended = await runProgram(argv, evidence, filtered, statements())
  source.destroy()
  // A client whose input breaks off has loaded what came before, and ends well.
  return ended.code === 0 && filtered.errored !== null ? { code: 1, last: filtered.errored.message } : ended
}

/** The client repeats a statement that was refused, between two such lines: thousands of rows that are nobody else's business. */
function statements(): (line: string) => boolean {
  const fence = '--------------'
  let inside = false
  return line => {
    if (line === fence) inside = !inside
    return inside || line === fence
  }
}

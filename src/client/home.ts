import { accessSync, constants } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

const shared = '/var/lib/astern'

/** Where runs are kept: `$ASTERN_HOME`, else the machine's shared home where it is writable, else one's own. */
export function asternHome(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['ASTERN_HOME']
  if (named !== undefined && named !== '') return named
  if (isWritable(shared)) return shared
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'astern')
}

export type FoundRun = { readonly run: string; readonly directory: string }

/** Newest first, by the time the directory was made (the id begins with it). */
export async function findRuns(home: string): Promise<readonly FoundRun[]> {
  const runs = join(home, 'runs')
  const names = await readdir(runs).catch(() => [] as string[])
  const found = await Promise.all(
    names.map(async run => {
      const directory = join(runs, run)
      const opened = await stat(join(directory, 'journal.jsonl')).catch(() => null)
      return opened === null ? [] : [{ run, directory, at: opened.birthtimeMs || opened.mtimeMs }]
    }),
  )
  const sorted = found.flat().sort((a, b) => b.at - a.at || (a.run < b.run ? 1 : -1))
  return sorted.map(({ run, directory }) => ({ run, directory }))
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

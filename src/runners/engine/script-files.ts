import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Result } from '../../state/fault.ts'
import type { MigrationFile } from '../../state/migrations/tool.ts'

const most = 10_000
const largest = 4_000_000

/** Every file below a directory of this machine, by its path below it. */
export async function filesIn(directory: string): Promise<Result<readonly MigrationFile[]>> {
  try {
    const names = (await readdir(directory, { recursive: true })).sort()
    const files: MigrationFile[] = []
    for (const name of names.slice(0, most)) {
      const path = join(directory, name)
      const { size, isFile } = await stat(path).then(seen => ({ size: seen.size, isFile: seen.isFile() }))
      if (isFile && size <= largest) files.push({ name, text: await readFile(path, 'utf8') })
    }
    return { ok: true, value: files }
  } catch (error) {
    return {
      ok: false,
      fault: {
        code: 'migration.no-directory',
        what: `The scripts in ${directory} cannot be read`,
        means: 'Which migrations came after the target, and how they are reversed, is not known. Nothing was touched.',
        next: 'Correct migrations.from.dir in astern.yaml, or make the directory readable for you.',
        detail: error instanceof Error ? error.message : String(error),
      },
    }
  }
}

import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The top of the git checkout that a file stands in; null: it stands in none. */
export async function checkoutOf(file: string): Promise<string | null> {
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const git = await stat(join(directory, '.git')).catch(() => null)
    if (git !== null) return directory
    if (directory === dirname(directory)) return null
  }
}

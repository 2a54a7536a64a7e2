import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const directory = fileURLToPath(new URL('../scenarios', import.meta.url))

/** Ids of the scenarios that Astern brings along. */
export async function shippedScenarios(): Promise<readonly string[]> {
  const files = await readdir(directory)
  return files
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => basename(name, '.yaml'))
}

export function shippedFile(id: string): string {
  return join(directory, `${id}.yaml`)
}

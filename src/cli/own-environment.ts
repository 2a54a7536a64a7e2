import { referencesIn } from '../runners/secrets.ts'

/** What this process was started with. Secrets are read from it, and an engine is started with it. */
export const ownEnvironment: Readonly<Record<string, string | undefined>> = { ...process.env }

/** Without these no program is found. */
const needed = new Set(['PATH', 'HOME'])

/** From now on what this process starts (ssh, a check's own program, a vault's) does not inherit what the manifest calls a secret. */
export function withholdSecrets(manifest: unknown): void {
  for (const reference of referencesIn(manifest)) {
    const [, name = ''] = /^env:(.+)$/.exec(reference) ?? []
    if (!needed.has(name)) delete process.env[name]
  }
}

import { asternHome } from '../../client/home.ts'
import { openDrillIn, type OpenDrill } from '../../client/open-runs.ts'
import { MissingSecret, referencesIn } from '../../runners/secrets.ts'
import type { Manifest } from '../../state/manifest.ts'
import type { Environment } from '../environment.ts'
import { talk, talkProse } from '../talk.ts'

/** The drill that a rollback opened now is a part of; null: it is in earnest. Said, and whatever its channels want is looked for. */
export async function playedIn({ manifest, secrets }: Environment): Promise<OpenDrill | 'no secrets' | null> {
  const drill = await openDrillIn(asternHome(process.env), manifest.environment.name, new Date().toISOString())
  if (drill === null) return null
  talkProse(`DRILL: this is played in ${drill.run} (${drill.title}). Messages go to the channels of drills alone.`)
  return (await hasDrillSecrets({ manifest, secrets })) ? drill : 'no secrets'
}

/** Whether the secrets are there that only the channels of drills want; else it is said. */
export async function hasDrillSecrets({
  manifest: { drill },
  secrets,
}: Pick<Environment, 'manifest' | 'secrets'>): Promise<boolean> {
  for (const reference of referencesIn(drill?.notify ?? {})) {
    try {
      await secrets.resolve(reference)
    } catch (error) {
      if (!(error instanceof MissingSecret)) throw error
      talk(`astern: ${error.message}. The channels of drills (drill: { notify: ... }) want it; nothing was opened.`)
      return false
    }
  }
  return true
}

/** Drills have a table of channels of their own, and no other to fall back to. */
export function forDrills(manifest: Manifest): Manifest {
  return { ...manifest, notify: manifest.drill?.notify ?? {} }
}

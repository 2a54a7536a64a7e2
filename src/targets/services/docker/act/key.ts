import { randomBytes } from 'node:crypto'
import { keyLabel, keyVolume } from '../config-key.ts'
import type { Engine } from '../engine.ts'

/** Made once per host and environment: creating a volume that is there changes nothing. Without it only drift is not told. */
export async function ensureKey(engine: Engine, environment: string): Promise<void> {
  await engine.call('make the key that configurations are compared by', docker =>
    docker.createVolume({ Name: keyVolume(environment), Labels: { [keyLabel]: randomBytes(32).toString('hex') } }),
  )
}

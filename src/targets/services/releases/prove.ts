import type { TryCommand } from '../../../state/command.ts'
import type { Evidence, Outcome } from '../../outcome.ts'
import { proveIdentity } from '../prove.ts'
import { placeOf, type ReleasesConfig } from './layout.ts'
import { observePlace } from './observe.ts'

type Command = Extract<TryCommand, { kind: 'service.prove' }>

/** By the kernel, by the release's files, and by its own word where it has one. */
export async function proveService(config: ReleasesConfig, command: Command, evidence: Evidence): Promise<Outcome> {
  const place = placeOf(config, command)
  const { release, digest } = command
  const { name, address, service } = place
  const claim = { name, release, digest, address, identity: service.identity, timeoutMs: config.timing.probeTimeoutMs }
  return proveIdentity(claim, await observePlace(place), evidence)
}

import type { TryCommand } from '../../state/command.ts'
import type { Evidence, Outcome } from '../outcome.ts'
import { commandHealth } from '../probes/command.ts'

type Verify = Extract<TryCommand, { kind: 'image.verify' }>

/** A transparency log and a registry may both have to be asked. */
const timeoutMs = 60_000

/** By the operator's own tool, run on this machine: it ends with 0 where the signature is right. */
export async function verifySignature({ of: service, image, argv }: Verify, evidence: Evidence): Promise<Outcome> {
  const { state, note } = await commandHealth(
    argv.map(arg => arg.replaceAll('{image}', image)),
    timeoutMs,
  )
  evidence(`${image}: ${note}`)
  if (state === 'healthy') return { ok: true, observed: { image }, says: `${image} is signed as it has to be` }
  return {
    ok: false,
    observed: { image },
    fault: {
      code: 'image.not-signed',
      what: `The image of ${service} is not known to be signed as it has to be: ${note}`,
      means: `Nothing was stopped. ${image} may be another than the one that was built.`,
      next: 'Find out who pushed it. Choose another target; or retry; or skip with a reason.',
    },
  }
}

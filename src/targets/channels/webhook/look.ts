import type { ChannelLook } from '../port.ts'

/** A receiver deduplicates by delivery id, and cannot be asked what it has. */
export function webhookLook(): ChannelLook {
  return {
    probe: () =>
      Promise.resolve({ verdict: 'unclear', observed: null, says: 'a webhook cannot be asked what it received' }),
  }
}

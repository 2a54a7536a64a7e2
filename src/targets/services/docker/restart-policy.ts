import type { RestartPolicy } from '../../../state/facts.ts'
import type { Inspected } from './find.ts'

export const noRestart: RestartPolicy = { name: 'no', retries: 0 }

/** What starts a container again by itself. An Engine says "no" for nothing, or says nothing at all. */
export function policyOf({ HostConfig: { RestartPolicy: policy } }: Inspected): RestartPolicy {
  const { Name: name = '', MaximumRetryCount: retries = 0 } = policy ?? {}
  return { name: name === '' ? 'no' : name, retries }
}

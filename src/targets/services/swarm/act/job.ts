import type { Given } from '../../../programs/port.ts'
import { programLabels, withEnv } from '../../docker/act/program-labels.ts'
import type { NetworkAttachment, Spec } from '../api.ts'

/**
 * A service that runs once and is over (a job, API 1.41), in the service's networks, with its mounts, configs, secrets, limits, places and
 * environment, and nothing by which it could be taken for the service: no published port, no alias, no label of it, no health check. The Swarm
 * starts it on one node, and on no other again: neither when it failed nor when its node is lost.
 */
export function jobOf(
  name: string,
  { TaskTemplate, Networks = [] }: Spec,
  image: string,
  { directory }: { readonly directory: string | null },
  given: Given,
): Spec {
  const { command, env } = given
  const { Healthcheck: _, Hostname: __, Labels: ___, Env = [], ...container } = TaskTemplate.ContainerSpec
  const { ForceUpdate: ____, ...template } = TaskTemplate
  const [file = '', ...args] = command.argv
  return {
    Name: name,
    Labels: programLabels(given),
    TaskTemplate: {
      ...template,
      ContainerSpec: {
        ...container,
        Image: image,
        Command: [file],
        Args: args,
        Env: withEnv(Env, env),
        ...(directory === null ? {} : { Dir: directory }),
        Healthcheck: { Test: ['NONE'] },
      },
      RestartPolicy: { Condition: 'none', MaxAttempts: 0 },
      Networks: (TaskTemplate.Networks ?? Networks).map(withoutAlias),
    },
    Mode: { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } },
  }
}

function withoutAlias(attached: NetworkAttachment): NetworkAttachment {
  const { Aliases: _, ...network } = attached
  return network
}

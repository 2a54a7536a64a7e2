import type { EndpointSettings } from 'dockerode'
import type { ProgramCommand } from '../../../../state/program-command.ts'
import type { RunContext } from '../../../permit.ts'
import type { Given } from '../../../programs/port.ts'
import type { Recreation } from '../config.ts'
import { programLabels, whichProgram, withEnv } from './program-labels.ts'

/** One name for one program of one run: a second of it cannot be made beside the first. */
export function programName(command: ProgramCommand, { environment, run }: RunContext): string {
  return `astern_${environment}_program_${run}_${whichProgram(command)}`
}

/**
 * In the service's networks, with its mounts, limits and environment, and nothing by which it could be taken for the service: no
 * published port, no name or address that others lead to it by, no label, no health check, nothing that starts it again.
 */
export function programContainer(
  { body, networks }: Recreation,
  { directory }: { readonly directory: string | null },
  given: Given,
): Recreation {
  const { argv } = given.command
  const { Hostname: _, MacAddress: __, ExposedPorts: ___, NetworkingConfig: ____, ...rest } = body
  const [file = '', ...args] = argv
  const primary = Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {})
  return {
    body: {
      ...rest,
      Entrypoint: [file],
      Cmd: args,
      Env: withEnv(body.Env ?? [], given.env),
      ...(directory === null ? {} : { WorkingDir: directory }),
      Labels: programLabels(given),
      Healthcheck: { Test: ['NONE'] },
      Tty: false,
      OpenStdin: false,
      HostConfig: {
        ...body.HostConfig,
        PortBindings: {},
        PublishAllPorts: false,
        AutoRemove: false,
        RestartPolicy: { Name: 'no' },
      },
      ...(primary.length === 0 ? {} : { NetworkingConfig: { EndpointsConfig: plainly(primary) } }),
    },
    networks: plainly(Object.keys(networks)),
  }
}

/** Without fixed addresses and aliases: those are the service's. */
function plainly(networks: readonly string[]): Record<string, EndpointSettings> {
  return Object.fromEntries(networks.map(network => [network, {} as EndpointSettings]))
}

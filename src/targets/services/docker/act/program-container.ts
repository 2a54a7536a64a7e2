import { createHash } from 'node:crypto'
import type { EndpointSettings } from 'dockerode'
import { programMark, type ProgramCommand } from '../../../../state/program-command.ts'
import type { RunContext } from '../../../permit.ts'
import type { Given } from '../../../programs/port.ts'
import type { Recreation } from '../config.ts'

const label = 'com.github.astern.program'

/** Labels by which what a run's programs left is found. */
export function ofRun({ run, environment }: RunContext): string[] {
  return [`${label}.environment=${environment}`, `${label}.run=${run}`]
}

/** One name for one program of one run: a second of it cannot be made beside the first. */
export function programName(command: ProgramCommand, { environment, run }: RunContext): string {
  const which = createHash('sha256')
    .update(`${command.database} ${programMark(command)}`)
    .digest('hex')
    .slice(0, 8)
  return `astern_${environment}_program_${run}_${which}`
}

/**
 * In the service's networks, with its mounts, limits and environment, and nothing by which it could be taken for the service: no
 * published port, no name or address that others lead to it by, no label, no health check, nothing that starts it again.
 */
export function programContainer(
  { body, networks }: Recreation,
  { directory }: { readonly directory: string | null },
  { command: { argv }, env, context, permit }: Given,
): Recreation {
  const { Hostname: _, MacAddress: __, ExposedPorts: ___, NetworkingConfig: ____, ...rest } = body
  const [file = '', ...args] = argv
  const primary = Object.keys(body.NetworkingConfig?.EndpointsConfig ?? {})
  return {
    body: {
      ...rest,
      Entrypoint: [file],
      Cmd: args,
      Env: withEnv(body.Env ?? [], env),
      ...(directory === null ? {} : { WorkingDir: directory }),
      Labels: {
        [`${label}.environment`]: context.environment,
        [`${label}.run`]: context.run,
        [`${label}.step`]: permit.step,
      },
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

function withEnv(own: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const kept = own.filter(entry => !((entry.split('=')[0] ?? '') in env))
  return [...kept, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
}

/** Without fixed addresses and aliases: those are the service's. */
function plainly(networks: readonly string[]): Record<string, EndpointSettings> {
  return Object.fromEntries(networks.map(network => [network, {} as EndpointSettings]))
}
